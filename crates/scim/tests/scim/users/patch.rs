use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, ENTERPRISE, TestApp, person};

#[rstest]
#[tokio::test]
async fn a_password_is_taken_and_forgotten(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let path = format!("/Users/{ada}");
    let before = (app.okta.get(&path).await.ok(), app.events().await);
    let body = json!({ "schemas": [CORE], "id": ada, "password": "hunter2" });
    assert_eq!(app.okta.patch(&path, &body).await.ok(), before.0);
    assert_eq!(app.events().await, before.1);
}

#[rstest]
#[tokio::test]
async fn a_partial_person_is_merged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut sent = person("ada@example.com");
    sent[ENTERPRISE] = json!({ "department": "R", "division": "D" });
    let ada = app.okta.post("/Users", &sent).await.created()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({
        "meta": { "attributes": ["locale", format!("{ENTERPRISE}:division")] },
        "name": { "familyName": "Lovelace" },
        "emails": [{ "value": "ada@example.com", "operation": "delete" }, { "value": "a@example.org", "type": "home", "primary": true }],
        (ENTERPRISE): { "department": "S" },
    });
    let user = app.okta.patch(&format!("/Users/{ada}"), &body).await.ok();
    assert_eq!(
        user["name"],
        json!({ "givenName": "Ada", "familyName": "Lovelace" })
    );
    assert_eq!(
        user["emails"],
        json!([{ "value": "a@example.org", "type": "home", "primary": true }])
    );
    assert_eq!(user[ENTERPRISE], json!({ "department": "S" }));
    assert!(user.get("locale").is_none());
    assert_eq!(
        app.okta
            .find("Users", "emails.value eq \"a@example.org\"")
            .await,
        [user]
    );
}

#[rstest]
#[tokio::test]
async fn a_refused_patch_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    app.okta.user("bob").await;
    let path = format!("/Users/{ada}");
    let before = (app.okta.get(&path).await.ok(), app.events().await);
    app.okta
        .patch(&path, &json!({ "title": "x", "userName": "BOB" }))
        .await
        .error(409);
    let cases = [
        (
            json!({ "title": "x", "meta": { "attributes": ["userName"] } }),
            "\"userName\" is required",
        ),
        (
            json!({ "title": "x", "emails": [{ "value": "q", "operation": "replace" }] }),
            "SCIM 1.1 knows only \"delete\"",
        ),
        (
            json!({ "title": "x", "name": "y" }),
            "\"name\" must be an object",
        ),
        (
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "replace", "value": { "active": false } }] }),
            "SCIM 2.0",
        ),
    ];
    for (body, words) in cases {
        let detail = app.okta.patch(&path, &body).await.error(400);
        assert!(detail.contains(words), "{detail}");
    }
    app.okta
        .patch(
            "/Users/directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            &json!({}),
        )
        .await
        .error(404);
    assert_eq!((app.okta.get(&path).await.ok(), app.events().await), before);
}
