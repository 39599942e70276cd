//! POST requests that come again.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Database, TestApp, id};

async fn send(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, path);
    Answer::of(
        request
            .header("Idempotency-Key", key)
            .body(body.to_string()),
    )
    .await
}

#[rstest]
#[tokio::test]
async fn a_request_that_comes_again_is_answered_as_the_first_was(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = json!({ "name": "Foo Corp", "external_id": "foo" });
    let path = "/organizations";
    let first = send(&app.client, path, "retry-1", &body).await.json(201);
    let (one, two) = tokio::join!(
        send(&app.client, path, "retry-1", &body),
        send(&app.client, path, "retry-1", &body)
    );
    assert_eq!(
        (one.json(201), two.json(201)),
        (first.clone(), first.clone())
    );
    assert_eq!(app.client.ids(path).await.len(), 2);

    let other = json!({ "name": "Bar Corp" });
    let refused = send(&app.client, path, "retry-1", &other).await;
    assert_eq!(refused.code(422), "idempotency_key_reused");
    let refused = send(&app.client, path, "retry-2", &body).await;
    assert_eq!(refused.code(400), "external_id_already_used");
    // What was refused is not remembered.
    let made = send(&app.client, path, "retry-2", &other).await.json(201);
    assert_ne!(id(&made), id(&first));

    app.database
        .clock
        .advance(Duration::from_hours(24) + Duration::from_secs(1));
    let late = send(&app.client, path, "retry-1", &other).await.json(201);
    assert_ne!(id(&late), id(&made));
}

#[rstest]
#[tokio::test]
async fn a_secret_that_is_shown_once_is_shown_to_whoever_asked_first(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = json!({ "name": "Second application" });
    let made = send(&app.client, "/api_keys", "retry-1", &body)
        .await
        .json(201);
    let again = send(&app.client, "/api_keys", "retry-1", &body)
        .await
        .json(201);
    assert_eq!(again, made);
    let mut second = app.client.clone();
    second.key = made["value"].as_str().unwrap().to_owned();
    let refused = send(&second, "/api_keys", "retry-1", &body).await;
    assert_eq!(refused.code(422), "idempotency_key_reused");
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_one_path_of_one_workspace(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, other) = app.another("Other").await;
    let body = json!({ "name": "Foo Corp" });
    let first = send(&app.client, "/organizations", "k", &body)
        .await
        .json(201);
    let theirs = send(&other, "/organizations", "k", &body).await.json(201);
    assert_ne!(id(&first), id(&theirs));
    send(&app.client, "/api_keys", "k", &body).await.json(201);
    // Without a key, each request is one of its own.
    let without = app.client.post("/organizations", &body).await.json(201);
    assert_ne!(id(&without), id(&first));
    let empty = send(&app.client, "/organizations", "", &body)
        .await
        .json(201);
    assert_ne!(id(&empty), id(&without));
}
