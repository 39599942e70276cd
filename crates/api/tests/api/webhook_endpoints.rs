//! `/webhook_endpoints`.

use insta::assert_json_snapshot;
use reqwest::header::RETRY_AFTER;
use rollcall_api::{Api, Settings};
use rollcall_store::audit::{self, Action, Entry, Filter};
use rollcall_store::change::Change;
use rollcall_store::page::PageRequest;
use rollcall_store::webhook_endpoint::NOTED_FOR;
use rollcall_store::workspace::Changes;
use rollcall_store::{Error, Options, Store};
use rollcall_testkit::TestServer;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Client, Database, TestApp, id, shape};

const URL: &str = "https://hooks.example.com/rollcall";

async fn endpoint(app: &TestApp) -> Value {
    let new =
        json!({ "endpoint_url": URL, "events": ["dsync.user.created", "dsync.user.deleted"] });
    app.client.post("/webhook_endpoints", &new).await.json(201)
}

#[rstest]
#[tokio::test]
async fn an_endpoint_shows_its_secret_on_every_read(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = endpoint(&app).await;
    assert_json_snapshot!("webhook_endpoint", shape(&made));
    let path = format!("/webhook_endpoints/{}", id(&made));
    assert_eq!(app.client.get(&path).await.json(200), made);
    let list = app.client.get("/webhook_endpoints").await.json(200);
    assert_eq!(list["data"], json!([made]));
}

/// Reads of secrets in the workspace's audit log, the newest first.
async fn reads(app: &TestApp) -> Vec<Entry> {
    let workspace_id = app.directory.workspace.id.clone();
    let filter = Filter {
        action: Some(Action::WebhookSecretRead),
        ..Filter::default()
    };
    let page: Result<_, Error> = app
        .database
        .store
        .read(move |conn| audit::page(conn, &workspace_id, &filter, &PageRequest::first(10)))
        .await;
    page.unwrap().items
}

#[rstest]
#[tokio::test]
async fn who_reads_a_secret_is_written_down_once_an_hour(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = endpoint(&app).await;
    assert_eq!(
        reads(&app).await,
        [],
        "who makes one is written down as that"
    );
    let path = format!("/webhook_endpoints/{}", id(&made));
    let patch = json!({ "description": "Production" });
    app.client.get(&path).await.json(200);
    app.client.get("/webhook_endpoints").await.json(200);
    app.client.patch(&path, &patch).await.json(200);
    let noted = reads(&app).await;
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert_eq!(noted[0].actor_kind, "api_key");
    assert_eq!(noted[0].target_id, Some(id(&made)));
    assert_eq!(noted[0].target_name, URL);

    app.database.clock.advance(NOTED_FOR);
    app.client.get("/webhook_endpoints").await.json(200);
    assert_eq!(reads(&app).await.len(), 2);
    app.database.clock.advance(NOTED_FOR);
    app.client.patch(&path, &json!({})).await.json(200);
    assert_eq!(reads(&app).await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn a_change_leaves_what_it_does_not_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = endpoint(&app).await;
    let path = format!("/webhook_endpoints/{}", id(&made));
    let change = json!({ "status": "disabled", "in_order": true });
    let changed = app.client.patch(&path, &change).await.json(200);
    let mut expected = made.clone();
    expected["status"] = json!("disabled");
    expected["in_order"] = json!(true);
    assert_eq!(changed, expected);
    let all = json!({
        "endpoint_url": "https://other.example.com/",
        "events": ["dsync.group.created"],
        "status": "enabled",
        "description": "Staging",
        "deliveries_per_second": 5,
    });
    let changed = app.client.patch(&path, &all).await.json(200);
    for (name, value) in all.as_object().unwrap() {
        assert_eq!(&changed[name], value, "{name}");
    }
    assert_eq!(changed["secret"], made["secret"]);
}

#[rstest]
#[tokio::test]
async fn nonsense_makes_no_endpoint(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let kept = endpoint(&app).await;
    let path = format!("/webhook_endpoints/{}", id(&kept));
    let problems = app
        .client
        .post("/webhook_endpoints", &json!({}))
        .await
        .problems();
    let fields: Vec<_> = problems.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(fields, ["endpoint_url_required", "events_required"]);
    for (change, code) in [
        (json!({ "events": [] }), "events_required"),
        (
            json!({ "events": ["dsync.user.exploded"] }),
            "events_invalid",
        ),
        (
            json!({ "events": ["dsync.token.created"] }),
            "events_invalid",
        ),
        (json!({ "events": "dsync.user.created" }), "events_invalid"),
        (json!({ "status": "asleep" }), "status_invalid"),
        (json!({ "in_order": "yes" }), "in_order_invalid"),
        (
            json!({ "deliveries_per_second": 0 }),
            "deliveries_per_second_invalid",
        ),
        (
            json!({ "deliveries_per_second": "many" }),
            "deliveries_per_second_invalid",
        ),
        (
            json!({ "description": "a".repeat(501) }),
            "description_too_long",
        ),
    ] {
        let problems = app.client.patch(&path, &change).await.problems();
        assert_eq!(problems[0].1, code, "{change}");
    }
    for url in [
        "ftp://hooks.example.com",
        "not a url",
        "https://",
        "https://user:pw@hooks.example.com/",
    ] {
        let new = json!({ "endpoint_url": url, "events": ["dsync.user.created"] });
        let refused = app.client.post("/webhook_endpoints", &new).await;
        assert_eq!(refused.code(422), "invalid_url", "{url}");
    }
    let again = json!({ "endpoint_url": URL, "events": ["dsync.user.created"] });
    let refused = app.client.post("/webhook_endpoints", &again).await;
    assert_eq!(refused.code(409), "duplicate_endpoint");
    assert_eq!(app.client.get(&path).await.json(200), kept);
}

#[rstest]
#[tokio::test]
async fn a_secret_is_rotated_with_an_overlap(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = endpoint(&app).await;
    let path = format!("/webhook_endpoints/{}/rotate_secret", id(&made));
    let rotated = app
        .client
        .post(&path, &json!({ "overlap_seconds": 60 }))
        .await
        .json(200);
    assert_ne!(rotated["secret"], made["secret"]);
    assert_eq!(
        rotated["previous_secret_expires_at"],
        "2026-01-02T03:05:05.000Z"
    );
    let problems = app
        .client
        .post(&path, &json!({ "overlap_seconds": -1 }))
        .await
        .problems();
    assert_eq!(problems[0].1, "overlap_seconds_invalid");
}

#[rstest]
#[tokio::test]
async fn a_deleted_endpoint_is_gone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/webhook_endpoints/{}", id(&endpoint(&app).await));
    app.client.delete(&path).await.empty(204);
    assert_eq!(app.client.get(&path).await.code(404), "entity_not_found");
    assert_eq!(
        app.client.patch(&path, &json!({})).await.code(404),
        "entity_not_found"
    );
    assert_eq!(app.client.delete(&path).await.code(404), "entity_not_found");
}

#[rstest]
#[tokio::test]
async fn a_process_that_cannot_open_the_secrets_says_so_and_serves_the_rest(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = endpoint(&app).await;
    let keyless = Options {
        clock: app.database.clock.clone(),
        ..Options::new(app.database.url.clone())
    };
    let api = Api::new(
        Store::open(&keyless).unwrap(),
        Settings::new("https://rollcall.example.com"),
    );
    let server = TestServer::start(move |_| {
        move |config: &mut actix_web::web::ServiceConfig| api.configure(config)
    });
    let client = Client::new(&server, &app.client.key);
    for path in [
        "/webhook_endpoints".to_owned(),
        format!("/webhook_endpoints/{}", id(&made)),
    ] {
        let refused = client.get(&path).await;
        assert!(refused.headers.contains_key(RETRY_AFTER));
        refused.error(503);
    }
    client.get("/directories").await.json(200);
}

#[rstest]
#[tokio::test]
async fn what_is_not_said_of_an_endpoint_is_what_the_workspace_decided(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let product = endpoint(&app).await;
    assert_eq!(product["in_order"], false);
    assert_eq!(product["deliveries_per_second"], 100);
    let changes = Changes {
        webhook_in_order: Change::Set(true),
        webhook_deliveries_per_second: Change::Set(7),
        ..Changes::default()
    };
    app.database
        .change_workspace(&app.directory.workspace, changes)
        .await;
    let mut new = json!({ "endpoint_url": format!("{URL}/2"), "events": ["dsync.user.created"] });
    let decided = app.client.post("/webhook_endpoints", &new).await.json(201);
    assert_eq!(decided["in_order"], true);
    assert_eq!(decided["deliveries_per_second"], 7);
    new["endpoint_url"] = json!(format!("{URL}/3"));
    new["in_order"] = json!(false);
    new["deliveries_per_second"] = json!(8);
    let said = app.client.post("/webhook_endpoints", &new).await.json(201);
    assert_eq!(said["in_order"], false);
    assert_eq!(said["deliveries_per_second"], 8);
    let path = format!("/webhook_endpoints/{}", id(&product));
    assert_eq!(app.client.get(&path).await.json(200), product, "it stays");
}
