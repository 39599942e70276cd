//! No reference of the database ends memberships: whoever deletes one side does, also while others write.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rollcall_store::directory_group::{DirectoryGroup, Error, MemberChange};
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::{Connection, directory, directory_group, directory_user};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;

use crate::create_user;
use crate::groups::{add, create};

/// How many rows there are, whether or not anybody can still see them.
async fn rows(test: &TestStore) -> i64 {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let count = |conn: &mut Connection| -> Result<i64, rollcall_store::Error> {
        let query = diesel::sql_query("SELECT count(*) AS number FROM memberships");
        let counted: Counted = match conn {
            Connection::Postgres(conn) => query.get_result(conn),
            Connection::Sqlite(conn) => query.get_result(conn),
        }?;
        Ok(counted.number)
    };
    test.store.read(count).await.unwrap()
}

async fn delete_group(test: &TestStore, at: &TestDirectory, group: &DirectoryGroup) {
    let (directory, id) = (at.directory.clone(), group.id.clone());
    let delete = move |tx: &mut rollcall_store::Tx<'_>| -> Result<(), rollcall_store::Error> {
        match directory_group::lock(tx, &directory.id, &id)? {
            Some(group) => directory_group::delete(tx, &directory, &group),
            None => Ok(()),
        }
    };
    test.store.write(delete).await.unwrap();
}

async fn delete_person(test: &TestStore, at: &TestDirectory, user: &DirectoryUser) {
    let (directory, id) = (at.directory.clone(), user.id.clone());
    let deleted = test
        .store
        .write(move |tx| directory_user::delete(tx, &directory, &id))
        .await;
    deleted.unwrap().expect("they were there");
}

async fn delete_directory(test: &TestStore, at: &TestDirectory) {
    let directory = at.directory.clone();
    test.store
        .write(move |tx| directory::delete(tx, &directory))
        .await
        .unwrap();
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn memberships_end_with_either_side_and_with_the_directory(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (at, elsewhere) = (test.directory("Okta").await, test.directory("Other").await);
    let ada = create_user(&test, &at, "ada@example.com").await;
    let ben = create_user(&test, &at, "ben@example.com").await;
    let eve = create_user(&test, &elsewhere, "eve@example.com").await;
    let first = create(&test, &at, "First", &[&ada, &ben]).await.unwrap();
    create(&test, &at, "Second", &[&ada, &ben]).await.unwrap();
    create(&test, &elsewhere, "Third", &[&eve]).await.unwrap();
    assert_eq!(rows(&test).await, 5);
    delete_group(&test, &at, &first).await;
    assert_eq!(rows(&test).await, 3);
    delete_person(&test, &at, &ada).await;
    assert_eq!(rows(&test).await, 2);
    delete_directory(&test, &at).await;
    assert_eq!(rows(&test).await, 1);
    delete_directory(&test, &elsewhere).await;
    assert_eq!(rows(&test).await, 0);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_group_deleted_while_somebody_joins_leaves_no_membership(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let user = create_user(&test, &at, "ada@example.com").await;
    for _ in 0..40 {
        let group = create(&test, &at, "Everyone", &[]).await.unwrap();
        let (changed, ()) = tokio::join!(
            change_if_there(&test, &at, &group, add(&[&user])),
            delete_group(&test, &at, &group),
        );
        changed.unwrap();
        assert_eq!(rows(&test).await, 0);
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_deleted_while_groups_are_pushed_leaves_no_membership(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    for number in 0..15 {
        let at = test.directory(&format!("Okta {number}")).await;
        let user = create_user(&test, &at, "ada@example.com").await;
        let group = create(&test, &at, "First", &[]).await.unwrap();
        let everybody = [&user];
        let (changed, created, ()) = tokio::join!(
            change_if_there(&test, &at, &group, add(&everybody)),
            create(&test, &at, "Second", &everybody),
            delete_directory(&test, &at),
        );
        assert!(
            matches!(changed, Ok(_) | Err(Error::UnknownMembers(_))),
            "{changed:?}"
        );
        assert!(
            matches!(
                created,
                Ok(_) | Err(Error::UnknownMembers(_) | Error::DirectoryGone)
            ),
            "{created:?}"
        );
        assert_eq!(rows(&test).await, 0);
    }
}

async fn change_if_there(
    test: &TestStore,
    at: &TestDirectory,
    group: &DirectoryGroup,
    members: MemberChange,
) -> Result<Option<DirectoryGroup>, Error> {
    let (directory, id) = (at.directory.clone(), group.id.clone());
    let work = move |tx: &mut rollcall_store::Tx<'_>| -> Result<_, Error> {
        let Some(current) = directory_group::lock(tx, &directory.id, &id)? else {
            return Ok(None);
        };
        let profile = current.profile.clone();
        directory_group::change(tx, &directory, current, profile, members).map(Some)
    };
    test.store.write(work).await
}
