use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp};

#[rstest]
#[tokio::test]
async fn a_deleted_group_leaves_its_people(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    app.okta.delete(&path).await.empty(204);
    app.okta.get(&path).await.error(404);
    app.okta
        .patch(&path, &json!({ "displayName": "x" }))
        .await
        .error(404);
    app.okta.delete(&path).await.error(404);
    assert_eq!(
        app.okta.get(&format!("/Users/{ada}")).await.ok()["groups"],
        json!([])
    );
    assert!(
        app.okta
            .find("Groups", "displayName eq \"Eng\"")
            .await
            .is_empty()
    );
    assert_eq!(app.events().await.last().unwrap(), "dsync.group.deleted");
}
