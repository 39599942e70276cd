//! `/provisioning_requests`.

use insta::assert_json_snapshot;
use rollcall_store::directory_user;
use rollcall_store::ids::ProvisioningRequestId;
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
use rstest::rstest;

use crate::support::{Database, TestApp, profile, shape};

/// Records a request as the ingest does.
async fn record(app: &TestApp, status: i32) -> ProvisioningRequestId {
    let store = &app.database.store;
    let id: ProvisioningRequestId = store.new_id();
    let row = ProvisioningRequest {
        id: id.clone(),
        directory_id: app.directory.directory.id.clone(),
        directory_token_id: None,
        method: "POST".to_owned(),
        path: "/Users".to_owned(),
        query: String::new(),
        status,
        duration_micros: 1_250,
        summary: "Created Ada Example".to_owned(),
        request_body: Some("{}".to_owned()),
        response_body: None,
        user_agent: "Okta SCIM Client 1.0.0".to_owned(),
        created_at: store.now(),
    };
    let recorded: Result<(), rollcall_store::Error> = store
        .write(move |tx| provisioning_request::insert_batch(tx, &[row]))
        .await;
    recorded.unwrap();
    id
}

#[rstest]
#[tokio::test]
async fn a_request_is_shown_with_its_bodies_and_its_events(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let request = record(&app, 201).await;
    let directory = app.directory.directory.clone();
    let made: Result<_, directory_user::Error> = app
        .database
        .store
        .write_caused_by(request.clone(), move |tx| {
            directory_user::create(tx, &directory, profile("ada@example.com"))
        })
        .await;
    made.unwrap();
    let shown = app
        .client
        .get(&format!("/provisioning_requests/{request}"))
        .await
        .json(200);
    assert_json_snapshot!("provisioning_request", shape(&shown));
    app.publish().await;
    let events = app
        .client
        .get("/events?events=dsync.user.created")
        .await
        .json(200);
    assert_eq!(
        events["data"][0]["context"]["provisioning_request_id"],
        request.to_string()
    );
    assert_eq!(events["data"][0]["id"], shown["events"][0]["id"]);
}

#[rstest]
#[tokio::test]
async fn the_refused_ones_can_be_listed_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let done = record(&app, 201).await.to_string();
    let refused = record(&app, 409).await.to_string();
    let list = format!(
        "/provisioning_requests?directory={}",
        app.directory.directory.id
    );
    assert_eq!(app.client.ids(&list).await, [refused.clone(), done]);
    assert_eq!(
        app.client.ids(&format!("{list}&status=refused")).await,
        [refused]
    );
    let problems = app
        .client
        .get(&format!("{list}&status=odd"))
        .await
        .problems();
    assert_eq!(
        problems,
        [("status".to_owned(), "status_invalid".to_owned())]
    );
    let problems = app.client.get("/provisioning_requests").await.problems();
    assert_eq!(
        problems,
        [("directory".to_owned(), "directory_required".to_owned())]
    );
    assert_json_snapshot!(
        "provisioning_requests",
        shape(&app.client.get(&list).await.json(200))
    );
}
