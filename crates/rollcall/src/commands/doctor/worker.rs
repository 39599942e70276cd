//! What `rollcall doctor` says of publishing and of webhooks.

use std::time::Duration;

use rollcall_store::seal::{self, SecretKey};
use rollcall_store::webhook_delivery::{self, Backlog};
use rollcall_store::{Connection, DatabaseUrl, Error, Options, Store, Timestamp, publisher};

use super::{Finding, Verdict, finding};
use crate::secret_key::KeyArgs;

/// Events are published within a fraction of a second while a worker runs.
const LONG_BACKLOG: i64 = 10_000;
/// A delivery that is younger may simply be waiting for its receiver.
const OLD: Duration = Duration::from_hours(24);

/// What the database knows.
struct Seen {
    leader: Option<(String, Timestamp)>,
    unpublished: i64,
    deliveries: Backlog,
    key_in_use: Option<String>,
}

/// Findings of a database that answers and whose schema is up to date.
pub(super) async fn findings(url: &DatabaseUrl, key: &KeyArgs) -> Vec<Finding> {
    let found = async {
        // Without a key, or a database that has none yet would take this one for good.
        let store = Store::open(&Options::new(url.clone())).map_err(|error| error.to_string())?;
        let seen = store.read(look).await;
        Ok::<_, String>((seen.map_err(|error| error.to_string())?, store.now()))
    };
    match found.await {
        Ok((seen, now)) => vec![
            publishing(&seen, now),
            delivering(seen.deliveries, now),
            match key.find(url) {
                Ok(key) => secret_key(key.as_ref(), seen.key_in_use.as_deref()),
                Err(error) => finding("secret key", Verdict::Problem, error.to_string()),
            },
        ],
        Err(error) => vec![finding("database", Verdict::Problem, error)],
    }
}

fn look(conn: &mut Connection) -> Result<Seen, Error> {
    Ok(Seen {
        leader: publisher::leader(conn)?,
        unpublished: publisher::backlog(conn)?,
        deliveries: webhook_delivery::backlog(conn)?,
        key_in_use: seal::key_in_use(conn)?,
    })
}

fn publishing(seen: &Seen, now: Timestamp) -> Finding {
    let waiting = seen.unpublished;
    let who = match &seen.leader {
        Some((holder, until)) if *until > now => format!("process {holder} publishes events"),
        Some((holder, until)) => format!("process {holder} published last, until {until}"),
        None => "no event was ever published".to_owned(),
    };
    let alive = seen.leader.as_ref().is_some_and(|(_, until)| *until > now);
    let verdict = match waiting {
        0 => Verdict::Good,
        _ if alive && waiting < LONG_BACKLOG => Verdict::Good,
        _ => Verdict::Warning,
    };
    let advice = if waiting > 0 && !alive {
        "; is a process with the role `worker` running?"
    } else {
        ""
    };
    finding(
        "publishing",
        verdict,
        format!("{who}; {waiting} event(s) wait{advice}"),
    )
}

fn delivering(backlog: Backlog, now: Timestamp) -> Finding {
    let Some(oldest) = backlog.oldest else {
        return finding("webhooks", Verdict::Good, "nothing waits to be delivered");
    };
    let verdict = if now.since(oldest) > OLD {
        Verdict::Warning
    } else {
        Verdict::Good
    };
    let message = format!(
        "{} delivery(ies) wait, the oldest since {oldest}",
        backlog.pending
    );
    finding("webhooks", verdict, message)
}

fn secret_key(ours: Option<&SecretKey>, theirs: Option<&str>) -> Finding {
    let subject = "secret key";
    match (ours.map(SecretKey::id), theirs) {
        (None, None) => finding(
            subject,
            Verdict::Good,
            "there is none yet; `rollcall serve` makes it",
        ),
        (Some(ours), None) => finding(
            subject,
            Verdict::Good,
            format!("{ours} will be the database's, which has none yet"),
        ),
        (Some(ours), Some(theirs)) if ours == theirs => {
            finding(subject, Verdict::Good, format!("{ours} fits"))
        }
        (Some(ours), Some(theirs)) => finding(
            subject,
            Verdict::Problem,
            format!(
                "{ours} is not the database's ({theirs}): webhooks do not work; set ROLLCALL_SECRET_KEY"
            ),
        ),
        (None, Some(theirs)) => finding(
            subject,
            Verdict::Problem,
            format!(
                "the database's ({theirs}) is not here: webhooks do not work; set ROLLCALL_SECRET_KEY"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretKey {
        "11".repeat(32).parse().unwrap()
    }

    #[test]
    fn a_key_must_be_the_databases() {
        let id = key().id();
        let verdict =
            |ours: Option<&SecretKey>, theirs: Option<&str>| secret_key(ours, theirs).verdict;
        assert_eq!(verdict(Some(&key()), Some(&id)), Verdict::Good);
        assert_eq!(verdict(Some(&key()), None), Verdict::Good);
        assert_eq!(verdict(Some(&key()), Some("other")), Verdict::Problem);
        assert_eq!(verdict(None, Some(&id)), Verdict::Problem);
    }

    #[test]
    fn events_that_wait_while_nobody_publishes_are_noticed() {
        let now = Timestamp::from_micros(1_000_000_000);
        let seen = |until, unpublished| Seen {
            leader: Some(("1-a".to_owned(), until)),
            unpublished,
            deliveries: Backlog::default(),
            key_in_use: None,
        };
        let later = now.plus(Duration::from_secs(1));
        assert_eq!(publishing(&seen(later, 3), now).verdict, Verdict::Good);
        assert_eq!(publishing(&seen(now, 0), now).verdict, Verdict::Good);
        assert_eq!(publishing(&seen(now, 3), now).verdict, Verdict::Warning);
    }
}
