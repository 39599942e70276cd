//! Whoever asks about an address cannot tell by the time that the answer takes whether it has an account.

use std::time::{Duration, Instant};

use rollcall_dashboard::SignUp;
use rollcall_store::ids::FormKey;
use rstest::rstest;

use crate::support::{Browser, Database, TestApp};

const KNOWN: &str = "ada@example.com";
const UNKNOWN: &str = "eve@example.com";
/// A busy machine disturbs some rounds; a difference of the program's own shows in every one.
const ROUNDS: usize = 25;

async fn app_with_ada(database: Database) -> Option<(TestApp, Browser)> {
    let app = TestApp::start_with(database, |settings| settings.sign_up = SignUp::Open).await?;
    app.member("Ada").await;
    let browser = app.browser();
    Some((app, browser))
}

#[rstest]
#[tokio::test]
async fn a_refused_sign_in_takes_as_long_with_and_without_an_account(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser)) = app_with_ada(database).await else {
        return;
    };
    assert_equally_long(9, async |email| {
        browser.sign_in(email, "wrong").await.with(422);
        // So that no limit is met.
        app.database.clock.advance(Duration::from_mins(10));
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn asking_for_a_link_takes_as_long_with_and_without_an_account(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("/forgot_password", "/sign_up")] path: &str,
) {
    let Some((app, browser)) = app_with_ada(database).await else {
        return;
    };
    let ask = async |email: &str| {
        let answer = browser.post(path, &[("email", email)]).await;
        answer.with(200)
    };
    let answers = [ask(KNOWN).await, ask(UNKNOWN).await];
    assert_eq!(answers[0].replace(KNOWN, UNKNOWN), answers[1]);
    assert_equally_long(31, async |email| {
        ask(email).await;
        app.database.clock.advance(Duration::from_mins(30));
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn an_invitation_takes_as_long_with_and_without_an_account(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, _)) = app_with_ada(database).await else {
        return;
    };
    let (_, grace) = app.signed_in("Grace").await;
    assert_equally_long(31, async |email| {
        let form_key = app.database.store.new_id::<FormKey>().to_string();
        let form = [
            ("email", email),
            ("role", "viewer"),
            ("form_key", &form_key),
        ];
        let answer = grace.post("/w/grace/members/invitations", &form).await;
        let page = answer.with(201);
        assert!(page.contains(email), "{page}");
        // They can be invited again, and no limit is met.
        let anew = "DELETE FROM invitations; DELETE FROM mails; DELETE FROM throttles";
        app.database.run_sql(anew).await;
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "known and unknown addresses differ")]
async fn a_difference_of_an_eighth_is_noticed() {
    let times = async |email: &str| Duration::from_millis(if email == KNOWN { 80 } else { 70 });
    assert_alike(5, times).await;
}

/// Fails unless asking takes as long, within a tenth of the medians, for an address with an account
/// as for one without.
async fn assert_equally_long(samples: usize, mut ask: impl AsyncFnMut(&str)) {
    let time = async |email: &str| {
        let begun = Instant::now();
        ask(email).await;
        begun.elapsed()
    };
    assert_alike(samples, time).await;
}

async fn assert_alike(samples: usize, mut time: impl AsyncFnMut(&str) -> Duration) {
    let mut seen = Vec::new();
    for _ in 0..ROUNDS {
        let (known, unknown) = medians(samples, &mut time).await;
        seen.push((known, unknown));
        if known.abs_diff(unknown) * 10 <= known.max(unknown) {
            return;
        }
    }
    panic!("known and unknown addresses differ: {seen:?}");
}

/// How long both take, one after the other in turn, so that both meet the same load.
async fn medians(
    samples: usize,
    time: &mut impl AsyncFnMut(&str) -> Duration,
) -> (Duration, Duration) {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..samples {
        times.0.push(time(KNOWN).await);
        times.1.push(time(UNKNOWN).await);
    }
    times.0.sort_unstable();
    times.1.sort_unstable();
    (times.0[samples / 2], times.1[samples / 2])
}
