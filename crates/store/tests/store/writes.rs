//! What a write promises.

use rollcall_store::Error;
use rollcall_store::organization::{self, Organization};
use rollcall_store::page::PageRequest;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

async fn organizations(
    test: &TestStore,
    workspace_id: rollcall_store::ids::WorkspaceId,
) -> Vec<Organization> {
    let read = test
        .store
        .read(move |conn| organization::page(conn, &workspace_id, None, &PageRequest::first(500)));
    read.await.unwrap().items
}

fn refused() -> Error {
    Error::Unavailable("on purpose".to_owned())
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_leaves_nothing_behind_and_takes_nobody_down(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    // All at once, so that on SQLite they share commits.
    let writes = (0..60).map(|number| {
        let (store, id) = (test.store.clone(), workspace.id.clone());
        tokio::spawn(async move {
            store
                .write(move |tx| {
                    let made = organization::create(tx, &id, &format!("Customer {number:02}"))?;
                    if number % 3 == 0 {
                        Err(refused())
                    } else {
                        Ok(made)
                    }
                })
                .await
        })
    });
    let results: Vec<_> = writes.collect();
    for (number, result) in results.into_iter().enumerate() {
        assert_eq!(result.await.unwrap().is_ok(), number % 3 != 0, "{number}");
    }
    let names: Vec<_> = organizations(&test, workspace.id)
        .await
        .into_iter()
        .map(|found| found.name)
        .collect();
    let expected: Vec<_> = (0..60)
        .filter(|number| number % 3 != 0)
        .map(|number| format!("Customer {number:02}"))
        .collect();
    assert_eq!(names, expected);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_panics_is_rolled_back_and_the_next_one_works(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    let id = workspace.id.clone();
    let result: Result<Organization, Error> = test
        .store
        .write(move |tx| {
            organization::create(tx, &id, "Half")?;
            panic!("on purpose");
        })
        .await;
    assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
    test.organization(&workspace, "Whole").await;
    let names: Vec<_> = organizations(&test, workspace.id)
        .await
        .into_iter()
        .map(|found| found.name)
        .collect();
    assert_eq!(names, ["Whole"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_cannot_write_on_sqlite() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let written: Result<usize, Error> = test
        .store
        .read(|conn| {
            use diesel::prelude::*;
            Ok(diesel::delete(rollcall_store::schema::events::table).execute(conn)?)
        })
        .await;
    assert!(written.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_unavailable_and_comes_back() {
    let Some(test) = TestStore::new(Database::Postgres).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    // Ends every session of this test's database, as a restart of the server would.
    let cut: Result<usize, Error> = test
        .store
        .read(|conn| {
            use diesel::prelude::*;
            let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()";
            Ok(diesel::sql_query(others).execute(conn)?)
        })
        .await;
    assert!(matches!(cut, Err(Error::Unavailable(_))), "{cut:?}");
    test.organization(&workspace, "Afterwards").await;
    assert_eq!(organizations(&test, workspace.id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_read_that_begins_a_request_does_not_see_a_restart() {
    let Some(test) = TestStore::new(Database::Postgres).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    // The session that is used next is ended while it lies in the pool, fresh and trusted.
    let own: Result<usize, Error> = test
        .store
        .read(|conn| {
            use diesel::prelude::*;
            let delayed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
            Ok(diesel::sql_query(delayed).execute(conn)?)
        })
        .await;
    own.unwrap();
    let id = workspace.id.clone();
    for _ in 0..20 {
        let id = id.clone();
        let read = test.store.read_persistently(move |conn| {
            organization::page(conn, &id, None, &PageRequest::first(1))
        });
        read.await.unwrap();
    }
}
