//! One process publishes; another takes over.

use rollcall_store::publisher::LEASE;
use rollcall_testkit::{Database, TestStore};
use rollcall_webhooks::{Publisher, Step};
use rstest::rstest;

use crate::support::create_people;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn another_process_takes_over_when_the_lease_ends_or_is_given_back(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Acme").await;
    let publisher = |name: &str| Publisher::new(test.store.clone(), name.to_owned());
    let (one, two) = (publisher("one"), publisher("two"));
    assert_eq!(one.step(None).await.unwrap(), Step::Done);
    assert_eq!(two.step(None).await.unwrap(), Step::Idle);

    create_people(&test, &directory, 1).await;
    assert_eq!(two.step(None).await.unwrap(), Step::Following);
    test.clock.advance(LEASE);
    assert_eq!(two.step(None).await.unwrap(), Step::Done);

    create_people(&test, &directory, 1).await;
    assert_eq!(one.step(None).await.unwrap(), Step::Following);
    two.resign().await.unwrap();
    assert_eq!(one.step(None).await.unwrap(), Step::Done);
}
