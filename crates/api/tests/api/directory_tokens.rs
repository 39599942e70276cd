//! `/directories/{directory}/tokens`.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, id, shape};

#[rstest]
#[tokio::test]
async fn two_tokens_live_at_once_and_one_can_be_revoked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/directories/{}/tokens", app.directory.directory.id);
    let second = app.client.post(&path, &json!({})).await.json(201);
    assert_json_snapshot!("new_directory_token", shape(&second));
    let secret = second["bearer_token"].as_str().unwrap();
    assert!(secret.ends_with(second["token_suffix"].as_str().unwrap()));
    assert_eq!(
        app.client.post(&path, &json!({})).await.code(409),
        "too_many_tokens"
    );

    let list = app.client.get(&path).await.json(200);
    assert_json_snapshot!("directory_tokens", shape(&list));
    let first = id(&list["data"][0]);
    app.client
        .delete(&format!("{path}/{first}"))
        .await
        .empty(204);
    assert_eq!(app.client.ids(&path).await, [id(&second)]);
    let again = app.client.delete(&format!("{path}/{first}")).await;
    assert_eq!(again.code(404), "entity_not_found");
}

#[rstest]
#[tokio::test]
async fn a_token_is_made_without_a_body(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/directories/{}/tokens", app.directory.directory.id);
    let bare = app.client.request(reqwest::Method::POST, &path);
    crate::support::Answer::of(bare).await.json(201);
}
