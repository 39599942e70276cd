//! Processes that cannot open the endpoints' secrets.

use rollcall_store::seal::SealError;
use rollcall_store::webhook_endpoint::{self, New};
use rollcall_store::{Error, Options, Store, event};
use rollcall_testkit::{Database, WebhookSink};
use rollcall_webhooks::{Publisher, Step};
use rstest::rstest;

use crate::support::{Bed, create_people};

/// The same database, opened with that key or with none.
fn reopened(bed: &Bed, key: Option<&str>) -> Store {
    let options = Options {
        clock: bed.test.clock.clone(),
        secret_key: key.map(|key| key.parse().unwrap()),
        webhook_networks: bed.test.store.webhook_networks().clone(),
        ..Options::new(bed.test.url.clone())
    };
    Store::open(&options).unwrap()
}

#[rstest]
#[case::other_key(Some("22".repeat(32)))]
#[case::no_key(None)]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_databases_key_all_but_webhooks_works(
    #[case] key: Option<String>,
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    let store = reopened(&bed, key.as_deref());
    let reason = store.sealer().check().unwrap_err();
    assert_eq!(
        key.is_some(),
        matches!(reason, SealError::OtherKey { .. }),
        "{reason}"
    );
    assert_eq!(
        webhook_endpoint::secret(store.sealer(), &endpoint).unwrap_err(),
        reason
    );

    let new = New {
        endpoint_url: "https://hooks.example.com/".to_owned(),
        description: String::new(),
        events: vec![event::USER_CREATED.to_owned()],
        in_order: false,
        deliveries_per_second: 10,
    };
    let workspace_id = bed.directory.workspace.id.clone();
    let made = store
        .write(move |tx| webhook_endpoint::create(tx, &workspace_id, new))
        .await;
    assert!(matches!(made, Err(webhook_endpoint::Error::Secret(_))));

    create_people(&bed.test, &bed.directory, 1).await;
    let publisher = Publisher::new(store.clone(), "test".to_owned());
    assert_eq!(publisher.step(None).await.unwrap(), Step::Done);
    // The right key finds everything as it was.
    bed.settle().await;
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_signed_is_not_claimed() {
    let bed = Bed::new(Database::Sqlite).await.unwrap();
    let sink = WebhookSink::start();
    let endpoint = bed.endpoint(&sink).await;
    bed.happen(1).await;
    let store = reopened(&bed, None);
    let id = endpoint.id.clone();
    let claimed = store
        .write(move |tx| rollcall_store::webhook_delivery::claim(tx, &id, 10, 0))
        .await;
    assert!(claimed.is_err());
    let found: Result<_, Error> = bed
        .test
        .store
        .read(rollcall_store::webhook_delivery::backlog)
        .await;
    assert_eq!(found.unwrap().pending, 1);
    bed.settle().await;
    assert_eq!(sink.received().len(), 1);
}
