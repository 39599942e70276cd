//! When a delivery is tried again.

use std::time::Duration;

use rollcall_store::webhook_delivery::State;
use rollcall_testkit::{Database, Reply, WebhookSink};
use rollcall_webhooks::ATTEMPTS;
use rstest::rstest;

use crate::support::Bed;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_tried_for_three_days_and_then_given_up(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.always(Reply::Status(500));
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    let began = bed.test.store.now();
    let mut attempts = 1;
    while bed.deliveries(&endpoint).await[0].state == State::Pending {
        let due = bed.deliveries(&endpoint).await[0].next_attempt_at.unwrap();
        let wait = due.since(bed.test.store.now());
        let almost = wait.saturating_sub(Duration::from_micros(1));
        bed.pass(almost).await;
        assert_eq!(sink.received().len(), attempts, "not before its time");
        bed.pass(Duration::from_micros(1)).await;
        attempts += 1;
        assert_eq!(sink.received().len(), attempts, "at its time");
    }
    let lasted = bed.test.store.now().since(began);
    assert!(lasted > Duration::from_hours(60) && lasted < Duration::from_hours(84));
    assert_eq!(attempts, ATTEMPTS);
    let delivery = &bed.deliveries(&endpoint).await[0];
    assert_eq!(delivery.state, State::Failed);
    assert_eq!(delivery.finished_at, Some(bed.test.store.now()));
    assert_eq!(usize::try_from(delivery.attempts), Ok(ATTEMPTS));
    assert_eq!(bed.attempts(delivery).await.len(), ATTEMPTS);
    let ids = sink.event_ids();
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_is_kept_with_what_the_receiver_said(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let body = format!("no\0 {}", "x".repeat(10_000));
    sink.next([
        Reply::Full(422, "x-any", "thing".to_owned(), body),
        Reply::Status(204),
    ]);
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    bed.pass(Duration::from_secs(6)).await;

    let delivery = &bed.deliveries(&endpoint).await[0];
    assert_eq!((delivery.state, delivery.attempts), (State::Succeeded, 2));
    let attempts = bed.attempts(delivery).await;
    assert_eq!(attempts[0].status, Some(422));
    assert_eq!(
        attempts[0].error.as_deref(),
        Some("The receiver answered 422.")
    );
    let kept = attempts[0].response_body.as_deref().unwrap();
    assert!(kept.starts_with("no\u{fffd} xxx") && kept.len() <= 4_096 + 2);
    assert!(attempts[0].duration > Duration::ZERO);
    assert_eq!((attempts[1].status, &attempts[1].error), (Some(204), &None));
    assert_eq!(attempts[1].response_body, None);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_asks_for_rest_gets_it(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let busy = || Reply::Full(429, "retry-after", "120".to_owned(), String::new());
    sink.next([busy()]);
    bed.endpoint_with(&sink, |new| new.deliveries_per_second = 10)
        .await;
    bed.happen(1).await;
    bed.settle().await;
    assert_eq!(sink.received().len(), 1);
    // Another event does not break the rest either.
    bed.happen(1).await;
    bed.pass(Duration::from_secs(119)).await;
    assert_eq!(sink.received().len(), 1);
    bed.pass(Duration::from_secs(2)).await;
    bed.pass(Duration::from_secs(2)).await;
    assert_eq!(sink.received().len(), 3);
}

#[rstest]
#[case::redirect(Reply::Full(302, "location", "/elsewhere".to_owned(), String::new()), "The receiver answered 302; redirects are not followed.")]
#[case::silence(Reply::Hang, "No answer within 0.3 seconds.")]
#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_is_said_plainly(#[case] reply: Reply, #[case] expected: &str) {
    let bed = Bed::new(Database::Sqlite).await.unwrap();
    let sink = WebhookSink::start();
    sink.always(reply);
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    let delivery = &bed.deliveries(&endpoint).await[0];
    let attempts = bed.attempts(delivery).await;
    assert_eq!(attempts[0].error.as_deref(), Some(expected));
    assert_eq!(delivery.state, State::Pending);
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_address_is_said_plainly() {
    let bed = Bed::new(Database::Sqlite).await.unwrap();
    let url = {
        let gone = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}/", gone.local_addr().unwrap())
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint_with(&sink, |new| new.endpoint_url = url).await;
    bed.happen(1).await;
    bed.settle().await;
    let attempts = bed.attempts(&bed.deliveries(&endpoint).await[0]).await;
    let error = attempts[0].error.as_deref().unwrap();
    assert!(
        error.starts_with("Could not connect: ") && error.contains("refused"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut() {
    let bed = Bed::new(Database::Sqlite).await.unwrap();
    let sink = WebhookSink::start();
    sink.always(Reply::Endless);
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    let delivery = &bed.deliveries(&endpoint).await[0];
    assert_eq!(delivery.state, State::Succeeded);
    let attempts = bed.attempts(delivery).await;
    assert_eq!(
        attempts[0].response_body.as_deref().map(str::len),
        Some(4_096)
    );
}
