//! Endpoints that are sent nothing any more.

use std::time::Duration;

use rollcall_store::webhook_delivery::State;
use rollcall_store::webhook_endpoint::{Changes, Status};
use rollcall_testkit::{Database, Reply, WebhookSink};
use rstest::rstest;

use crate::support::Bed;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_left_alone_at_once(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.always(Reply::Status(410));
    let endpoint = bed
        .endpoint_with(&sink, |new| new.deliveries_per_second = 10)
        .await;
    bed.happen(3).await;
    bed.settle().await;
    let disabled = bed.present(&endpoint.id).await;
    assert_eq!(disabled.status, Status::Disabled);
    assert!(disabled.disabled_reason.unwrap().contains("410"));
    bed.happen(3).await;
    bed.pass(Duration::from_hours(1)).await;
    assert_eq!(sink.received().len(), 1);
    assert_eq!(bed.states(&endpoint).await[0], State::Failed);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn after_five_days_without_success_an_endpoint_is_disabled(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.always(Reply::Status(500));
    let endpoint = bed.endpoint(&sink).await;
    let began = bed.test.store.now();
    for _day in 0..5 {
        bed.happen(1).await;
        bed.settle().await;
        assert_eq!(bed.present(&endpoint.id).await.status, Status::Enabled);
        assert_eq!(bed.present(&endpoint.id).await.failing_since, Some(began));
        bed.test.clock.advance(Duration::from_hours(24));
    }
    bed.settle().await;
    let disabled = bed.present(&endpoint.id).await;
    assert_eq!(disabled.status, Status::Disabled);
    let reason = disabled.disabled_reason.unwrap();
    assert!(reason.contains("2026-01-02T03:04:05"), "{reason}");
    assert!(reason.ends_with("The receiver answered 500."), "{reason}");

    sink.always(Reply::Status(200));
    let enable = Changes {
        status: Some(Status::Enabled),
        ..Changes::default()
    };
    bed.update(&endpoint, enable).await;
    let enabled = bed.present(&endpoint.id).await;
    assert_eq!(
        (enabled.disabled_reason, enabled.failing_since),
        (None, None)
    );
    bed.pass(Duration::from_hours(24)).await;
    // What waited meanwhile is sent now, apart from the first, which was given up after three days.
    let states = bed.states(&endpoint).await;
    assert!(
        states[1..].iter().all(|state| *state == State::Succeeded),
        "{states:?}"
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn one_success_makes_a_fresh_start(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    for _day in 0..10 {
        sink.next([Reply::Status(500)]);
        bed.happen(1).await;
        bed.settle().await;
        assert!(bed.present(&endpoint.id).await.failing_since.is_some());
        bed.pass(Duration::from_hours(24)).await;
        assert_eq!(bed.present(&endpoint.id).await.failing_since, None);
    }
    assert_eq!(bed.present(&endpoint.id).await.status, Status::Enabled);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_failing_endpoint_is_tried_with_one_delivery_at_a_time(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.always(Reply::Status(500));
    bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    bed.happen(50).await;
    // Failing for ten minutes: a try every half minute, not fifty at once.
    bed.pass(Duration::from_mins(10)).await;
    let before = sink.received().len();
    bed.settle().await;
    bed.pass(Duration::from_secs(20)).await;
    assert_eq!(sink.received().len(), before);
    bed.pass(Duration::from_secs(11)).await;
    assert_eq!(sink.received().len(), before + 1);
    sink.always(Reply::Status(200));
    for _second in 0..60 {
        bed.pass(Duration::from_secs(1)).await;
    }
    let ids: std::collections::HashSet<_> = sink.event_ids().into_iter().collect();
    assert_eq!(ids.len(), 51);
}
