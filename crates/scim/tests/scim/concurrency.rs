use futures_util::future::{join, join_all};
use rollcall_store::directory_group;
use rollcall_store::ids::{DirectoryGroupId, Id as _};
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, activation, person, refs};

#[rstest]
#[tokio::test]
async fn of_many_creates_of_one_person_one_wins(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let bodies: Vec<_> = (0..16)
        .map(|n| {
            person(if n % 2 == 0 {
                "ada@example.com"
            } else {
                "ADA@example.com"
            })
        })
        .collect();
    let answers = join_all(bodies.iter().map(|body| app.okta.post("/Users", body))).await;
    let mut statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    let mut expected = vec![201];
    expected.extend([409; 15]);
    assert_eq!(statuses, expected);
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 1);
    assert_eq!(
        app.events()
            .await
            .iter()
            .filter(|name| *name == "dsync.user.created")
            .count(),
        1
    );
}

#[rstest]
#[tokio::test]
async fn forty_adds_at_once_keep_all_forty(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let names: Vec<_> = (0..40).map(|number| format!("person{number}")).collect();
    let mut ids: Vec<String> = join_all(names.iter().map(|name| app.okta.user(name))).await;
    let group = app.okta.group("Eng", &[]).await;
    let path = format!("/Groups/{group}");
    let bodies: Vec<_> = ids
        .iter()
        .map(|id| json!({ "displayName": "Eng", "members": refs(&[id]) }))
        .collect();
    for answer in join_all(bodies.iter().map(|body| app.okta.patch(&path, body))).await {
        answer.empty(204);
    }
    ids.sort();
    assert_eq!(app.okta.members(&group).await, ids);
    // Each change saw the one before it: none is missing from the version, nor from the dashboard's count.
    let found = app.okta.get(&path).await.ok();
    assert_eq!(found["meta"]["version"], "W/\"41\"");
    assert_eq!(member_count(&app, &group).await, 40);
    assert_eq!(
        app.events()
            .await
            .iter()
            .filter(|name| *name == "dsync.group.user_added")
            .count(),
        40
    );
    let bodies: Vec<_> = ids
        .iter()
        .map(|id| json!({ "members": [{ "value": id, "operation": "delete" }] }))
        .collect();
    for answer in join_all(bodies.iter().map(|body| app.okta.patch(&path, body))).await {
        answer.empty(204);
    }
    assert!(app.okta.members(&group).await.is_empty());
    assert_eq!(member_count(&app, &group).await, 0);
}

#[rstest]
#[tokio::test]
async fn a_deactivation_is_not_lost_to_changes_of_the_profile(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for round in 0..10 {
        let id = app.okta.user(&format!("person{round}")).await;
        let path = format!("/Users/{id}");
        let (off, title) = (activation(&id, false), json!({ "title": "Lead" }));
        let (first, second) =
            join(app.okta.patch(&path, &off), app.okta.patch(&path, &title)).await;
        first.ok();
        second.ok();
        let user = app.okta.get(&path).await.ok();
        assert_eq!(
            (&user["active"], &user["title"]),
            (&json!(false), &json!("Lead"))
        );
        assert_eq!(user["meta"]["version"], "W/\"3\"");
    }
}

#[rstest]
#[tokio::test]
async fn a_deactivation_racing_a_profile_push_ends_as_one_of_both_orders(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for round in 0..10 {
        let id = app.okta.user(&format!("person{round}")).await;
        let path = format!("/Users/{id}");
        let mut push = app.okta.get(&path).await.ok();
        push["title"] = json!("Lead");
        // Without `active`, a push keeps what it finds.
        push.as_object_mut().unwrap().remove("active");
        let off = activation(&id, false);
        let (first, second) = join(app.okta.patch(&path, &off), app.okta.put(&path, &push)).await;
        first.ok();
        second.ok();
        let user = app.okta.get(&path).await.ok();
        assert_eq!(
            (&user["active"], &user["title"]),
            (&json!(false), &json!("Lead"))
        );
    }
}

#[rstest]
#[tokio::test]
async fn deleting_people_while_groups_change_ends_well(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let names: Vec<_> = (0..10).map(|number| format!("person{number}")).collect();
    let ids: Vec<String> = join_all(names.iter().map(|name| app.okta.user(name))).await;
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let group = app.okta.group("Eng", &all).await;
    let (group_path, rename) = (
        format!("/Groups/{group}"),
        json!({ "displayName": "Engineering", "members": refs(&all[5..]) }),
    );
    let paths: Vec<_> = ids[..5].iter().map(|id| format!("/Users/{id}")).collect();
    let deletes = join_all(paths.iter().map(|path| app.okta.delete(path)));
    let patches = join_all((0..5).map(|_| app.okta.patch(&group_path, &rename)));
    let (deleted, patched) = join(deletes, patches).await;
    for answer in deleted {
        answer.empty(200);
    }
    for answer in patched {
        answer.empty(204);
    }
    let mut left = ids[5..].to_vec();
    left.sort();
    assert_eq!(app.okta.members(&group).await, left);
    assert_eq!(member_count(&app, &group).await, 5);
}

async fn member_count(app: &TestApp, group: &str) -> i64 {
    let (directory_id, id) = (
        app.directory.directory.id.clone(),
        DirectoryGroupId::parse(group).unwrap(),
    );
    let read = move |conn: &mut rollcall_store::Connection| {
        directory_group::find(conn, &directory_id, &id)
    };
    app.database
        .store
        .read(read)
        .await
        .unwrap()
        .unwrap()
        .member_count
}
