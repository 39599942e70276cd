//! People who are deactivated where the workspace wants to be told of that as of a deletion.

use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::workspace::DeactivatedUsers;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Database, TestApp, id};

/// The API of a workspace that wants that.
async fn deleting(database: Database) -> Option<TestApp> {
    let app = TestApp::start(database).await?;
    let workspace = &app.directory.workspace;
    app.database
        .decide(workspace, DeactivatedUsers::Delete)
        .await;
    Some(app)
}

/// Everything that answers with people, or says how many there are.
async fn sees(app: &TestApp, user: &DirectoryUser, group: &Value) -> Vec<String> {
    let directory = &app.directory.directory.id;
    let (email, group) = (&user.profile.user_name, id(group));
    let idp_id = user.profile.external_id.as_deref().unwrap();
    let lists = [
        format!("directory={directory}"),
        format!("group={group}"),
        format!("directory={directory}&group={group}"),
        format!("directory={directory}&email={email}"),
        format!("directory={directory}&idp_id={idp_id}"),
        format!("group={group}&search={email}"),
        format!("search={email}"),
    ];
    let mut seeing = Vec::new();
    for list in lists {
        let ids = app.client.ids(&format!("/directory_users?{list}")).await;
        if ids.contains(&user.id.to_string()) {
            seeing.push(list);
        }
    }
    seeing
}

async fn group_of(app: &TestApp, group: &Value) -> Value {
    let path = format!("/directory_groups/{}", id(group));
    app.client.get(&path).await.json(200)
}

#[rstest]
#[tokio::test]
async fn who_is_deleted_for_the_application_is_nowhere_until_they_come_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = deleting(database).await else {
        return;
    };
    let (test, of) = (&app.database, &app.directory.directory);
    let ada = app.person("ada@example.com").await;
    let bob = app.person("bob@example.com").await;
    let group = app.group("Engineering", &[&ada, &bob]).await;
    let path = format!("/directory_groups/{}", group.id);
    let group = app.client.get(&path).await.json(200);
    let path = format!("/directory_users/{}", ada.id);
    let before = app.client.get(&path).await.json(200);
    assert_eq!(sees(&app, &ada, &group).await.len(), 7);

    test.set_active(of, &ada.id, false).await;
    assert_eq!(sees(&app, &ada, &group).await, [""; 0]);
    let code = app.client.get(&path).await.code(404);
    let unknown = format!(
        "/directory_users/{}",
        of.id.to_string().replace("directory_", "directory_user_")
    );
    assert_eq!(app.client.get(&unknown).await.code(404), code);
    let groups = format!("/directory_groups?user={}", ada.id);
    assert_eq!(app.client.get(&groups).await.code(404), code);
    assert_eq!(group_of(&app, &group).await["member_count"], 1);
    let list = format!("/directory_groups?directory={}", of.id);
    assert_eq!(
        app.client.get(&list).await.json(200)["data"][0]["member_count"],
        1
    );
    let of_bob = app
        .client
        .get(&format!("/directory_users/{}", bob.id))
        .await
        .json(200);
    assert_eq!(of_bob["groups"][0]["member_count"], 1);
    let directory = app
        .client
        .get(&format!("/directories/{}", of.id))
        .await
        .json(200);
    assert_eq!(
        directory["metadata"]["users"],
        json!({ "active": 1, "inactive": 0 })
    );
    let directories = app.client.get("/directories").await.json(200);
    assert_eq!(directories["data"][0]["metadata"], directory["metadata"]);

    test.set_active(of, &ada.id, true).await;
    assert_eq!(sees(&app, &ada, &group).await.len(), 7);
    let mut after = app.client.get(&path).await.json(200);
    after["updated_at"] = before["updated_at"].clone();
    assert_eq!(after, before);
    assert_eq!(group_of(&app, &group).await["member_count"], 2);
}

#[rstest]
#[tokio::test]
async fn the_application_is_told_of_a_deletion_and_a_creation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = deleting(database).await else {
        return;
    };
    let (test, of) = (&app.database, &app.directory.directory);
    let ada = app.person("ada@example.com").await;
    app.group("Engineering", &[&ada]).await;
    test.set_active(of, &ada.id, false).await;
    test.set_active(of, &ada.id, true).await;
    app.publish().await;
    let names = "dsync.user.created,dsync.user.updated,dsync.user.deleted,dsync.group.user_added";
    let path = format!("/events?events={names}");
    let events = app.client.get(&path).await.json(200)["data"].clone();
    let told: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            (
                event["event"].as_str().unwrap(),
                event["data"]["state"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("dsync.user.created", Some("active")),
            ("dsync.group.user_added", None),
            ("dsync.user.deleted", Some("inactive")),
            ("dsync.user.created", Some("active")),
            ("dsync.group.user_added", None),
        ]
    );
    assert_eq!(events[4]["data"]["user"]["id"], ada.id.to_string());
    assert_eq!(events[4]["data"]["group"]["name"], "Engineering");
}

#[rstest]
#[tokio::test]
async fn pages_of_a_group_are_full_however_many_of_it_are_hidden(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = deleting(database).await else {
        return;
    };
    let (test, of) = (&app.database, &app.directory.directory);
    let mut people = Vec::new();
    for number in 0..9 {
        people.push(app.person(&format!("user{number}@example.com")).await);
    }
    let group = app.group("All", &people.iter().collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    for (number, user) in people.iter().enumerate() {
        if number % 3 == 1 {
            seen.push(user.id.to_string());
        } else {
            test.set_active(of, &user.id, false).await;
        }
    }
    for of in [
        format!("group={}", group.id),
        format!("directory={}", of.id),
    ] {
        let path = format!("/directory_users?{of}&limit=2&order=asc");
        let (first, _, after) = app.client.page(&path).await;
        assert_eq!(first, seen[..2]);
        let path = format!("{path}&after={}", after.unwrap());
        assert_eq!(
            app.client.page(&path).await,
            (seen[2..].to_vec(), Some(seen[2].clone()), None)
        );
    }
}
