//! People: one of each user name, and an event for each net change.

use rollcall_store::directory_user::{self, DirectoryUser, Error, Lookup, Profile};
use rollcall_store::{directory, directory_group};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use serde_json::json;

use crate::{create_user, event_names, events, profile};

async fn replace(
    test: &TestStore,
    at: &TestDirectory,
    id: &rollcall_store::ids::DirectoryUserId,
    change: impl FnOnce(&mut Profile) + Send + 'static,
) -> Result<DirectoryUser, Error> {
    let (directory, id) = (at.directory.clone(), id.clone());
    test.store
        .write(move |tx| {
            let current =
                directory_user::lock(tx, &directory.id, &id)?.expect("the person is there");
            let mut wanted = current.profile.clone();
            change(&mut wanted);
            directory_user::replace(tx, &directory, current, wanted)
        })
        .await
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn only_net_changes_make_events(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let user = create_user(&test, &at, "ada@example.com").await;
    test.clock.advance(std::time::Duration::from_mins(1));

    let same = replace(&test, &at, &user.id, |_| {}).await.unwrap();
    assert_eq!(same, user);
    let changed = replace(&test, &at, &user.id, |wanted| wanted.active = false)
        .await
        .unwrap();
    assert_eq!((changed.version, changed.created_at), (2, user.created_at));
    assert!(changed.updated_at > user.updated_at);

    let events = events(&test, &at).await;
    let last = events.last().unwrap();
    assert_eq!(last.name, "dsync.user.updated");
    assert_eq!(last.data["state"], "inactive");
    assert_eq!(last.data["previous_attributes"], json!({"state": "active"}));
    assert_eq!(
        event_names(&test, &at).await,
        ["dsync.user.created", "dsync.user.updated"]
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_user_name_is_taken_in_any_case_and_by_one_of_many_at_once(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let attempts: Vec<_> = (0..16)
        .map(|number| {
            let name = if number % 2 == 0 {
                "Åda@Example.com"
            } else {
                "åDA@example.COM"
            };
            let (store, directory, profile) =
                (test.store.clone(), at.directory.clone(), profile(name));
            tokio::spawn(async move {
                store
                    .write(move |tx| directory_user::create(tx, &directory, profile))
                    .await
            })
        })
        .collect();
    let mut created = Vec::new();
    let mut refused = Vec::new();
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(user) => created.push(user),
            Err(Error::UserNameTaken { by, .. }) => refused.push(by.expect("the winner is known")),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((created.len(), refused.len()), (1, 15));
    assert!(refused.iter().all(|by| by.id == created[0].id));
    assert_eq!(event_names(&test, &at).await, ["dsync.user.created"]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_person_is_found_by_the_new_name_only(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    let bob = create_user(&test, &at, "bob@example.com").await;
    let taken = replace(&test, &at, &bob.id, |wanted| {
        wanted.user_name = "ADA@example.com".to_owned();
    })
    .await;
    assert!(matches!(taken, Err(Error::UserNameTaken { by: Some(by), .. }) if by.id == ada.id));
    replace(&test, &at, &ada.id, |wanted| {
        wanted.user_name = "lovelace@example.com".to_owned();
    })
    .await
    .unwrap();

    let id = at.directory.id.clone();
    let (old, new) = test
        .store
        .read(move |conn| {
            let old = directory_user::list(
                conn,
                &id,
                &Lookup::UserName("ada@example.com".into()),
                0,
                10,
            )?;
            let new = directory_user::list(
                conn,
                &id,
                &Lookup::UserName("LOVELACE@example.com".into()),
                0,
                10,
            )?;
            Ok::<_, rollcall_store::Error>((old, new))
        })
        .await
        .unwrap();
    assert_eq!((old.len(), new.len()), (0, 1));
    assert_eq!(new[0].id, ada.id);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_any_of_their_addresses(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (at, other) = (test.directory("Okta").await, test.directory("Other").await);
    let ada = create_user(&test, &at, "ada@example.com").await;
    let found = |directory: &TestDirectory, email: &str| {
        let (id, lookup) = (
            directory.directory.id.clone(),
            Lookup::Email(email.to_owned()),
        );
        let read = test
            .store
            .read(move |conn| directory_user::count(conn, &id, &lookup));
        async { read.await.unwrap() }
    };
    let emails = |values: &[&str]| {
        let emails = json!(
            values
                .iter()
                .map(|value| json!({"value": value}))
                .collect::<Vec<_>>()
        );
        move |wanted: &mut Profile| {
            wanted.resource.insert("emails".to_owned(), emails);
        }
    };
    let both = emails(&["ada@example.com", "Ada@Home.example", "ADA@home.example"]);
    replace(&test, &at, &ada.id, both).await.unwrap();
    assert_eq!(found(&at, "ADA@EXAMPLE.com").await, 1);
    assert_eq!(found(&at, "ada@home.EXAMPLE").await, 1);
    assert_eq!(found(&other, "ada@home.example").await, 0);

    replace(
        &test,
        &at,
        &ada.id,
        emails(&["ada@example.com", "ada@new.example"]),
    )
    .await
    .unwrap();
    assert_eq!(found(&at, "ada@home.example").await, 0);
    assert_eq!(found(&at, "ada@new.example").await, 1);
    replace(&test, &at, &ada.id, emails(&[])).await.unwrap();
    assert_eq!(found(&at, "ada@new.example").await, 0);
    assert_eq!(found(&at, "ada@example.com").await, 1);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_person_leaves_their_groups_quietly(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    let group = crate::groups::create(&test, &at, "Engineering", &[&ada])
        .await
        .unwrap();
    let (directory, id) = (at.directory.clone(), ada.id.clone());
    test.store
        .write(move |tx| directory_user::delete(tx, &directory, &id))
        .await
        .unwrap()
        .expect("she was there");
    let (directory_id, group_id) = (at.directory.id.clone(), group.id.clone());
    let group = test
        .store
        .read(move |conn| directory_group::find(conn, &directory_id, &group_id))
        .await
        .unwrap();
    assert_eq!(group.unwrap().member_count, 0);
    assert_eq!(
        event_names(&test, &at).await,
        [
            "dsync.user.created",
            "dsync.group.created",
            "dsync.group.user_added",
            "dsync.user.deleted"
        ]
    );
    create_user(&test, &at, "ada@example.com").await;
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_be_created_in_a_deleted_directory(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let directory = at.directory.clone();
    test.store
        .write(move |tx| directory::delete(tx, &directory))
        .await
        .unwrap();
    let (directory, profile) = (at.directory.clone(), profile("late@example.com"));
    let late = test
        .store
        .write(move |tx| directory_user::create(tx, &directory, profile))
        .await;
    assert!(matches!(late, Err(Error::DirectoryGone)), "{late:?}");
    assert_eq!(event_names(&test, &at).await, ["dsync.deleted"]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn one_directory_does_not_see_another(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (mine, other) = (test.directory("Mine").await, test.directory("Other").await);
    let user = create_user(&test, &mine, "ada@example.com").await;
    create_user(&test, &other, "ada@example.com").await;
    let (id, foreign) = (user.id.clone(), other.directory.id.clone());
    assert_eq!(
        test.store
            .read(move |conn| directory_user::find(conn, &foreign, &id))
            .await
            .unwrap(),
        None
    );
    let refused = crate::groups::create(&test, &other, "Engineering", &[&user]).await;
    assert!(
        matches!(refused, Err(directory_group::Error::UnknownMembers(ids)) if ids == [user.id.to_string()])
    );
}
