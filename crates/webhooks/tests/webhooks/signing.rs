//! What a receiver can check.

use std::time::Duration;

use rollcall_store::webhook_endpoint::{self, WebhookEndpoint};
use rollcall_store::{Error, event, representation};
use rollcall_testkit::{Database, Received, Reply, WebhookSink};
use rollcall_webhooks::{standard, workos};
use rstest::rstest;
use secrecy::SecretString;

use crate::support::Bed;

fn secret(bed: &Bed, endpoint: &WebhookEndpoint) -> SecretString {
    webhook_endpoint::secret(bed.test.store.sealer(), endpoint).unwrap()
}

fn header<'a>(received: &'a Received, name: &str) -> &'a str {
    &received.headers[name]
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_the_event_signed_for_both_kinds_of_receivers(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;

    let received = &sink.received()[0];
    let (workspace_id, id) = (bed.directory.workspace.id.clone(), received.event_id());
    let published: Result<_, Error> = bed
        .test
        .store
        .read(move |conn| {
            let id = <rollcall_store::ids::EventId as rollcall_store::ids::Id>::from_text(id);
            event::find(conn, &workspace_id, &id)
        })
        .await;
    let published = published.unwrap().unwrap();
    assert_eq!(received.body, representation::event(&published).to_string());
    assert_eq!(header(received, "content-type"), "application/json");

    let (secret, now) = (secret(&bed, &endpoint), bed.test.store.now());
    assert_eq!(
        header(received, "workos-signature"),
        workos(&secret, now, &received.body)
    );
    let id = header(received, "webhook-id");
    assert_eq!(id, received.event_id());
    assert_eq!(header(received, "webhook-timestamp"), "1767323045");
    assert_eq!(
        header(received, "webhook-signature"),
        standard(&[&secret], id, now, &received.body)
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn each_attempt_is_signed_for_its_own_time(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.next([Reply::Status(500)]);
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    bed.settle().await;
    bed.pass(Duration::from_secs(6)).await;

    let received = sink.received();
    let secret = secret(&bed, &endpoint);
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(
        header(&received[1], "workos-signature"),
        workos(&secret, bed.test.store.now(), &received[1].body)
    );
    assert_ne!(
        header(&received[0], "workos-signature"),
        header(&received[1], "workos-signature")
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn while_two_secrets_are_valid_a_receiver_may_know_either(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    sink.next([Reply::Status(400)]);
    let endpoint = bed.endpoint(&sink).await;
    let old = secret(&bed, &endpoint);
    let rotated = endpoint.clone();
    let new = bed
        .test
        .store
        .write(move |tx| webhook_endpoint::rotate_secret(tx, &rotated, Duration::from_mins(10)));
    let new = new.await.unwrap();
    bed.happen(1).await;
    bed.settle().await;
    let first_at = bed.test.store.now();
    bed.pass(Duration::from_secs(6)).await;
    let second_at = bed.test.store.now();

    let received = sink.received();
    let (first, second) = (&received[0], &received[1]);
    assert_eq!(
        header(first, "workos-signature"),
        workos(&old, first_at, &first.body)
    );
    assert_eq!(
        header(second, "workos-signature"),
        workos(&new, second_at, &second.body)
    );
    assert_eq!(
        header(second, "webhook-signature"),
        standard(&[&new, &old], &second.event_id(), second_at, &second.body)
    );

    bed.test.clock.advance(Duration::from_mins(10));
    bed.happen(1).await;
    bed.settle().await;
    let (third, now) = (&sink.received()[2], bed.test.store.now());
    assert_eq!(
        header(third, "workos-signature"),
        workos(&new, now, &third.body)
    );
    assert_eq!(
        header(third, "webhook-signature"),
        standard(&[&new], &third.event_id(), now, &third.body)
    );
}
