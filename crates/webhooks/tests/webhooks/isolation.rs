//! The worker at work: no receiver delays another, and nothing is waited for that need not be.

use std::time::Duration;

use rollcall_store::webhook_endpoint::New;
use rollcall_testkit::{Database, Reply, WebhookSink};
use rollcall_webhooks::{Settings, Worker};
use rstest::rstest;

use crate::support::{Bed, create_people};

const EVENTS: usize = 150;

fn quick(new: &mut New) {
    new.deliveries_per_second = 1_000;
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_a_hanging_and_a_slow_receiver_delay_nobody(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let healthy = WebhookSink::start();
    let (hanging, slow) = (WebhookSink::start(), WebhookSink::start());
    hanging.always(Reply::Hang);
    slow.always(Reply::After(Duration::from_secs(5)));
    let dead = std::net::TcpListener::bind(("127.0.0.1", 0))
        .map(|gone| format!("http://{}/", gone.local_addr().unwrap()))
        .unwrap();
    bed.endpoint_with(&hanging, quick).await;
    bed.endpoint_with(&slow, quick).await;
    bed.endpoint_with(&healthy, |new| new.endpoint_url = dead)
        .await;
    bed.endpoint_with(&healthy, quick).await;

    bed.publisher.resign().await.unwrap();
    // Receivers may take ten seconds: the test ends long before, or it fails.
    let _worker = Worker::start(&bed.test.store, Settings::default()).unwrap();
    let watch = std::time::Instant::now();
    create_people(&bed.test, &bed.directory, EVENTS).await;
    healthy.wait_for(EVENTS).await;
    assert!(watch.elapsed() < Duration::from_secs(5));
    assert_eq!(healthy.received().len(), EVENTS);
    assert!(hanging.received().len() <= 32 && slow.received().len() <= 32);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_worker_has_written_down_what_it_sent(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint_with(&sink, quick).await;
    bed.publisher.resign().await.unwrap();
    let worker = Worker::start(&bed.test.store, Settings::default()).unwrap();
    create_people(&bed.test, &bed.directory, 20).await;
    sink.wait_for(1).await;
    worker.stop().await;
    let sent = sink.received().len();
    let deliveries = bed.deliveries(&endpoint).await;
    let done = deliveries
        .iter()
        .filter(|delivery| delivery.finished_at.is_some());
    assert_eq!(done.count(), sent);
    // It has resigned, so that another may publish at once.
    create_people(&bed.test, &bed.directory, 1).await;
    bed.publish().await;
    assert_eq!(bed.deliveries(&endpoint).await.len(), 21);
}
