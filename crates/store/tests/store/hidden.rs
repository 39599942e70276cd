//! Who is deactivated where that counts as a deletion: hidden from the application, not from the provider.

use std::collections::HashMap;
use std::sync::Arc;

use rollcall_store::by_age::{ByAge, Order};
use rollcall_store::directory_group::{self, DirectoryGroup, MemberChange};
use rollcall_store::directory_user::{self, Among, DirectoryUser, Filter};
use rollcall_store::ids::DirectoryUserId;
use rollcall_store::workspace::DeactivatedUsers;
use rollcall_store::{Connection, directory, membership};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use serde_json::Value;

use crate::groups::{add, change, create};
use crate::{create_user, event_names, events, profile};

/// A directory of a workspace that decided so.
async fn directory_where(test: &TestStore, decided: DeactivatedUsers) -> TestDirectory {
    let at = test.directory("Okta").await;
    decide(test, &at, decided).await
}

/// The directory, read again after its workspace decided so.
async fn decide(test: &TestStore, at: &TestDirectory, decided: DeactivatedUsers) -> TestDirectory {
    test.decide(&at.workspace, decided).await;
    let (workspace_id, id) = (at.workspace.id.clone(), at.directory.id.clone());
    let find = move |conn: &mut Connection| directory::find(conn, &workspace_id, &id);
    TestDirectory {
        directory: test.store.read(find).await.unwrap().unwrap(),
        ..at.clone()
    }
}

async fn set_active(
    test: &TestStore,
    at: &TestDirectory,
    id: &DirectoryUserId,
    active: bool,
) -> DirectoryUser {
    test.set_active(&at.directory, id, active).await
}

async fn members(
    test: &TestStore,
    at: &TestDirectory,
    group: &DirectoryGroup,
    change: MemberChange,
) {
    let (directory, id) = (at.directory.clone(), group.id.clone());
    test.store
        .write(move |tx| {
            let current = directory_group::lock(tx, &directory.id, &id)?.expect("it is there");
            let profile = current.profile.clone();
            directory_group::change(tx, &directory, current, profile, change)
        })
        .await
        .unwrap();
}

/// What the application sees: of the directory, of the group, and how many it is told are in it.
async fn seen(
    test: &TestStore,
    at: &TestDirectory,
    group: &DirectoryGroup,
) -> (Vec<String>, Vec<String>, i64) {
    let (workspace_id, directory_id) = (at.workspace.id.clone(), at.directory.id.clone());
    let group_id = group.id.clone();
    let request = ByAge {
        order: Order::OldestFirst,
        before: None,
        after: None,
        limit: 100,
    };
    test.store
        .read(move |conn| {
            let names = |conn: &mut _, among| {
                let page = directory_user::page_by_age(conn, &among, &Filter::default(), &request)?;
                let names = page.items.into_iter().map(|user| user.profile.user_name);
                Ok::<Vec<_>, rollcall_store::Error>(names.collect())
            };
            let people = names(conn, Among::Directory(directory_id))?;
            let (group, _) = directory_group::find_with_directory(conn, &workspace_id, &group_id)?
                .expect("it is there");
            assert_eq!(names(conn, Among::Workspace(workspace_id))?, people);
            Ok::<_, rollcall_store::Error>((
                people,
                names(conn, Among::Group(group_id))?,
                group.member_count,
            ))
        })
        .await
        .unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deactivation_is_a_deletion_and_coming_back_a_creation(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = directory_where(&test, DeactivatedUsers::Delete).await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    let ben = create_user(&test, &at, "ben@example.com").await;
    let first = create(&test, &at, "First", &[&ada, &ben]).await.unwrap();
    let second = create(&test, &at, "Second", &[&ada]).await.unwrap();
    let told = event_names(&test, &at).await.len();

    let hidden = set_active(&test, &at, &ada.id, false).await;
    assert_eq!(
        (hidden.version, hidden.hidden_at),
        (2, Some(test.store.now()))
    );
    let only_ben = || vec!["ben@example.com".to_owned()];
    assert_eq!(seen(&test, &at, &first).await, (only_ben(), only_ben(), 1));
    assert_eq!(seen(&test, &at, &second).await, (only_ben(), Vec::new(), 0));

    // Who is hidden joins and leaves without a word.
    let third = create(&test, &at, "Third", &[&ada]).await.unwrap();
    members(&test, &at, &second, MemberChange::Replace(Vec::new())).await;
    members(&test, &at, &third, add(&[&ben])).await;
    assert_eq!(seen(&test, &at, &third).await, (only_ben(), only_ben(), 1));
    let back = set_active(&test, &at, &ada.id, true).await;
    assert_eq!((&back.id, back.hidden_at), (&ada.id, None));
    let both = || vec!["ada@example.com".to_owned(), "ben@example.com".to_owned()];
    assert_eq!(seen(&test, &at, &third).await, (both(), both(), 2));

    assert_eq!(
        event_names(&test, &at).await[told..],
        [
            "dsync.user.deleted",
            "dsync.group.created",
            "dsync.group.user_added",
            "dsync.user.created",
            "dsync.group.user_added",
            "dsync.group.user_added",
        ]
    );
    let events = events(&test, &at).await;
    let of_back = &events[events.len() - 3..];
    assert_eq!(of_back[0].data["id"], ada.id.to_string());
    assert_eq!(of_back[0].data["state"], "active");
    let joined: Vec<_> = of_back[1..]
        .iter()
        .map(|event| {
            (
                event.data["user"]["id"].clone(),
                event.data["group"]["name"].clone(),
            )
        })
        .collect();
    let of_ada = |group: &str| (ada.id.to_string().into(), group.into());
    assert_eq!(joined, [of_ada("First"), of_ada("Third")]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn who_is_hidden_is_created_changed_and_deleted_in_silence(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = directory_where(&test, DeactivatedUsers::Delete).await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    set_active(&test, &at, &ada.id, false).await;
    let told = event_names(&test, &at).await;
    assert_eq!(told, ["dsync.user.created", "dsync.user.deleted"]);

    let (directory, mut inactive) = (at.directory.clone(), profile("eve@example.com"));
    inactive.active = false;
    let create =
        move |tx: &mut rollcall_store::Tx<'_>| directory_user::create(tx, &directory, inactive);
    let eve = test.store.write(create).await.unwrap();
    assert!(eve.hidden_at.is_some());
    for id in [&ada.id, &eve.id] {
        let (directory, id) = (at.directory.clone(), id.clone());
        let change = move |tx: &mut rollcall_store::Tx<'_>| {
            let current = directory_user::lock(tx, &directory.id, &id)?.expect("they are there");
            let mut wanted = current.profile.clone();
            wanted.last_name = Some("Changed".to_owned());
            let changed = directory_user::replace(tx, &directory, current, wanted)?;
            assert_eq!(
                changed.version,
                if changed.profile.user_name.starts_with("ada") {
                    3
                } else {
                    2
                }
            );
            directory_user::delete(tx, &directory, &id).map_err(directory_user::Error::from)
        };
        assert!(test.store.write(change).await.unwrap().is_some());
    }
    assert_eq!(event_names(&test, &at).await, told);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_decision_touches_nobody_who_is_inactive_already(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let keeping = directory_where(&test, DeactivatedUsers::Keep).await;
    let ada = create_user(&test, &keeping, "ada@example.com").await;
    let ben = create_user(&test, &keeping, "ben@example.com").await;
    let group = create(&test, &keeping, "All", &[&ada, &ben]).await.unwrap();
    set_active(&test, &keeping, &ada.id, false).await;
    let deleting = decide(&test, &keeping, DeactivatedUsers::Delete).await;
    set_active(&test, &deleting, &ben.id, false).await;
    let told = event_names(&test, &keeping).await.len();
    let keeping = decide(&test, &deleting, DeactivatedUsers::Keep).await;
    let ada_alone = || vec!["ada@example.com".to_owned()];
    assert_eq!(
        seen(&test, &keeping, &group).await,
        (ada_alone(), ada_alone(), 1)
    );
    set_active(&test, &keeping, &ben.id, true).await;
    set_active(&test, &keeping, &ben.id, false).await;
    assert_eq!(
        event_names(&test, &keeping).await[told..],
        [
            "dsync.user.created",
            "dsync.group.user_added",
            "dsync.user.updated"
        ]
    );
    assert_eq!(seen(&test, &keeping, &group).await.2, 2);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_provider_sees_everybody_and_the_counts_tell_them_apart(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = directory_where(&test, DeactivatedUsers::Delete).await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    let ben = create_user(&test, &at, "ben@example.com").await;
    let group = create(&test, &at, "All", &[&ada, &ben]).await.unwrap();
    set_active(&test, &at, &ada.id, false).await;
    let (directory_id, workspace_id) = (at.directory.id.clone(), at.workspace.id.clone());
    let (ada_id, group_id) = (ada.id.clone(), group.id.clone());
    let look = move |conn: &mut Connection| {
        let found = directory_user::find(conn, &directory_id, &ada_id)?;
        let shown = directory_user::find_with_directory(conn, &workspace_id, &ada_id)?;
        let ids = std::slice::from_ref(&group_id);
        let members = membership::members_of(conn, &directory_id, ids)?.remove(&group_id);
        let counts = directory::counts(conn, &directory_id)?;
        let alike = directory::counts_of(conn, std::slice::from_ref(&directory_id))?;
        assert_eq!(alike.get(&directory_id), Some(&counts));
        Ok::<_, rollcall_store::Error>((found, shown, members, counts))
    };
    let (found, shown, members, counts) = test.store.read(look).await.unwrap();
    assert_eq!(found.map(|user| user.profile.active), Some(false));
    assert!(shown.is_none());
    assert_eq!(members.unwrap().len(), 2);
    assert_eq!(
        (counts.users, counts.active_users, counts.hidden_users),
        (2, 1, 1)
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_comes_back_while_groups_change_is_told_of_once_in_each(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = directory_where(&test, DeactivatedUsers::Delete).await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    let group = create(&test, &at, "All", &[]).await.unwrap();
    for round in 0..20 {
        tokio::join!(
            set_active(&test, &at, &ada.id, round % 2 == 1),
            members(&test, &at, &group, add(&[&ada])),
        );
        tokio::join!(
            set_active(&test, &at, &ada.id, round % 3 == 1),
            members(&test, &at, &group, MemberChange::Replace(Vec::new())),
        );
    }
    let (mut there, mut member) = (true, false);
    for event in events(&test, &at)
        .await
        .iter()
        .filter(|event| event.name.contains("user"))
        .skip(1)
    {
        match event.name.as_str() {
            "dsync.user.created" => assert!(!std::mem::replace(&mut there, true)),
            "dsync.user.deleted" => {
                assert!(std::mem::replace(&mut there, false));
                member = false;
            }
            "dsync.group.user_added" => {
                assert!(there && !std::mem::replace(&mut member, true));
            }
            "dsync.group.user_removed" => {
                assert!(there && std::mem::replace(&mut member, false));
            }
            other => panic!("{other}"),
        }
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn many_come_back_at_once_into_groups_as_these_are_called_by_then(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = directory_where(&test, DeactivatedUsers::Delete).await;
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(create_user(&test, &at, &format!("user{number}@example.com")).await);
    }
    let everybody: Vec<_> = people.iter().collect();
    let first = create(&test, &at, "First", &everybody).await.unwrap();
    let second = create(&test, &at, "Second", &everybody).await.unwrap();
    for user in &people {
        set_active(&test, &at, &user.id, false).await;
    }
    let told = events(&test, &at).await.len();
    let test = Arc::new(test);
    let back: Vec<_> = people
        .iter()
        .map(|user| {
            let (test, at, id) = (Arc::clone(&test), at.clone(), user.id.clone());
            tokio::spawn(async move { set_active(&test, &at, &id, true).await })
        })
        .collect();
    for number in 0..8 {
        for group in [&first, &second] {
            let name = format!("Renamed {number}");
            let renamed = change(&test, &at, group, &name, MemberChange::Keep);
            renamed.await.unwrap();
        }
    }
    for back in back {
        back.await.unwrap();
    }
    let mut names = HashMap::from([
        (first.id.to_string(), "First".to_owned()),
        (second.id.to_string(), "Second".to_owned()),
    ]);
    let mut joined = 0;
    for event in &events(&test, &at).await[told..] {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        match event.name.as_str() {
            "dsync.group.updated" => {
                names.insert(text(&event.data["id"]), text(&event.data["name"]));
            }
            "dsync.group.user_added" => {
                let group = &event.data["group"];
                assert_eq!(names[&text(&group["id"])], text(&group["name"]));
                joined += 1;
            }
            name => assert_eq!(name, "dsync.user.created"),
        }
    }
    assert_eq!(joined, 24);
}
