//! The log of provisioning requests.

use std::time::Duration;

use rollcall_store::page::PageRequest;
use rollcall_store::provisioning_request::{self, ProvisioningRequest, Traffic};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;

fn request(test: &TestStore, at: &TestDirectory, status: i32) -> ProvisioningRequest {
    ProvisioningRequest {
        id: test.store.new_id(),
        directory_id: at.directory.id.clone(),
        directory_token_id: None,
        method: "GET".to_owned(),
        path: "/Users".to_owned(),
        query: String::new(),
        status,
        duration_micros: 900,
        summary: "Listed users".to_owned(),
        request_body: None,
        response_body: Some("{}".to_owned()),
        user_agent: "Okta SCIM Client 1.0.0".to_owned(),
        created_at: test.store.now(),
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_listed_newest_first_counted_and_pruned(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let mut rows: Vec<_> = (0..450).map(|_| request(&test, &at, 200)).collect();
    let old = test.store.now();
    test.clock.advance(Duration::from_hours(48));
    rows.push(request(&test, &at, 409));
    let (newest, id, now) = (
        rows[450].id.clone(),
        at.directory.id.clone(),
        test.store.now(),
    );
    test.store
        .write(move |tx| provisioning_request::insert_batch(tx, &rows))
        .await
        .unwrap();

    let (first, second, refused, traffic) = test
        .store
        .read(move |conn| {
            let first = provisioning_request::page(conn, &id, false, &PageRequest::first(2))?;
            let more = PageRequest {
                after: first.after.clone(),
                before: None,
                limit: 500,
            };
            let second = provisioning_request::page(conn, &id, false, &more)?;
            let refused = provisioning_request::page(conn, &id, true, &PageRequest::first(10))?;
            let traffic =
                provisioning_request::traffic(conn, &id, now.minus(Duration::from_hours(24)))?;
            Ok::<_, rollcall_store::Error>((first, second, refused, traffic))
        })
        .await
        .unwrap();
    assert_eq!(
        (first.items[0].id.clone(), first.before),
        (newest.clone(), None)
    );
    assert_eq!((second.items.len(), second.after), (449, None));
    assert_eq!(
        refused
            .items
            .iter()
            .map(|row| row.id.clone())
            .collect::<Vec<_>>(),
        [newest]
    );
    assert_eq!(
        traffic,
        Traffic {
            requests: 1,
            refused: 1
        }
    );

    let after = old.plus(Duration::from_secs(1));
    let pruned = test
        .store
        .write(move |tx| provisioning_request::prune(tx, after, 400))
        .await
        .unwrap();
    assert_eq!(pruned, 400);
    let pruned = test
        .store
        .write(move |tx| provisioning_request::prune(tx, after, 400))
        .await
        .unwrap();
    assert_eq!(pruned, 50);
}
