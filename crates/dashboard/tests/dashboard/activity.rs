use std::time::Duration;

use rollcall_store::directory::{self, Directory};
use rollcall_store::ids::ProvisioningRequestId;
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
use rollcall_store::{Error, Store};
use rstest::rstest;

use crate::people::{filled, path};
use crate::support::{Database, TestApp};

fn request(
    store: &Store,
    directory: &Directory,
    status: i32,
    summary: &str,
) -> ProvisioningRequest {
    ProvisioningRequest {
        id: store.new_id(),
        directory_id: directory.id.clone(),
        directory_token_id: None,
        method: "POST".to_owned(),
        path: "/Users".to_owned(),
        query: "attributes=a&b".to_owned(),
        status,
        duration_micros: 4_200,
        summary: summary.to_owned(),
        request_body: Some(r#"{"userName":"o'neil@example.com"}"#.to_owned()),
        response_body: Some("<not json>".to_owned()),
        user_agent: "Okta SCIM Client 1.0.0".to_owned(),
        created_at: store.now(),
    }
}

async fn log(app: &TestApp, request: ProvisioningRequest) -> ProvisioningRequestId {
    let id = request.id.clone();
    let stored: Result<(), Error> = app
        .database
        .store
        .write(move |tx| provisioning_request::insert_batch(tx, std::slice::from_ref(&request)))
        .await;
    stored.unwrap();
    app.database.clock.advance(Duration::from_mins(1));
    id
}

#[rstest]
#[tokio::test]
async fn requests_are_listed_newest_first_and_filtered(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &[]).await else {
        return;
    };
    let activity = format!("{}/activity", path(&directory));
    assert!(browser.page(&activity).await.contains("No request yet"));
    let store = &app.database.store;
    for number in 0..30 {
        log(
            &app,
            request(
                store,
                &directory,
                201,
                &format!("Created number {number:02}"),
            ),
        )
        .await;
    }
    log(&app, request(store, &directory, 409, "Refused one")).await;

    let page = browser.page(&activity).await;
    let position = |text: &str| page.find(text).unwrap();
    assert!(position("Refused one") < position("Created number 29"));
    assert!(!page.contains("Created number 05"));
    assert!(
        page.contains("/Users?attributes=a&#38;b")
            && page.contains("4 ms")
            && page.contains("1 min ago")
    );
    assert!(
        page.contains(">1 <span class=\"aside\">of 31</span>"),
        "refused in 24 h"
    );
    let older = page
        .split_once("rel=\"next\" href=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    assert!(
        browser
            .page(&older.replace("&#38;", "&"))
            .await
            .contains("Created number 05")
    );

    let refused = browser.page(&format!("{activity}?refused=1")).await;
    assert!(refused.contains("Refused one") && !refused.contains("Created number"));
    let connect = browser.page(&format!("{}/connect", path(&directory))).await;
    assert!(connect.contains("The last request was refused (409)."));
}

#[rstest]
#[tokio::test]
async fn a_request_shows_bodies_advice_and_a_command(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &[]).await else {
        return;
    };
    let id = log(
        &app,
        request(&app.database.store, &directory, 409, "Refused one"),
    )
    .await;
    let page = browser
        .page(&format!("{}/activity/{id}", path(&directory)))
        .await;
    assert!(page.contains("409 refused") && page.contains("Dashboard › Tasks"));
    assert!(
        page.contains("o&#39;neil@example.com&#34;</span>"),
        "the request's body"
    );
    assert!(page.contains("&#60;not json&#62;"), "the answer's body");
    assert!(page.contains("Authorization: Bearer YOUR_TOKEN"));
    assert!(
        page.contains(r"o&#39;\&#39;&#39;neil"),
        "quoted for a shell"
    );
    assert!(page.contains("0 events") && page.contains("changed nothing"));
}

#[rstest]
#[tokio::test]
async fn a_request_shows_the_events_it_made(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &[]).await else {
        return;
    };
    let id = log(
        &app,
        request(
            &app.database.store,
            &directory,
            200,
            "Asked for the first time",
        ),
    )
    .await;
    let own = directory.clone();
    let linked: Result<_, Error> = app
        .database
        .store
        .write_caused_by(id.clone(), move |tx| directory::activate(tx, &own))
        .await;
    linked.unwrap();
    let page = browser
        .page(&format!("{}/activity/{id}", path(&directory)))
        .await;
    assert!(page.contains("1 event<") && page.contains("dsync.activated"));
    assert!(
        !page.contains("what to do"),
        "no advice where nothing was refused"
    );
    assert!(
        browser
            .page(&path(&directory))
            .await
            .contains(">Linked</span>")
    );
}
