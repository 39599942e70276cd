use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, person};

#[rstest]
#[tokio::test]
async fn a_deleted_person_is_gone_from_everywhere(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let bob = app.okta.user("bob").await;
    let group = app.okta.group("Eng", &[&ada, &bob]).await;
    let path = format!("/Users/{ada}");
    app.okta.delete(&path).await.empty(200);
    app.okta.get(&path).await.error(404);
    app.okta.put(&path, &person("ada")).await.error(404);
    app.okta.patch(&path, &json!({})).await.error(404);
    app.okta.delete(&path).await.error(404);
    assert!(
        app.okta
            .find("Users", "userName eq \"ada\"")
            .await
            .is_empty()
    );
    assert_eq!(app.okta.members(&group).await, [bob]);
    assert_ne!(app.okta.user("ada").await, ada);
    assert!(
        app.events()
            .await
            .contains(&"dsync.user.deleted".to_owned())
    );
}
