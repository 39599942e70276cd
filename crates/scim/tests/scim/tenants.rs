use reqwest::Method;
use rollcall_scim::ROUTES;
use rstest::rstest;
use serde_json::json;

use crate::support::{Answer, Database, TestApp, activation, person, refs};

#[rstest]
#[tokio::test]
async fn a_token_opens_no_other_directory(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let group = app.okta.group("Secret plans", &[&ada]).await;
    let before = app.events().await;
    let (_, mut intruder) = app.another("Other").await;
    intruder.base.clone_from(&app.okta.base);
    for route in ROUTES {
        let path = route.path.strip_prefix("/scim/v1.1/{key}").unwrap();
        let id = if path.starts_with("/Groups") {
            &group
        } else {
            &ada
        };
        let method: Method = route.method.parse().unwrap();
        let refused: Answer = intruder
            .send(method, &path.replace("{id}", id), person("eve").to_string())
            .await;
        assert!(
            !refused.text.contains("ada") && !refused.text.contains("Secret"),
            "{}",
            refused.text
        );
        refused.error(401);
    }
    assert_eq!(app.events().await, before);
    assert_eq!(app.okta.members(&group).await, [ada]);
}

#[rstest]
#[tokio::test]
async fn ids_of_another_directory_are_unknown(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    let (_, other) = app.another("Other").await;
    let (user_path, group_path) = (format!("/Users/{ada}"), format!("/Groups/{group}"));
    other.get(&user_path).await.error(404);
    other.put(&user_path, &person("eve")).await.error(404);
    other
        .patch(&user_path, &activation(&ada, false))
        .await
        .error(404);
    other.delete(&user_path).await.error(404);
    other.get(&group_path).await.error(404);
    other
        .put(&group_path, &json!({ "displayName": "x" }))
        .await
        .error(404);
    other
        .patch(
            &group_path,
            &json!({ "meta": { "attributes": ["members"] } }),
        )
        .await
        .error(404);
    other.delete(&group_path).await.error(404);
    let detail = other
        .post(
            "/Groups",
            &json!({ "displayName": "x", "members": refs(&[&ada]) }),
        )
        .await
        .error(400);
    assert!(detail.contains(&ada), "{detail}");
    assert!(
        other
            .find("Users", &format!("id eq \"{ada}\""))
            .await
            .is_empty()
    );
    assert!(
        other
            .find("Users", "userName eq \"ada@example.com\"")
            .await
            .is_empty()
    );
    assert_eq!(other.get("/Users").await.list()["totalResults"], 0);
    assert_eq!(other.get("/Groups").await.list()["totalResults"], 0);
    // The same person may be in both.
    assert_ne!(other.user("ada@example.com").await, ada);
    assert_eq!(app.okta.members(&group).await, [ada]);
}
