//! Who may call, how often, and what is remembered of it.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use rollcall_api::ROUTES;
use rollcall_store::audit;
use rollcall_store::page::PageRequest;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Database, TestApp, id};

#[rstest]
#[tokio::test]
async fn nobody_is_let_in_without_a_key_that_works(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut mistyped = app.client.key.clone();
    let end = if mistyped.ends_with('0') { "1" } else { "0" };
    mistyped.replace_range(mistyped.len() - 1.., end);
    for key in ["", "sk_", "nonsense", &mistyped, &app.directory.token] {
        for route in ROUTES.iter().filter(|route| route.who != "anyone") {
            let client = Client::new(&app.server, key);
            let path = route.path.replace(['{', '}'], "");
            let method: Method = route.method.parse().unwrap();
            let answer = Answer::of(client.request(method, &path)).await;
            assert_eq!(
                answer.headers[WWW_AUTHENTICATE],
                "Bearer realm=\"Rollcall\""
            );
            assert_eq!(
                answer.error(401),
                json!({ "message": "Unauthorized" }),
                "{route:?}"
            );
        }
    }
    let bare = reqwest::Client::new().get(format!("{}/directories", app.server.url));
    Answer::of(bare).await.error(401);
}

#[rstest]
#[tokio::test]
async fn a_key_is_taken_whatever_stands_around_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let request = reqwest::Client::new()
        .get(format!("{}/directories", app.server.url))
        .header(AUTHORIZATION, format!("bearer  {}", app.client.key));
    Answer::of(request).await.json(200);
}

#[rstest]
#[tokio::test]
async fn a_key_ends_when_it_is_revoked_or_expires(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let make = |body: Value| {
        let client = app.client.clone();
        async move { client.post("/api_keys", &body).await.json(201) }
    };
    let revoked = make(json!({ "name": "Old" })).await;
    let short = make(json!({ "name": "Short", "expires_at": "2026-01-02T04:04:05Z" })).await;
    let client = |key: &Value| Client::new(&app.server, key["value"].as_str().unwrap());
    client(&revoked).get("/directories").await.json(200);
    client(&short).get("/directories").await.json(200);
    app.client
        .delete(&format!("/api_keys/{}", id(&revoked)))
        .await
        .empty(204);
    client(&revoked).get("/directories").await.error(401);
    app.database.clock.advance(Duration::from_hours(1));
    client(&short).get("/directories").await.error(401);
    app.client.get("/directories").await.json(200);
}

#[rstest]
#[tokio::test]
async fn a_key_that_calls_too_often_is_told_to_wait(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start_with(database, 3).await else {
        return;
    };
    let (_, other) = app.another("Other").await;
    for _ in 0..3 {
        app.client.get("/directories").await.json(200);
    }
    let refused = app.client.get("/directories").await;
    let wait: u64 = refused.headers[RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(refused.code(429), "rate_limit_exceeded");
    other.get("/directories").await.json(200);
}

#[rstest]
#[tokio::test]
async fn a_key_says_when_it_was_last_used(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = app
        .client
        .post("/api_keys", &json!({ "name": "Fresh" }))
        .await
        .json(201);
    app.database.clock.advance(Duration::from_secs(5));
    Client::new(&app.server, made["value"].as_str().unwrap())
        .get("/directories")
        .await
        .json(200);
    app.api.flush().await;
    let keys = app.client.get("/api_keys").await.json(200);
    let used: Vec<_> = keys["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["last_used_at"])
        .collect();
    assert_eq!(
        used,
        ["2026-01-02T03:04:10.000Z", "2026-01-02T03:04:05.000Z"]
    );
}

#[rstest]
#[tokio::test]
async fn the_audit_log_names_the_key_that_changed_something(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/directories/{}", app.directory.directory.id);
    let renamed = app.client.put(&path, &json!({ "name": "Okta (EU)" })).await;
    let request_id = renamed.headers["x-request-id"].to_str().unwrap().to_owned();
    renamed.json(200);
    let workspace_id = app.directory.workspace.id.clone();
    let newest = PageRequest::first(1);
    let entries: Result<_, rollcall_store::Error> = app
        .database
        .store
        .read(move |conn| audit::page(conn, &workspace_id, &audit::Filter::default(), &newest))
        .await;
    let entry = entries.unwrap().items.remove(0);
    assert_eq!(
        (&*entry.actor_kind, &*entry.actor_name),
        ("api_key", "Application")
    );
    assert_eq!(entry.request_id, Some(request_id));
    assert_eq!(entry.ip_address.as_deref(), Some("127.0.0.1"));
}
