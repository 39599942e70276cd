//! One attempt at a time, by one process, at the endpoint's pace; and what happens when that process dies.

use std::collections::HashSet;
use std::time::Duration;

use rollcall_store::Error;
use rollcall_store::webhook_delivery::{
    self, ClaimError, LEASE, Outcome, State, Verdict, claim, record,
};
use rollcall_testkit::{Database, WebhookSink};
use rollcall_webhooks::Dispatcher;
use rstest::rstest;

use crate::support::Bed;

/// Claims as a process does that dies before it can write down what happened.
async fn claim_and_die(
    bed: &Bed,
    endpoint: &rollcall_store::webhook_endpoint::WebhookEndpoint,
) -> webhook_delivery::Claimed {
    let id = endpoint.id.clone();
    let claimed: Result<_, ClaimError> =
        bed.test.store.write(move |tx| claim(tx, &id, 10, 0)).await;
    claimed.unwrap().unwrap().deliveries.remove(0)
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_of_a_dead_process_is_sent_again_when_its_lease_ends(
    #[case] database: Database,
) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    let lost = claim_and_die(&bed, &endpoint).await;
    bed.pass(LEASE.checked_sub(Duration::from_secs(1)).unwrap())
        .await;
    assert!(sink.received().is_empty());
    bed.pass(Duration::from_secs(1)).await;
    assert_eq!(sink.event_ids(), [lost.event_id.to_string()]);
    assert_eq!(sink.received()[0].body, lost.body);
    assert_eq!(bed.states(&endpoint).await, [State::Succeeded]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_comes_too_late_changes_nothing(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    let slow = claim_and_die(&bed, &endpoint).await;
    bed.pass(LEASE).await;
    let now = bed.test.store.now();
    let late = Outcome {
        delivery_id: slow.id,
        endpoint_id: endpoint.id.clone(),
        is_test: false,
        lease_ends_at: slow.lease_ends_at,
        status: Some(500),
        error: Some("The receiver answered 500.".to_owned()),
        duration: Duration::from_secs(61),
        response_body: None,
        began_at: now,
        verdict: Verdict::Retry { at: now },
        pause_until: None,
    };
    let recorded: Result<_, Error> = bed.test.store.write(move |tx| record(tx, &[late])).await;
    recorded.unwrap();
    let delivery = &bed.deliveries(&endpoint).await[0];
    assert_eq!((delivery.state, delivery.attempts), (State::Succeeded, 1));
    assert_eq!(bed.attempts(delivery).await.len(), 2);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_dispatchers_never_make_the_same_attempt(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed
        .endpoint_with(&sink, |new| new.deliveries_per_second = 1_000)
        .await;
    bed.happen(300).await;
    // A pool of connections of its own, as another process has.
    let options = rollcall_store::Options {
        clock: bed.test.clock.clone(),
        secret_key: Some(rollcall_testkit::SECRET_KEY.parse().unwrap()),
        webhook_networks: bed.test.store.webhook_networks().clone(),
        ..rollcall_store::Options::new(bed.test.url.clone())
    };
    let second = match database {
        Database::Postgres => rollcall_store::Store::open(&options).unwrap(),
        // SQLite belongs to one process.
        Database::Sqlite => bed.test.store.clone(),
    };
    // Nobody hangs here, but a busy machine is slow.
    let patience = Duration::from_secs(20);
    let first = Dispatcher::new(bed.test.store.clone(), patience).unwrap();
    let second = Dispatcher::new(second, patience).unwrap();
    for _round in 0..50 {
        let (one, two) = tokio::join!(first.settle(), second.settle());
        one.unwrap();
        two.unwrap();
        bed.test.clock.advance(Duration::from_millis(100));
    }
    let ids = sink.event_ids();
    let once: HashSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), once.len()), (300, 300));
    let deliveries = bed.deliveries(&endpoint).await;
    let good = |delivery: &webhook_delivery::WebhookDelivery| {
        (delivery.state, delivery.attempts) == (State::Succeeded, 1)
    };
    assert!(deliveries.iter().all(good));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_sent_no_more_than_its_pace(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    bed.endpoint_with(&sink, |new| new.deliveries_per_second = 10)
        .await;
    bed.happen(30).await;
    bed.settle().await;
    bed.settle().await;
    assert_eq!(sink.received().len(), 2, "two at once after a pause");
    for tenth in 1..=20 {
        bed.pass(Duration::from_millis(100)).await;
        assert_eq!(
            sink.received().len(),
            2 + tenth,
            "then one each tenth of a second"
        );
    }
}
