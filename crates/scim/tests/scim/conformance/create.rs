//! Creating users: cases 64 to 74.

use rstest::rstest;
use serde_json::json;

use super::people::{id, primary};
use crate::support::{CORE, Database, TestApp};

#[rstest]
#[tokio::test]
async fn case_064_a_minimal_user(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "schemas": [CORE], "userName": "ada" });
    let created = app.okta.post("/Users", &sent).await.created();
    assert_eq!(created["userName"], "ada");
    assert_eq!(
        app.okta.get(&format!("/Users/{}", id(&created))).await.ok(),
        created
    );
}

#[rstest]
#[tokio::test]
async fn case_065_schemas_may_be_left_out(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let created = app
        .okta
        .post("/Users", &json!({ "userName": "ada" }))
        .await
        .created();
    assert_eq!(created["schemas"], json!([CORE]));
}

#[rstest]
#[tokio::test]
async fn case_066_id_and_meta_are_ours(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent =
        json!({ "userName": "ada", "id": "x", "meta": { "created": "1999-01-01T00:00:00Z" } });
    let created = app.okta.post("/Users", &sent).await.created();
    assert_ne!(created["id"], "x");
    assert!(
        created["meta"]["created"]
            .as_str()
            .unwrap()
            .starts_with("2026")
    );
}

#[rstest]
#[tokio::test]
async fn case_067_a_password_is_in_no_answer(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "ada", "password": "hunter2" });
    let created = app.okta.post("/Users", &sent).await;
    let path = format!("/Users/{}", id(&created.json()));
    let read = app.okta.get(&path).await;
    let listed = app.okta.get("/Users").await;
    let asked = app.okta.get(&format!("{path}?attributes=password")).await;
    let changed = app
        .okta
        .patch(&path, &json!({ "password": "hunter2" }))
        .await;
    for answer in [created, read, listed, asked, changed] {
        assert!(
            answer.status.is_success() && !answer.text.contains("hunter2"),
            "{}",
            answer.text
        );
        assert!(!answer.text.contains("\"password\""), "{}", answer.text);
    }
}

#[rstest]
#[tokio::test]
async fn case_068_a_user_name_is_given_once_whatever_its_case(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.user("alice").await;
    let refused = app
        .okta
        .post("/Users", &json!({ "userName": "Alice" }))
        .await;
    assert!(refused.error(409).contains("userName"));
}

#[rstest]
#[tokio::test]
async fn case_069_a_user_needs_a_user_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for sent in [
        json!({}),
        json!({ "userName": null }),
        json!({ "userName": "" }),
        json!({ "userName": " " }),
    ] {
        assert!(
            app.okta
                .post("/Users", &sent)
                .await
                .error(400)
                .contains("userName")
        );
    }
}

#[rstest]
#[tokio::test]
async fn case_070_an_address_may_be_a_bare_text(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "ada", "emails": ["p@x.org"] });
    let created = app.okta.post("/Users", &sent).await.created();
    assert_eq!(created["emails"], json!([{ "value": "p@x.org" }]));
}

#[rstest]
#[tokio::test]
async fn case_071_at_most_one_address_is_primary(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "ada", "emails": [
        { "value": "a@x.org", "primary": true }, { "value": "b@x.org", "primary": true }] });
    let created = app.okta.post("/Users", &sent).await.created();
    primary(&created);
}

#[rstest]
#[tokio::test]
async fn case_072_null_is_absent(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "ada", "nickName": null });
    assert_eq!(
        app.okta
            .post("/Users", &sent)
            .await
            .created()
            .get("nickName"),
        None
    );
}

#[rstest]
#[tokio::test]
async fn case_073_what_is_unknown_is_kept_and_no_fault(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "ada", "shoeSize": 38, "urn:example:x": { "a": 1 } });
    let created = app.okta.post("/Users", &sent).await.created();
    assert_eq!(created["shoeSize"], 38);
    assert_eq!(created["urn:example:x"], json!({ "a": 1 }));
}

#[rstest]
#[tokio::test]
async fn case_074_the_text_false_is_false(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "ada", "active": "False" });
    assert_eq!(
        app.okta.post("/Users", &sent).await.created()["active"],
        false
    );
}
