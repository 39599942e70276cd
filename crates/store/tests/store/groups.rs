//! Groups: memberships as rows, so that no change is lost and no change costs more in a big group.

use rollcall_store::directory_group::{self, DirectoryGroup, Error, GroupProfile, MemberChange};
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::ids::{DirectoryUserId, Id as _};
use rollcall_store::membership;
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use serde_json::json;

use crate::{create_user, event_names, events};

fn group_profile(name: &str) -> GroupProfile {
    let resource = json!({"displayName": name});
    GroupProfile {
        display_name: name.to_owned(),
        external_id: None,
        resource: resource.as_object().expect("an object").clone(),
    }
}

pub(crate) async fn create(
    test: &TestStore,
    at: &TestDirectory,
    name: &str,
    members: &[&DirectoryUser],
) -> Result<DirectoryGroup, Error> {
    let (directory, profile) = (at.directory.clone(), group_profile(name));
    let members: Vec<_> = members.iter().map(|user| user.id.clone()).collect();
    test.store
        .write(move |tx| directory_group::create(tx, &directory, profile, &members))
        .await
}

pub(crate) async fn change(
    test: &TestStore,
    at: &TestDirectory,
    group: &DirectoryGroup,
    name: &str,
    members: MemberChange,
) -> Result<DirectoryGroup, Error> {
    let (directory, id, profile) = (at.directory.clone(), group.id.clone(), group_profile(name));
    test.store
        .write(move |tx| {
            let current =
                directory_group::lock(tx, &directory.id, &id)?.expect("the group is there");
            directory_group::change(tx, &directory, current, profile, members)
        })
        .await
}

async fn members(
    test: &TestStore,
    at: &TestDirectory,
    group: &DirectoryGroup,
) -> Vec<DirectoryUserId> {
    let (directory_id, id) = (at.directory.id.clone(), group.id.clone());
    let found = test
        .store
        .read(move |conn| membership::members_of(conn, &directory_id, std::slice::from_ref(&id)))
        .await;
    found
        .unwrap()
        .remove(&group.id)
        .unwrap_or_default()
        .into_iter()
        .map(|member| member.id)
        .collect()
}

pub(crate) fn add(users: &[&DirectoryUser]) -> MemberChange {
    MemberChange::Alter {
        add: users.iter().map(|user| user.id.clone()).collect(),
        remove: Vec::new(),
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn forty_adds_at_once_keep_all_forty(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let group = create(&test, &at, "Everyone", &[]).await.unwrap();
    let mut users = Vec::new();
    for number in 0..40 {
        users.push(create_user(&test, &at, &format!("user{number:02}@example.com")).await);
    }
    let adds: Vec<_> = users
        .iter()
        .map(|user| {
            let (store, directory, id) =
                (test.store.clone(), at.directory.clone(), group.id.clone());
            let members = add(&[user]);
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        let current = directory_group::lock(tx, &directory.id, &id)?
                            .expect("the group is there");
                        let profile = current.profile.clone();
                        directory_group::change(tx, &directory, current, profile, members)
                    })
                    .await
            })
        })
        .collect();
    for added in adds {
        added.await.unwrap().unwrap();
    }
    let mut expected: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
    expected.sort();
    assert_eq!(members(&test, &at, &group).await, expected);
    let joined = event_names(&test, &at)
        .await
        .iter()
        .filter(|name| *name == "dsync.group.user_added")
        .count();
    assert_eq!(joined, 40);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn leaving_and_joining_in_one_change_and_only_what_really_changes(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let [ada, bob, cid] = [
        create_user(&test, &at, "a").await,
        create_user(&test, &at, "b").await,
        create_user(&test, &at, "c").await,
    ];
    let group = create(&test, &at, "Eng", &[&ada, &bob]).await.unwrap();

    let both = MemberChange::Alter {
        add: vec![cid.id.clone(), bob.id.clone()],
        remove: vec![
            ada.id.clone(),
            DirectoryUserId::from_text("directory_user_unknown".to_owned()),
        ],
    };
    let changed = change(&test, &at, &group, "Eng", both.clone())
        .await
        .unwrap();
    assert_eq!((changed.member_count, changed.version), (2, 2));
    assert_eq!(
        members(&test, &at, &group).await,
        [bob.id.clone(), cid.id.clone()]
    );
    let again = change(&test, &at, &group, "Eng", both).await.unwrap();
    assert_eq!(again, changed);

    let replaced = MemberChange::Replace(vec![ada.id.clone(), ada.id.clone()]);
    change(&test, &at, &group, "Engineering", replaced)
        .await
        .unwrap();
    assert_eq!(
        members(&test, &at, &group).await,
        std::slice::from_ref(&ada.id)
    );
    let names = event_names(&test, &at).await;
    let expected = [
        "dsync.group.created",
        "dsync.group.user_added",
        "dsync.group.user_added",
        "dsync.group.user_removed",
        "dsync.group.user_added",
        "dsync.group.updated",
        "dsync.group.user_removed",
        "dsync.group.user_removed",
        "dsync.group.user_added",
    ];
    assert_eq!(names[3..], expected);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_member_refuses_the_whole_change(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let ada = create_user(&test, &at, "a").await;
    let group = create(&test, &at, "Eng", &[&ada]).await.unwrap();
    let nobody = DirectoryUserId::from_text("directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned());
    let replaced = change(
        &test,
        &at,
        &group,
        "Renamed",
        MemberChange::Replace(vec![nobody.clone()]),
    )
    .await;
    assert!(matches!(replaced, Err(Error::UnknownMembers(ids)) if ids == [nobody.to_string()]));
    assert_eq!(members(&test, &at, &group).await, [ada.id]);
    assert_eq!(
        event_names(&test, &at).await.last().unwrap(),
        "dsync.group.user_added"
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn deleting_people_and_changing_their_groups_at_once_never_fails(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let mut users = Vec::new();
    for number in 0..20 {
        users.push(create_user(&test, &at, &format!("user{number}")).await);
    }
    let everyone: Vec<_> = users.iter().collect();
    let group = create(&test, &at, "Everyone", &everyone).await.unwrap();
    let deletes = users.iter().map(|user| {
        let (store, directory, id) = (test.store.clone(), at.directory.clone(), user.id.clone());
        tokio::spawn(async move {
            let gone = store
                .write(move |tx| rollcall_store::directory_user::delete(tx, &directory, &id))
                .await;
            gone.map(|_| ())
        })
    });
    let empties = (0..20).map(|number| {
        let (store, directory, id) = (test.store.clone(), at.directory.clone(), group.id.clone());
        tokio::spawn(async move {
            let changed: Result<_, Error> = store
                .write(move |tx| {
                    let current =
                        directory_group::lock(tx, &directory.id, &id)?.expect("the group is there");
                    let profile = group_profile(&format!("Everyone {number}"));
                    directory_group::change(tx, &directory, current, profile, MemberChange::Keep)
                })
                .await;
            changed
                .map(|_| ())
                .map_err(|error| rollcall_store::Error::Unavailable(error.to_string()))
        })
    });
    for task in deletes.chain(empties).collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    let (directory_id, id) = (at.directory.id.clone(), group.id.clone());
    let group = test
        .store
        .read(move |conn| directory_group::find(conn, &directory_id, &id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(group.member_count, 0);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_membership_event_shows_the_person_as_they_then_were(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let ada = create_user(&test, &at, "ada@example.com").await;
    let group = create(&test, &at, "Eng", &[&ada]).await.unwrap();
    let last = events(&test, &at).await.pop().unwrap();
    assert_eq!(last.data["directory_id"], at.directory.id.as_str());
    assert_eq!(last.data["user"]["id"], ada.id.as_str());
    assert_eq!(last.data["user"]["state"], "active");
    assert_eq!(last.data["group"]["id"], group.id.as_str());
    assert!(last.data["user"].get("groups").is_none());
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_racing_an_addition_leaves_a_true_count(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let group = create(&test, &at, "Everyone", &[]).await.unwrap();
    for number in 0..60 {
        let user = create_user(&test, &at, &format!("user{number}")).await;
        let (store, directory, id) = (test.store.clone(), at.directory.clone(), user.id.clone());
        let delete = tokio::spawn(async move {
            store
                .write(move |tx| rollcall_store::directory_user::delete(tx, &directory, &id))
                .await
        });
        let added = change(&test, &at, &group, "Everyone", add(&[&user])).await;
        assert!(
            matches!(added, Ok(_) | Err(Error::UnknownMembers(_))),
            "{added:?}"
        );
        delete.await.unwrap().unwrap();
    }
    let (directory_id, id) = (at.directory.id.clone(), group.id.clone());
    let counted = test
        .store
        .read(move |conn| directory_group::find(conn, &directory_id, &id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(counted.member_count, 0);
    assert_eq!(members(&test, &at, &group).await, []);
}
