use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Database, ENTERPRISE, TestApp, person, refs};

fn names(resource: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = resource
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[rstest]
#[tokio::test]
async fn every_answer_with_a_user_shows_what_was_asked_for(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let created = app
        .okta
        .post("/Users?attributes=userName", &person("ada"))
        .await
        .created();
    assert_eq!(names(&created), ["id", "meta", "schemas", "userName"]);
    let path = format!("/Users/{}", created["id"].as_str().unwrap());
    let read = app
        .okta
        .get(&format!(
            "{path}?ATTRIBUTES=Name.givenName,emails.value,wibble"
        ))
        .await
        .ok();
    assert_eq!(names(&read), ["emails", "id", "meta", "name", "schemas"]);
    assert_eq!(read["name"], json!({ "givenName": "Ada" }));
    assert_eq!(read["emails"], json!([{ "value": "ada" }]));
    let replaced = app
        .okta
        .put(
            &format!("{path}?attributes=title"),
            &json!({ "userName": "ada", "title": "Lead" }),
        )
        .await
        .ok();
    assert_eq!(names(&replaced), ["id", "meta", "schemas", "title"]);
    let change = json!({ "nickName": "A", ENTERPRISE: { "department": "R&D", "division": "X" } });
    let patched = app
        .okta
        .patch(
            &format!("{path}?attributes={ENTERPRISE}:department"),
            &change,
        )
        .await
        .ok();
    assert_eq!(patched[ENTERPRISE], json!({ "department": "R&D" }));
    assert_eq!(app.okta.get(&path).await.ok()["nickName"], "A");
}

#[rstest]
#[tokio::test]
async fn a_password_is_never_shown(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let created = app
        .okta
        .post("/Users?attributes=password", &person("ada"))
        .await
        .created();
    assert_eq!(names(&created), ["id", "meta", "schemas"]);
}

#[rstest]
#[tokio::test]
async fn a_patch_of_a_group_answers_with_what_was_asked_for(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let group = app.okta.group("Eng", &[]).await;
    let change = json!({ "members": refs(&[&ada]) });
    let shown = app
        .okta
        .patch(&format!("/Groups/{group}?attributes=displayName"), &change)
        .await
        .ok();
    assert_eq!(names(&shown), ["displayName", "id", "meta", "schemas"]);
    let list = app
        .okta
        .get("/Groups?attributes=members.value")
        .await
        .list();
    assert_eq!(list["Resources"][0]["members"], json!([{ "value": ada }]));
    let list = app.okta.get("/Groups?attributes=displayName").await.list();
    assert_eq!(
        names(&list["Resources"][0]),
        ["displayName", "id", "meta", "schemas"]
    );
}
