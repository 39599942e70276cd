//! Nothing crosses from one workspace to another.

use reqwest::Method;
use rollcall_api::ROUTES;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Database, TestApp, id};

/// Something of every kind that a path can name.
async fn everything(app: &TestApp) -> Vec<(&'static str, String)> {
    let ada = app.person("ada@example.com").await;
    let group = app.group("Secret plans", &[&ada]).await;
    let directory = app.directory.directory.id.to_string();
    let tokens = app
        .client
        .ids(&format!("/directories/{directory}/tokens"))
        .await;
    let endpoint = json!({ "endpoint_url": "https://hooks.example.com/secret", "events": ["dsync.user.created"] });
    let endpoint = id(&app
        .client
        .post("/webhook_endpoints", &endpoint)
        .await
        .json(201));
    let test = json!({ "event": "dsync.user.created" });
    let path = format!("/webhook_endpoints/{endpoint}/send_test_event");
    let delivery = id(&app.client.post(&path, &test).await.json(201));
    let organization = app.directory.organization.id.to_string();
    let named = json!({ "external_id": "acme-9" });
    let path = format!("/organizations/{organization}");
    app.client.put(&path, &named).await.json(200);
    let domain = json!({ "organization_id": organization, "domain": "acme.example" });
    let domain = id(&app
        .client
        .post("/organization_domains", &domain)
        .await
        .json(201));
    let key = app.client.ids("/api_keys").await[0].clone();
    vec![
        ("{directory}", directory),
        ("{token}", tokens[0].clone()),
        ("{user}", ada.id.to_string()),
        ("{group}", group.id.to_string()),
        ("{key}", key),
        ("{endpoint}", endpoint),
        ("{delivery}", delivery),
        ("{organization}", organization),
        ("{external_id}", "acme-9".to_owned()),
        ("{domain}", domain),
    ]
}

fn of_each_kind(path: &str, ids: &[(&str, String)]) -> String {
    ids.iter()
        .fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
}

/// Everything that any of the calls could want.
fn body() -> Value {
    json!({ "name": "Eve", "event": "dsync.user.created", "since": "2026-01-01T00:00:00Z" })
}

async fn call(client: &Client, method: &str, path: &str) -> Answer {
    let method: Method = method.parse().unwrap();
    Answer::of(client.request(method, path).body(body().to_string())).await
}

#[rstest]
#[tokio::test]
async fn a_foreign_id_is_as_unknown_as_one_that_never_was(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, intruder) = app.another("Intruder").await;
    let ids = everything(&app).await;
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| route.path.contains('{')) {
        let path = of_each_kind(route.path, &ids);
        if path.contains('{') {
            continue;
        }
        let refused = call(&intruder, route.method, &path).await;
        let body = refused.error(404);
        let sent = body["entity_id"].as_str().unwrap();
        let unknown = format!("{}0", &sent[..sent.len() - 1]);
        let answer = call(&intruder, route.method, &path.replace(sent, &unknown)).await;
        let expected = body.to_string().replace(sent, &unknown);
        assert_eq!(answer.error(404).to_string(), expected, "{route:?}");
        tried += 1;
    }
    assert!(tried >= 14, "{tried}");
    // All of it is still there.
    for (kind, path) in [
        ("{directory}", "/directories/{directory}"),
        ("{user}", "/directory_users/{user}"),
        ("{endpoint}", "/webhook_endpoints/{endpoint}"),
        ("{delivery}", "/webhook_deliveries/{delivery}"),
        ("{organization}", "/organizations/external_id/{external_id}"),
        ("{domain}", "/organization_domains/{domain}"),
    ] {
        let path = of_each_kind(path, &ids);
        let shown = app.client.get(&path).await.json(200);
        assert!(ids.contains(&(kind, id(&shown))), "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn lists_hold_what_is_of_the_workspace_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (own, intruder) = app.another("Intruder").await;
    let ids = everything(&app).await;
    app.publish().await;
    for list in [
        "/directory_users?directory={directory}",
        "/directory_users?group={group}",
        "/directory_groups?directory={directory}",
        "/directory_groups?user={user}",
        "/provisioning_requests?directory={directory}",
    ] {
        let refused = intruder.get(&of_each_kind(list, &ids)).await;
        assert_eq!(refused.code(404), "entity_not_found", "{list}");
    }
    for list in [
        "/directory_users?search=ada",
        "/webhook_endpoints",
        "/events?events=dsync.user.created",
        "/directories?organization_id={organization}",
        "/organizations?domains=acme.example",
        "/organizations?search=acme",
        "/events?events=dsync.user.created&organization_id={organization}",
    ] {
        let found = intruder.ids(&of_each_kind(list, &ids)).await;
        assert!(found.is_empty(), "{list}");
    }
    assert_eq!(
        intruder.ids("/directories").await,
        [own.directory.id.to_string()]
    );
    assert_eq!(intruder.ids("/api_keys").await.len(), 1);
    let event = app.client.ids("/events?events=dsync.user.created").await[0].clone();
    let path = format!("/events?events=dsync.user.created&after={event}");
    assert_eq!(
        intruder.get(&path).await.code(400),
        "invalid_events_request"
    );
}

#[rstest]
#[tokio::test]
async fn nothing_is_made_in_a_foreign_organization(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, intruder) = app.another("Intruder").await;
    let new = json!({ "organization_id": app.directory.organization.id, "name": "Eve" });
    assert_eq!(
        intruder.post("/directories", &new).await.code(404),
        "entity_not_found"
    );
    assert_eq!(app.client.ids("/directories").await.len(), 1);
}
