use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, TestApp, refs};

#[rstest]
#[tokio::test]
async fn a_put_sets_name_and_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (ada, bob) = (app.okta.user("ada").await, app.okta.user("bob").await);
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    let mut body = app.okta.get(&path).await.ok();
    body["displayName"] = json!("Engineering");
    body["members"] = refs(&[&bob]);
    let replaced = app.okta.put(&path, &body).await.ok();
    assert_eq!(replaced["displayName"], "Engineering");
    assert_eq!(
        replaced["members"],
        json!([{ "value": bob, "display": "bob" }])
    );
    assert_eq!(app.okta.get(&path).await.ok(), replaced);
    let before = app.events().await;
    assert_eq!(
        before[5..],
        [
            "dsync.group.user_added",
            "dsync.group.updated",
            "dsync.group.user_removed",
            "dsync.group.user_added"
        ]
    );
    assert_eq!(
        app.okta.put(&path, &replaced).await.ok(),
        replaced,
        "an echo is no change"
    );
    assert_eq!(app.events().await, before);
    let emptied = app
        .okta
        .put(
            &path,
            &json!({ "schemas": [CORE], "displayName": "Engineering" }),
        )
        .await
        .ok();
    assert_eq!(emptied["members"], json!([]));
}

#[rstest]
#[tokio::test]
async fn a_refused_put_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    let before = (app.okta.get(&path).await.ok(), app.events().await);
    app.okta
        .put(
            &path,
            &json!({ "displayName": "Ops", "members": refs(&["nobody"]) }),
        )
        .await
        .error(400);
    app.okta
        .put(&path, &json!({ "members": [] }))
        .await
        .error(400);
    app.okta
        .put("/Groups/x", &json!({ "displayName": "Ops" }))
        .await
        .error(404);
    assert_eq!((app.okta.get(&path).await.ok(), app.events().await), before);
}
