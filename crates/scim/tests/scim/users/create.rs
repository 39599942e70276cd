use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, ENTERPRISE, TestApp, activation, person};

#[rstest]
#[tokio::test]
async fn an_unknown_person_is_looked_up_and_created(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    assert!(
        app.okta
            .find("Users", "userName eq \"ada@example.com\"")
            .await
            .is_empty()
    );
    let user = app
        .okta
        .post("/Users", &person("ada@example.com"))
        .await
        .created();
    let id = user["id"].as_str().unwrap();
    assert_eq!(
        user,
        json!({
            "schemas": [CORE],
            "userName": "ada@example.com",
            "name": { "givenName": "Ada", "familyName": "Example" },
            "emails": [{ "primary": true, "value": "ada@example.com", "type": "work" }],
            "displayName": "Ada Example",
            "locale": "en_US",
            "externalId": "00u-ada@example.com",
            "active": true,
            "id": id,
            "groups": [],
            "meta": {
                "created": "2026-01-02T03:04:05.000Z",
                "lastModified": "2026-01-02T03:04:05.000Z",
                "version": "W/\"1\"",
                "location": format!("{}/Users/{id}", app.okta.base),
            },
        })
    );
    assert_eq!(
        app.okta
            .find("Users", "userName eq \"ada@example.com\"")
            .await,
        [user]
    );
    assert_eq!(
        app.events().await,
        [
            "dsync.token.created",
            "dsync.activated",
            "dsync.user.created"
        ]
    );
}

#[rstest]
#[tokio::test]
async fn the_whole_metadata_form_comes_back_verbatim(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let custom = "urn:okta:example:1.0:user:custom";
    let mut sent = json!({
        "schemas": [CORE, ENTERPRISE, custom],
        "userName": "zoë@example.com",
        "name": { "givenName": "Zoë", "familyName": "Ødegård", "middleName": "Q", "honorificPrefix": "Dr.", "honorificSuffix": "III", "formatted": "Dr. Zoë Q Ødegård III" },
        "displayName": "Zoë 李", "nickName": "Z", "profileUrl": "https://example.com/z", "title": "Engineer", "userType": "Employee",
        "preferredLanguage": "nb-NO", "locale": "en_US", "timezone": "Europe/Oslo", "active": true, "externalId": "00u1",
        "emails": [{ "primary": true, "value": "zoë@example.com", "type": "work" }, { "value": "z@example.org", "type": "home" }],
        "phoneNumbers": [{ "primary": true, "value": "555-0100", "type": "work" }],
        "addresses": [{ "primary": true, "type": "work", "streetAddress": "Main 1", "locality": "Oslo", "country": "NO" }],
        "roles": [{ "primary": true, "value": "lead" }],
        (ENTERPRISE): { "employeeNumber": "7", "costCenter": "9", "organization": "E", "division": "D", "department": "R&D",
                        "manager": { "managerId": "2", "displayName": "Pat Lead" } },
        (custom): { "level": 3, "remote": true, "quota": 1.5, "tags": ["a", "b"], "nested": { "deep": "x" } },
        "shoeSize": 42, "flags": [true, null, { "a": [] }],
    });
    let user = app.okta.post("/Users", &sent).await.created();
    sent["id"] = user["id"].clone();
    sent["groups"] = json!([]);
    sent["meta"] = user["meta"].clone();
    // Compared as text, so that the order of attributes counts too.
    assert_eq!(user.to_string(), sent.to_string());
    let read = app
        .okta
        .get(&format!("/Users/{}", user["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(read.to_string(), user.to_string());
}

#[rstest]
#[tokio::test]
async fn a_minimal_person_is_active(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let user = app
        .okta
        .post(
            "/Users",
            &json!({ "userName": "bob", "id": "x", "meta": { "created": "1999-01-01T00:00:00Z" } }),
        )
        .await
        .created();
    assert_eq!(user["active"], true);
    assert_eq!(user["schemas"], json!([CORE]));
    assert_ne!(user["id"], "x");
    assert_eq!(user["meta"]["created"], "2026-01-02T03:04:05.000Z");
    let user = app
        .okta
        .post(
            "/Users",
            &json!({ "userName": "eve", "active": "False", "emails": ["e@example.org"] }),
        )
        .await
        .created();
    assert_eq!(
        (&user["active"], &user["emails"]),
        (&json!(false), &json!([{ "value": "e@example.org" }]))
    );
}

#[rstest]
#[tokio::test]
async fn a_taken_user_name_is_a_conflict_in_any_case(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let id = app.okta.user("ada@example.com").await;
    let detail = app
        .okta
        .post("/Users", &person("ADA@Example.com"))
        .await
        .error(409);
    assert!(
        detail.contains("\"ADA@Example.com\" already belongs to Ada Example"),
        "{detail}"
    );
    app.okta
        .patch(&format!("/Users/{id}"), &activation(&id, false))
        .await
        .ok();
    let detail = app
        .okta
        .post("/Users", &person("ada@example.com"))
        .await
        .error(409);
    assert!(
        detail.contains("inactive") && detail.contains("reactivates"),
        "{detail}"
    );
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 1);
    assert_eq!(
        app.events()
            .await
            .iter()
            .filter(|name| *name == "dsync.user.created")
            .count(),
        1
    );
}
