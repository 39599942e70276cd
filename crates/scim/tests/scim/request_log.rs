use rollcall_scim::request_log::{KEEP_DAYS, prune};
use rollcall_store::page::PageRequest;
use rollcall_store::{directory_token, event, provisioning_request};
use rstest::rstest;
use serde_json::json;
use std::time::Duration;

use crate::support::{Database, TestApp, activation, person, refs};

#[rstest]
#[tokio::test]
async fn a_request_is_recorded_with_what_it_did(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.get("/Users").await.list();
    let mut body = person("ada@example.com");
    body["password"] = json!("hunter2");
    let answer = app.okta.post("/Users", &body).await;
    let row = app.recorded(&answer).await;
    assert_eq!(
        (
            row.method.as_str(),
            row.path.as_str(),
            row.query.as_str(),
            row.status
        ),
        ("POST", "/Users", "", 201)
    );
    assert_eq!(row.summary, "Created Ada Example");
    assert_eq!(row.user_agent, "Okta SCIM Client 1.0.0");
    assert_eq!(row.created_at.to_string(), "2026-01-02T03:04:05.000Z");
    assert!(row.duration_micros > 0);
    let sent = row.request_body.unwrap();
    assert_eq!(sent, body.to_string().replace("hunter2", "•••"));
    assert_eq!(row.response_body.as_ref(), Some(&answer.text));
    assert!(row.directory_token_id.is_some());
    let (directory_id, id) = (app.directory.directory.id.clone(), row.id);
    let made = app
        .database
        .store
        .read(move |conn| event::for_request(conn, &directory_id, &id, 10))
        .await
        .unwrap();
    assert_eq!(
        made.iter()
            .map(|event| event.name.as_str())
            .collect::<Vec<_>>(),
        ["dsync.user.created"]
    );
}

#[rstest]
#[tokio::test]
async fn every_kind_of_request_has_a_plain_summary(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let okta = &app.okta;
    let ada = okta.user("ada").await;
    let (user, group) = (
        format!("/Users/{ada}"),
        format!("/Groups/{}", okta.group("Eng", &[]).await),
    );
    let answers = [
        (
            okta.get("/Users?startIndex=1&count=2").await,
            "Listed users 1 to 1 of 1",
        ),
        (
            okta.get("/Users?filter=userName+eq+%22ada%22").await,
            "Looked up users by userName eq \"ada\": 1 found",
        ),
        (okta.get(&user).await, "Read Ada Example"),
        (
            okta.patch(&user, &activation(&ada, false)).await,
            "Deactivated Ada Example",
        ),
        (
            okta.patch(&user, &activation(&ada, false)).await,
            "No change to Ada Example",
        ),
        (
            okta.patch(&user, &activation(&ada, true)).await,
            "Reactivated Ada Example",
        ),
        (
            okta.patch(&group, &json!({ "members": refs(&[&ada]) }))
                .await,
            "Added 1 person to Eng",
        ),
        (
            okta.patch(&group, &json!({ "displayName": "Ops" })).await,
            "Renamed Eng to Ops",
        ),
        (
            okta.patch(&group, &json!({ "displayName": "Ops" })).await,
            "No change to Ops",
        ),
        (okta.delete(&group).await, "Deleted Ops"),
        (okta.delete(&user).await, "Deleted Ada Example"),
        (okta.get("/Schemas").await, "Read the schemas"),
    ];
    for (answer, summary) in answers {
        assert_eq!(app.recorded(&answer).await.summary, summary);
    }
}

#[rstest]
#[tokio::test]
async fn refusals_are_recorded_with_their_reason(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.user("ada@example.com").await;
    let cases = [
        (
            app.okta.post("/Users", &person("ada@example.com")).await,
            409,
            "already belongs to",
        ),
        (app.okta.get("/Users/x").await, 404, "User not found"),
        (
            app.okta.get("/Nothing").await,
            404,
            "nothing at this address",
        ),
        (
            app.okta.post("/Schemas", &json!({})).await,
            405,
            "does not take that method",
        ),
        (
            app.okta.get("/Users?filter=x").await,
            400,
            "The filter is not valid",
        ),
        (
            app.okta.patch("/Groups/x", &json!({ "members": 1 })).await,
            400,
            "\"members\" must be a list",
        ),
    ];
    for (answer, status, words) in cases {
        let row = app.recorded(&answer).await;
        assert_eq!(row.status, status);
        assert!(
            row.summary.starts_with("Refused: ") && row.summary.contains(words),
            "{}",
            row.summary
        );
        assert_eq!(row.response_body.as_ref(), Some(&answer.text));
    }
}

#[rstest]
#[tokio::test]
async fn a_stranger_is_recorded_without_what_they_sent(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut stranger = app.okta.clone();
    stranger.authorization = Some("Bearer wrong-token".into());
    let answer = stranger.post("/Users", &person("eve@example.com")).await;
    let row = app.recorded(&answer).await;
    assert_eq!(
        (
            row.status,
            &row.request_body,
            &row.response_body,
            &row.directory_token_id
        ),
        (401, &None, &None, &None)
    );
    assert!(
        row.summary
            .starts_with("Refused: The bearer token is not valid"),
        "{}",
        row.summary
    );
    // A foreign token is recorded where it was used, and not at home.
    let (other, _) = app.another("Other").await;
    stranger.authorization = Some(format!("Bearer {}", other.token));
    let answer = stranger.get("/Users").await;
    assert_eq!(app.recorded(&answer).await.status, 401);
    assert_eq!(app.recorded_in(&other, &answer).await, None);
}

#[rstest]
#[tokio::test]
async fn no_secret_reaches_the_record(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let path = format!("/Users/{ada}");
    let answers = [
        app.okta.patch(&path, &json!({ "password": "hunter2" })).await,
        app.okta.patch(&path, &json!({ "PassWord": "hunter2", "name": 1 })).await,
        app.okta.patch(&path, &json!({ "Operations": [{ "op": "replace", "path": "password", "value": "hunter2" }] })).await,
        app.okta.send(reqwest::Method::PATCH, &path, "{\"password\": \"hunter2\", broken").await,
        app.okta.get("/Users?filter=password%20eq%20%22hunter2%22").await,
    ];
    for answer in answers {
        let row = format!("{:?}", app.recorded(&answer).await);
        assert!(
            !row.contains("hunter2") && !row.contains(&app.directory.token),
            "{row}"
        );
        assert!(row.contains("•••"), "{row}");
        assert!(!answer.text.contains("hunter2"), "{}", answer.text);
    }
}

#[rstest]
#[tokio::test]
async fn odd_bodies_are_kept_within_bounds(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut large = person("ada");
    large["note"] = json!("x".repeat(200_000));
    let row = app.recorded(&app.okta.post("/Users", &large).await).await;
    for kept in [row.request_body.unwrap(), row.response_body.unwrap()] {
        assert!(
            kept.len() < 66_000 && kept.ends_with("(cut at 64 KiB)"),
            "{}",
            kept.len()
        );
    }
    let answer = app
        .okta
        .send(
            reqwest::Method::POST,
            "/Users",
            [b"\0\xff".to_vec(), vec![b'x'; 10_000]].concat(),
        )
        .await;
    let kept = app.recorded(&answer).await.request_body.unwrap();
    assert!(
        kept.len() < 2_200 && kept.starts_with("\u{FFFD}\u{FFFD}xx") && kept.ends_with("2 KiB)"),
        "{}",
        kept.len()
    );
    let answer = app.okta.get(&format!("/{}", "é%00".repeat(2_000))).await;
    assert_eq!(app.recorded(&answer).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn the_last_use_of_a_token_is_remembered(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let last_used = async || {
        let (id, now) = (app.directory.directory.id.clone(), app.database.store.now());
        let tokens = app
            .database
            .store
            .read(move |conn| directory_token::live(conn, &id, now))
            .await
            .unwrap();
        tokens[0].last_used_at.map(|at| at.to_string())
    };
    assert_eq!(last_used().await, None);
    app.okta.get("/Users").await.list();
    app.recorder.flush().await;
    assert_eq!(
        last_used().await.as_deref(),
        Some("2026-01-02T03:04:05.000Z")
    );
    app.database.clock.advance(Duration::from_secs(30));
    app.okta.get("/Users").await.list();
    app.recorder.flush().await;
    assert_eq!(
        last_used().await.as_deref(),
        Some("2026-01-02T03:04:35.000Z")
    );
}

#[rstest]
#[tokio::test]
async fn old_records_are_forgotten(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.get("/Users").await.list();
    app.recorder.flush().await;
    app.database
        .clock
        .advance(Duration::from_secs(KEEP_DAYS * 24 * 3600 + 1));
    let recent = app.okta.get("/Groups").await;
    app.recorder.flush().await;
    assert_eq!(prune(&app.database.store).await.unwrap(), 1);
    assert_eq!(prune(&app.database.store).await.unwrap(), 0);
    let id = app.directory.directory.id.clone();
    let read = move |conn: &mut rollcall_store::Connection| {
        provisioning_request::page(conn, &id, false, &PageRequest::first(10))
    };
    let page = app.database.store.read(read).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(
        page.items[0].id.to_string(),
        recent.headers["x-request-id"].to_str().unwrap()
    );
}
