//! What people do about deliveries.

use std::time::Duration;

use rollcall_store::webhook_delivery::{self, ResendError, State};
use rollcall_store::webhook_endpoint::{Changes, Status, WebhookEndpoint};
use rollcall_store::{Timestamp, event};
use rollcall_testkit::{Database, Reply, WebhookSink};
use rstest::rstest;

use crate::support::Bed;

async fn recover(
    bed: &Bed,
    endpoint: &WebhookEndpoint,
    since: Timestamp,
) -> Result<usize, ResendError> {
    let endpoint = endpoint.clone();
    bed.test
        .store
        .write(move |tx| webhook_delivery::recover(tx, &endpoint, since))
        .await
}

async fn set_status(bed: &Bed, endpoint: &WebhookEndpoint, status: Status) {
    let changes = Changes {
        status: Some(status),
        ..Changes::default()
    };
    bed.update(endpoint, changes).await;
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_can_be_sent_again_whatever_became_of_it(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    let delivery = bed.deliveries(&endpoint).await.remove(0);
    let (store, again) = (&bed.test.store, delivery.clone());
    let resent = store
        .write(move |tx| webhook_delivery::resend(tx, &again))
        .await
        .unwrap();
    assert_eq!((resent.state, resent.finished_at), (State::Pending, None));
    bed.pass(Duration::from_secs(1)).await;
    let ids = sink.event_ids();
    assert_eq!(ids, [ids[0].clone(), ids[0].clone()]);
    let delivery = bed.deliveries(&endpoint).await.remove(0);
    assert_eq!((delivery.state, delivery.attempts), (State::Succeeded, 2));

    set_status(&bed, &endpoint, Status::Disabled).await;
    let refused = store
        .write(move |tx| webhook_delivery::resend(tx, &delivery))
        .await;
    assert!(matches!(refused, Err(ResendError::Disabled)));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn recovering_sends_what_failed_and_what_was_missed(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    // Before the time that is named: stays failed.
    sink.always(Reply::Status(410));
    bed.happen(1).await;
    bed.pass(Duration::from_secs(1)).await;
    set_status(&bed, &endpoint, Status::Enabled).await;
    bed.test.clock.advance(Duration::from_secs(1));
    let since = bed.test.store.now();
    // One fails, and two are published while the endpoint is disabled for that.
    bed.happen(1).await;
    bed.settle().await;
    bed.test.clock.advance(Duration::from_secs(1));
    bed.happen(2).await;
    assert!(matches!(
        recover(&bed, &endpoint, since).await,
        Err(ResendError::Disabled)
    ));

    sink.always(Reply::Status(200));
    set_status(&bed, &endpoint, Status::Enabled).await;
    assert_eq!(recover(&bed, &endpoint, since).await.unwrap(), 3);
    assert_eq!(recover(&bed, &endpoint, since).await.unwrap(), 0);
    bed.pass(Duration::from_secs(1)).await;
    let states = bed.states(&endpoint).await;
    let good = State::Succeeded;
    assert_eq!(states, [good, State::Failed, good, good, good]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_test_event_says_that_it_is_one_and_is_tried_once(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.next([Reply::Status(500)]);
    let endpoint = bed.endpoint_with(&sink, |new| new.in_order = true).await;
    let send = async |name: &'static str| {
        let endpoint = endpoint.clone();
        bed.test
            .store
            .write(move |tx| webhook_delivery::send_test(tx, &endpoint, name))
            .await
    };
    let sent = send(event::USER_UPDATED).await.unwrap();
    assert!(sent.is_test);
    bed.settle().await;
    bed.pass(Duration::from_hours(24)).await;
    let received = sink.received();
    assert_eq!(received.len(), 1);
    let body = received[0].json();
    assert_eq!(body["event"], event::USER_UPDATED);
    assert_eq!(body["context"]["test"], true);
    assert_eq!(body["data"]["previous_attributes"]["job_title"], "Engineer");
    assert_eq!(bed.states(&endpoint).await, [State::Failed]);
    assert_eq!(bed.present(&endpoint.id).await.failing_since, None);

    assert!(matches!(
        send("dsync.token.created").await,
        Err(ResendError::UnknownEvent(_))
    ));
    send(event::GROUP_CREATED).await.unwrap();
    bed.settle().await;
    let states = bed.states(&endpoint).await;
    assert_eq!(states, [State::Failed, State::Succeeded]);
}
