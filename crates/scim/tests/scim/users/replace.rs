use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, ENTERPRISE, TestApp, activation, person};

#[rstest]
#[tokio::test]
async fn a_profile_push_echoes_the_body_and_changes_what_changed(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Users/{ada}");
    let mut body = app.okta.get(&path).await.ok();
    body["name"]["givenName"] = json!("Augusta");
    body["title"] = json!("Countess");
    // A stale echo: another id, other times, no groups.
    body["id"] = json!("directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    body["meta"] = json!({ "created": "1999-01-01T00:00:00Z", "version": "W/\"77\"", "location": "https://example.com" });
    body["groups"] = json!([]);
    app.database
        .clock
        .advance(std::time::Duration::from_mins(1));
    let user = app.okta.put(&path, &body).await.ok();
    assert_eq!(
        (&user["name"], &user["title"]),
        (
            &json!({ "givenName": "Augusta", "familyName": "Example" }),
            &json!("Countess")
        )
    );
    assert_eq!(user["id"], ada);
    assert_eq!(
        user["groups"],
        json!([{ "value": group, "display": "Eng" }])
    );
    assert_eq!(user["meta"]["created"], "2026-01-02T03:04:05.000Z");
    assert_eq!(user["meta"]["lastModified"], "2026-01-02T03:05:05.000Z");
    // The groups, which are part of the answer, are part of its version.
    let version = user["meta"]["version"].as_str().unwrap();
    assert!(version.starts_with("W/\"2-"), "{version}");
    assert_eq!(app.okta.get(&path).await.ok(), user);
}

#[rstest]
#[tokio::test]
async fn the_same_push_again_is_no_change(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let path = format!("/Users/{ada}");
    let body = app.okta.get(&path).await.ok();
    let before = app.events().await;
    app.database
        .clock
        .advance(std::time::Duration::from_mins(1));
    assert_eq!(app.okta.put(&path, &body).await.ok(), body);
    assert_eq!(
        app.okta.put(&path, &person("ada@example.com")).await.ok(),
        body
    );
    assert_eq!(app.events().await, before);
}

#[rstest]
#[tokio::test]
async fn what_is_left_out_or_empty_is_cleared(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut sent = person("ada@example.com");
    sent["title"] = json!("Engineer");
    sent["nickName"] = json!("A");
    sent[ENTERPRISE] = json!({ "department": "R", "division": "D" });
    let ada = app.okta.post("/Users", &sent).await.created()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({
        "schemas": [CORE], "userName": "ada@example.com", "title": "", "nickName": null, "emails": [],
        "name": { "givenName": "Ada", "middleName": "" }, (ENTERPRISE): { "department": "" },
    });
    let user = app.okta.put(&format!("/Users/{ada}"), &body).await.ok();
    assert_eq!(
        user,
        json!({
            "schemas": [CORE], "userName": "ada@example.com", "name": { "givenName": "Ada" }, "active": true,
            "id": ada, "groups": [], "meta": user["meta"],
        })
    );
    assert!(
        app.okta
            .find("Users", "externalId eq \"00u-ada@example.com\"")
            .await
            .is_empty()
    );
    assert!(
        app.okta
            .find("Users", "emails eq \"ada@example.com\"")
            .await
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn a_wizard_app_deactivates_by_put_and_an_absent_active_stays(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let path = format!("/Users/{ada}");
    let mut body = app.okta.get(&path).await.ok();
    body["active"] = json!("False");
    assert_eq!(app.okta.put(&path, &body).await.ok()["active"], false);
    body.as_object_mut().unwrap().remove("active");
    body["title"] = json!("Lead");
    let user = app.okta.put(&path, &body).await.ok();
    assert_eq!(
        (&user["active"], &user["title"]),
        (&json!(false), &json!("Lead"))
    );
    body["active"] = json!(true);
    assert_eq!(app.okta.put(&path, &body).await.ok()["active"], true);
}

#[rstest]
#[tokio::test]
async fn a_new_user_name_moves_the_lookup(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    app.okta.user("bob@example.com").await;
    let path = format!("/Users/{ada}");
    app.okta
        .put(&path, &person("augusta@example.com"))
        .await
        .ok();
    assert!(
        app.okta
            .find("Users", "userName eq \"ada@example.com\"")
            .await
            .is_empty()
    );
    assert_eq!(
        app.okta
            .find("Users", "userName eq \"augusta@example.com\"")
            .await[0]["id"],
        ada
    );
    let before = app.okta.get(&path).await.ok();
    let detail = app
        .okta
        .put(&path, &person("BOB@example.com"))
        .await
        .error(409);
    assert!(detail.contains("\"BOB@example.com\""), "{detail}");
    assert_eq!(app.okta.get(&path).await.ok(), before);
    // Their own name in another case is theirs.
    assert_eq!(
        app.okta
            .put(&path, &person("Augusta@Example.com"))
            .await
            .ok()["userName"],
        "Augusta@Example.com"
    );
}

#[rstest]
#[tokio::test]
async fn a_stale_push_after_a_reactivation_is_obeyed_and_seen(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let path = format!("/Users/{ada}");
    app.okta.patch(&path, &activation(&ada, false)).await.ok();
    let stale = app.okta.get(&path).await.ok();
    app.okta.patch(&path, &activation(&ada, true)).await.ok();
    assert_eq!(app.okta.put(&path, &stale).await.ok()["active"], false);
    let updates = app
        .event_rows()
        .await
        .into_iter()
        .filter(|event| event.name == "dsync.user.updated");
    let states: Vec<_> = updates.map(|event| event.data["state"].clone()).collect();
    assert_eq!(states, ["inactive", "active", "inactive"]);
}

#[rstest]
#[tokio::test]
async fn nothing_is_made_by_a_put(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta
        .put(
            "/Users/directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            &person("ada"),
        )
        .await
        .error(404);
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 0);
    let ada = app.okta.user("ada").await;
    let detail = app
        .okta
        .put(&format!("/Users/{ada}"), &json!({ "displayName": "x" }))
        .await
        .error(400);
    assert_eq!(detail, "\"userName\" is required and must not be empty.");
}
