use rollcall_store::workspace::DeactivatedUsers;
use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, TestApp, activation};

#[rstest]
#[tokio::test]
async fn a_person_leaves_and_comes_back_with_the_same_id(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let path = format!("/Users/{ada}");
    let before = app.okta.get(&path).await.ok();
    let mut inactive = before.clone();
    inactive["active"] = json!(false);
    inactive["meta"]["version"] = json!("W/\"2\"");
    assert_eq!(
        app.okta.patch(&path, &activation(&ada, false)).await.ok(),
        inactive
    );
    assert_eq!(
        app.okta.patch(&path, &activation(&ada, false)).await.ok(),
        inactive,
        "twice is once"
    );
    // Assigned again: found, activated, read, pushed.
    let found = app
        .okta
        .find("Users", "userName eq \"ada@example.com\"")
        .await;
    assert_eq!(
        (&found[0]["id"], &found[0]["active"]),
        (&json!(ada), &json!(false))
    );
    app.okta.patch(&path, &activation(&ada, true)).await.ok();
    let body = app.okta.get(&path).await.ok();
    let mut expected = before.clone();
    expected["meta"]["version"] = json!("W/\"3\"");
    assert_eq!(app.okta.put(&path, &body).await.ok(), expected);
    let events = app.events().await;
    assert_eq!(
        events[2..],
        [
            "dsync.user.created",
            "dsync.user.updated",
            "dsync.user.updated"
        ]
    );
}

#[rstest]
#[tokio::test]
async fn active_is_taken_as_a_text_too(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let path = format!("/Users/{ada}");
    assert_eq!(
        app.okta
            .patch(&path, &json!({ "active": "False" }))
            .await
            .ok()["active"],
        false
    );
    assert_eq!(
        app.okta
            .patch(&path, &json!({ "Active": "true" }))
            .await
            .ok()["active"],
        true
    );
    let detail = app
        .okta
        .patch(&path, &json!({ "active": "off" }))
        .await
        .error(400);
    assert!(
        detail.contains("\"active\" must be true or false"),
        "{detail}"
    );
}

#[rstest]
#[tokio::test]
async fn memberships_outlive_a_deactivation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    app.okta
        .patch(&format!("/Users/{ada}"), &activation(&ada, false))
        .await
        .ok();
    assert_eq!(app.okta.members(&group).await, [ada]);
}

#[rstest]
#[tokio::test]
async fn the_provider_finds_whom_the_application_was_told_is_deleted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.database
        .decide(&app.directory.workspace, DeactivatedUsers::Delete)
        .await;
    let ada = app.okta.user("ada@example.com").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Users/{ada}");
    let before = app.okta.get(&path).await.ok();
    let inactive = app.okta.patch(&path, &activation(&ada, false)).await.ok();
    assert_eq!(inactive["active"], false);
    assert_eq!(app.okta.get(&path).await.ok(), inactive);
    let mut body = inactive.clone();
    body["title"] = json!("Emeritus");
    assert_eq!(app.okta.put(&path, &body).await.ok()["active"], false);
    let found = app
        .okta
        .find("Users", "userName eq \"ada@example.com\"")
        .await;
    assert_eq!(
        (&found[0]["id"], &found[0]["active"]),
        (&json!(ada), &json!(false))
    );
    assert_eq!(app.okta.members(&group).await, std::slice::from_ref(&ada));
    let again = json!({ "schemas": [CORE], "userName": "ADA@example.com" });
    app.okta.post("/Users", &again).await.error(409);

    app.okta.patch(&path, &activation(&ada, true)).await.ok();
    let back = app.okta.put(&path, &before).await.ok();
    assert_eq!(back["id"], ada);
    assert_eq!(back["groups"], before["groups"]);
    let events = app.events().await;
    assert_eq!(
        events[2..],
        [
            "dsync.user.created",
            "dsync.group.created",
            "dsync.group.user_added",
            "dsync.user.deleted",
            "dsync.user.created",
            "dsync.group.user_added",
            "dsync.user.updated",
        ]
    );
    app.okta.patch(&path, &activation(&ada, false)).await.ok();
    let told = app.events().await;
    app.okta.delete(&path).await;
    app.okta.get(&path).await.error(404);
    assert_eq!(app.events().await, told, "deleted once already");
}
