//! What `rollcall doctor` says of what a worker does, and of what else the database tells.

use std::time::Duration;

use rollcall_store::backup::{self, History};
use rollcall_store::webhook_delivery::{self, Backlog};
use rollcall_store::{Connection, DatabaseUrl, Error, Options, Store, Timestamp, publisher, seal};

use super::{Finding, Verdict, backups, finding, key};
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
    backups: History,
}

/// Findings of a database that answers and whose schema is up to date.
pub(super) async fn findings(url: &DatabaseUrl, args: &KeyArgs) -> Vec<Finding> {
    let found = async {
        // Without a key, or a database that has none yet would take this one for good.
        let store = Store::open(&Options::new(url.clone())).map_err(|error| error.to_string())?;
        let seen = store.read(look).await;
        Ok::<_, String>((seen.map_err(|error| error.to_string())?, store.now()))
    };
    match found.await {
        Ok((seen, now)) => {
            let mut findings = vec![publishing(&seen, now), delivering(seen.deliveries, now)];
            findings.extend(key::findings(url, args, seen.key_in_use.as_deref()));
            findings.push(backups::judge(seen.backups, now));
            findings
        }
        Err(error) => vec![finding("database", Verdict::Problem, error)],
    }
}

fn look(conn: &mut Connection) -> Result<Seen, Error> {
    Ok(Seen {
        leader: publisher::leader(conn)?,
        unpublished: publisher::backlog(conn)?,
        deliveries: webhook_delivery::backlog(conn)?,
        key_in_use: seal::key_in_use(conn)?,
        backups: backup::history(conn)?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_wait_while_nobody_publishes_are_noticed() {
        let now = Timestamp::from_micros(1_000_000_000);
        let seen = |until, unpublished| Seen {
            leader: Some(("1-a".to_owned(), until)),
            unpublished,
            deliveries: Backlog::default(),
            key_in_use: None,
            backups: History::NothingToLose,
        };
        let later = now.plus(Duration::from_secs(1));
        assert_eq!(publishing(&seen(later, 3), now).verdict, Verdict::Good);
        assert_eq!(publishing(&seen(now, 0), now).verdict, Verdict::Good);
        assert_eq!(publishing(&seen(now, 3), now).verdict, Verdict::Warning);
    }
}
