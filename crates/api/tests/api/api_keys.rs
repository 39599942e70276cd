//! `/api_keys`.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, id, shape};

#[rstest]
#[tokio::test]
async fn a_key_is_shown_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = app
        .client
        .post("/api_keys", &json!({ "name": "Staging" }))
        .await
        .json(201);
    assert_json_snapshot!("new_api_key", shape(&made));
    let listed = app.client.get("/api_keys").await;
    assert!(!listed.text.contains(made["value"].as_str().unwrap()));
    assert_json_snapshot!("api_keys", shape(&listed.json(200)));
}

#[rstest]
#[tokio::test]
async fn nonsense_makes_no_key(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for (body, field, code) in [
        (json!({}), "name", "name_required"),
        (json!({ "name": "a".repeat(201) }), "name", "name_too_long"),
        (json!({ "name": "a\u{0}b" }), "name", "name_invalid"),
        (
            json!({ "name": "a", "expires_at": "2020-01-01T00:00:00Z" }),
            "expires_at",
            "expires_at_invalid",
        ),
        (
            json!({ "name": "a", "expires_at": "tomorrow" }),
            "expires_at",
            "expires_at_invalid",
        ),
    ] {
        let problems = app.client.post("/api_keys", &body).await.problems();
        assert_eq!(problems, [(field.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(app.client.ids("/api_keys").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_key_is_revoked_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = app
        .client
        .post("/api_keys", &json!({ "name": "Old" }))
        .await
        .json(201);
    let path = format!("/api_keys/{}", id(&made));
    app.client.delete(&path).await.empty(204);
    assert_eq!(app.client.delete(&path).await.code(404), "entity_not_found");
}
