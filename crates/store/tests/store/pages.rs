//! Keyset pages: forwards and backwards, each row once, wildcards without magic.

use rollcall_store::page::{Page, PageRequest};
use rollcall_store::{directory_user, organization};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

use crate::create_user;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_through_all_rows_and_back(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    // Some share a name, so that the id has to decide.
    let names = [
        "delta", "Alpha", "charlie", "bravo", "Bravo", "bravo", "echo",
    ];
    for name in names {
        test.organization(&workspace, name).await;
    }
    let page = |request: PageRequest| {
        let id = workspace.id.clone();
        let read = test
            .store
            .read(move |conn| organization::page(conn, &id, None, &request));
        async { read.await.unwrap() }
    };
    let shown = |page: &Page<organization::Organization>| {
        page.items
            .iter()
            .map(|found| found.name.to_lowercase())
            .collect::<Vec<_>>()
    };
    let first = page(PageRequest::first(3)).await;
    assert_eq!(
        (shown(&first), first.before.clone()),
        (vec!["alpha".into(), "bravo".into(), "bravo".into()], None)
    );
    let second = page(PageRequest {
        after: first.after.clone(),
        before: None,
        limit: 3,
    })
    .await;
    assert_eq!(shown(&second), ["bravo", "charlie", "delta"]);
    let third = page(PageRequest {
        after: second.after.clone(),
        before: None,
        limit: 3,
    })
    .await;
    assert_eq!(
        (shown(&third), third.after.clone()),
        (vec!["echo".into()], None)
    );
    let back = page(PageRequest {
        after: None,
        before: third.before.clone(),
        limit: 3,
    })
    .await;
    assert_eq!(back.items, second.items);
    let start = page(PageRequest {
        after: None,
        before: back.before.clone(),
        limit: 3,
    })
    .await;
    assert_eq!(start, first);
    let lost = page(PageRequest {
        after: Some("org_unknown".into()),
        before: None,
        limit: 3,
    })
    .await;
    assert_eq!(lost, first);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_search_takes_wildcards_and_quotes_as_they_are(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    for name in [
        "100%_sure@example.com",
        "plain@example.com",
        r"back\slash'@example.com",
    ] {
        create_user(&test, &at, name).await;
    }
    for (search, expected) in [
        ("%", 1),
        ("_SURE", 1),
        (r"\S", 1),
        ("'", 1),
        ("EXAMPLE", 3),
        ("ada ex", 3),
        ("nobody", 0),
    ] {
        let id = at.directory.id.clone();
        let found = test
            .store
            .read(move |conn| {
                directory_user::page(conn, &id, Some(search), &PageRequest::first(10))
            })
            .await
            .unwrap();
        assert_eq!(found.items.len(), expected, "{search}");
    }
}
