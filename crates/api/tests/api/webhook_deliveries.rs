//! `/webhook_deliveries`, and the calls of an endpoint that make some.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, id, shape};

async fn endpoint(app: &TestApp) -> String {
    let new =
        json!({ "endpoint_url": "https://hooks.example.com/", "events": ["dsync.user.created"] });
    id(&app.client.post("/webhook_endpoints", &new).await.json(201))
}

#[rstest]
#[tokio::test]
async fn a_published_event_is_a_delivery_of_each_endpoint(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let endpoint = endpoint(&app).await;
    app.person("ada@example.com").await;
    app.publish().await;
    let list = format!("/webhook_endpoints/{endpoint}/deliveries");
    let listed = app.client.get(&list).await.json(200);
    assert_json_snapshot!("webhook_deliveries", shape(&listed));
    let event = app.client.ids("/events?events=dsync.user.created").await;
    assert_eq!(listed["data"][0]["event_id"], event[0]);
    let path = format!("/webhook_deliveries/{}", id(&listed["data"][0]));
    assert_json_snapshot!(
        "webhook_delivery",
        shape(&app.client.get(&path).await.json(200))
    );
    let resent = app
        .client
        .post(&format!("{path}/resend"), &json!({}))
        .await
        .json(202);
    assert_eq!(resent, listed["data"][0]);
    assert_eq!(
        app.client.ids(&format!("{list}?state=pending")).await.len(),
        1
    );
    assert!(
        app.client
            .ids(&format!("{list}?state=failed"))
            .await
            .is_empty()
    );
    let problems = app
        .client
        .get(&format!("{list}?state=odd"))
        .await
        .problems();
    assert_eq!(problems[0].1, "state_invalid");
}

#[rstest]
#[tokio::test]
async fn an_endpoint_is_tried_out_with_an_example(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let endpoint = format!("/webhook_endpoints/{}", endpoint(&app).await);
    let path = format!("{endpoint}/send_test_event");
    let sent = app
        .client
        .post(&path, &json!({ "event": "dsync.group.created" }))
        .await
        .json(201);
    assert_eq!(
        (&sent["test"], &sent["state"]),
        (&json!(true), &json!("pending"))
    );
    for (body, code) in [
        (json!({}), "event_required"),
        (json!({ "event": "x" }), "event_invalid"),
    ] {
        assert_eq!(app.client.post(&path, &body).await.problems()[0].1, code);
    }
    app.client
        .patch(&endpoint, &json!({ "status": "disabled" }))
        .await
        .json(200);
    let refused = app
        .client
        .post(&path, &json!({ "event": "dsync.group.created" }))
        .await;
    assert_eq!(refused.code(409), "endpoint_disabled");
}

#[rstest]
#[tokio::test]
async fn what_was_missed_while_disabled_is_made_up_for(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let endpoint = format!("/webhook_endpoints/{}", endpoint(&app).await);
    app.client
        .patch(&endpoint, &json!({ "status": "disabled" }))
        .await
        .json(200);
    app.person("ada@example.com").await;
    app.publish().await;
    app.client
        .patch(&endpoint, &json!({ "status": "enabled" }))
        .await
        .json(200);
    assert!(
        app.client
            .ids(&format!("{endpoint}/deliveries"))
            .await
            .is_empty()
    );
    let path = format!("{endpoint}/recover");
    let recovered = app
        .client
        .post(&path, &json!({ "since": "2026-01-01T00:00:00Z" }))
        .await
        .json(202);
    assert_json_snapshot!("webhook_recovery", shape(&recovered));
    assert_eq!(
        app.client
            .ids(&format!("{endpoint}/deliveries"))
            .await
            .len(),
        1
    );
    for (body, code) in [
        (json!({}), "since_required"),
        (json!({ "since": "noon" }), "since_invalid"),
    ] {
        assert_eq!(app.client.post(&path, &body).await.problems()[0].1, code);
    }
}
