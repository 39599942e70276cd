//! Endpoints in order: an event waits for the one before it of the same directory.

use std::time::Duration;

use rollcall_store::webhook_delivery::State;
use rollcall_store::webhook_endpoint::New;
use rollcall_testkit::{Database, Reply, WebhookSink};
use rollcall_webhooks::{Settings, Worker};
use rstest::rstest;

use crate::support::{Bed, create_people};

/// The directory of each webhook and its number there.
fn places(sink: &WebhookSink) -> Vec<(String, i64)> {
    let received = sink.received().into_iter().map(|received| received.json());
    received
        .map(|event| {
            let directory = event["data"]["directory_id"].as_str().unwrap().to_owned();
            let number = event["context"]["directory_sequence"].as_i64().unwrap();
            (directory, number)
        })
        .collect()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_delivery_holds_back_its_own_directory_alone(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let other = bed
        .test
        .directory_of(
            &bed.directory.workspace,
            &bed.directory.organization,
            "Other",
        )
        .await;
    let sink = WebhookSink::start();
    let in_order = |new: &mut New| {
        new.in_order = true;
        new.deliveries_per_second = 1_000;
    };
    let endpoint = bed.endpoint_with(&sink, in_order).await;
    bed.happen(5).await;
    sink.next([Reply::Status(500)]);
    bed.settle().await;
    assert_eq!(sink.received().len(), 1);

    bed.happen_in(&other, 5).await;
    // While the endpoint fails it is tried with one at a time; the first success ends that.
    bed.settle().await;
    let blocked = bed.directory.directory.id.to_string();
    let sent = places(&sink);
    assert_eq!(sent.iter().filter(|(at, _)| *at == blocked).count(), 1);
    assert_eq!(sent.len(), 6);

    bed.pass(Duration::from_secs(6)).await;
    let states = bed.states(&endpoint).await;
    assert_eq!(states, vec![State::Succeeded; 10]);
    for directory in [&bed.directory, &other] {
        let id = directory.directory.id.to_string();
        let mut numbers: Vec<_> = places(&sink)
            .into_iter()
            .filter(|(at, _)| *at == id)
            .map(|(_, number)| number)
            .collect();
        assert!(numbers.is_sorted(), "{numbers:?}");
        numbers.dedup();
        assert_eq!(numbers.len(), 5);
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_holds_nothing_back(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed
        .endpoint_with(&sink, |new| {
            new.in_order = true;
            new.deliveries_per_second = 1_000;
        })
        .await;
    bed.happen(2).await;
    sink.next(vec![Reply::Status(500); rollcall_webhooks::ATTEMPTS]);
    for _day in 0..6 {
        for _try in 0..10 {
            bed.settle().await;
            bed.test.clock.advance(Duration::from_mins(144));
        }
    }
    let states = bed.states(&endpoint).await;
    assert_eq!(states, [State::Failed, State::Succeeded]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sends_in_order_whatever_fails_in_between(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let in_order = |new: &mut New| {
        new.in_order = true;
        new.deliveries_per_second = 1_000;
    };
    let endpoint = bed.endpoint_with(&sink, in_order).await;
    bed.publisher.resign().await.unwrap();
    let worker = Worker::start(&bed.test.store, Settings::default()).unwrap();
    sink.next([Reply::Status(200), Reply::Status(500)]);
    create_people(&bed.test, &bed.directory, 20).await;
    sink.wait_for(2).await;
    while bed.present(&endpoint.id).await.failing_since.is_none() {
        tokio::task::yield_now().await;
    }
    // The failure is written down. Its retry is due now, which the worker sees by itself.
    bed.test.clock.advance(Duration::from_secs(6));
    sink.wait_for(21).await;
    worker.stop().await;
    let numbers: Vec<_> = places(&sink)
        .into_iter()
        .map(|(_, number)| number)
        .collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    assert_eq!(numbers[1], numbers[2], "the one that failed comes twice");
}
