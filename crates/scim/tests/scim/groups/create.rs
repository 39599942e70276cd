use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, TestApp, refs};

#[rstest]
#[tokio::test]
async fn a_group_is_looked_up_and_created(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    assert!(
        app.okta
            .find("Groups", "displayName eq \"Eng\"")
            .await
            .is_empty()
    );
    let plain = app
        .okta
        .post(
            "/Groups",
            &json!({ "schemas": [CORE], "displayName": "Eng" }),
        )
        .await
        .created();
    assert_eq!(
        plain,
        json!({
            "schemas": [CORE], "displayName": "Eng", "id": plain["id"], "members": [],
            "meta": {
                "created": "2026-01-02T03:04:05.000Z", "lastModified": "2026-01-02T03:04:05.000Z", "version": "W/\"1\"",
                "location": format!("{}/Groups/{}", app.okta.base, plain["id"].as_str().unwrap()),
            },
        })
    );
}

#[rstest]
#[tokio::test]
async fn a_group_comes_with_members_or_a_description(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let with_members = app
        .okta
        .post(
            "/Groups",
            &json!({ "displayName": "Ops", "members": refs(&[&ada, &ada]) }),
        )
        .await
        .created();
    assert_eq!(
        with_members["members"],
        json!([{ "value": ada, "display": "ada@example.com" }])
    );
    let urn = "urn:okta:custom:group:1.0";
    let described = json!({ "schemas": [CORE, urn], "displayName": "West", (urn): { "description": "West of the lake" } });
    let described = app.okta.post("/Groups", &described).await.created();
    assert_eq!(described["schemas"], json!([CORE, urn]));
    let read = app
        .okta
        .get(&format!("/Groups/{}", described["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(read[urn], json!({ "description": "West of the lake" }));
    let events = app.events().await;
    assert_eq!(
        events[3..],
        [
            "dsync.group.created",
            "dsync.group.user_added",
            "dsync.group.created"
        ]
    );
}

#[rstest]
#[tokio::test]
async fn two_groups_may_have_one_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.group("Eng", &[]).await;
    app.okta.group("Eng", &[]).await;
    assert_eq!(
        app.okta
            .find("Groups", "displayName eq \"eng\"")
            .await
            .len(),
        2
    );
}

#[rstest]
#[tokio::test]
async fn a_group_with_unknown_members_is_not_made(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let unknown = "directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let before = app.events().await;
    let body = json!({ "displayName": "Eng", "members": refs(&[&ada, unknown, "nobody"]) });
    let detail = app.okta.post("/Groups", &body).await.error(400);
    assert!(
        detail.contains(unknown) && detail.contains("nobody") && !detail.contains(&ada),
        "{detail}"
    );
    let body = json!({ "displayName": "Eng", "members": refs(&[&ada, "nobody"]) });
    assert!(
        app.okta
            .post("/Groups", &body)
            .await
            .error(400)
            .contains("nobody")
    );
    let group = app.okta.group("Ops", &[]).await;
    let body = json!({ "displayName": "Eng", "members": refs(&[&group]) });
    assert!(
        app.okta
            .post("/Groups", &body)
            .await
            .error(400)
            .contains(&group)
    );
    assert_eq!(app.okta.get("/Groups").await.list()["totalResults"], 1);
    assert_eq!(app.events().await.len(), before.len() + 1);
}

#[rstest]
#[tokio::test]
async fn a_group_needs_a_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for body in [
        json!({}),
        json!({ "displayName": " " }),
        json!({ "displayName": null }),
    ] {
        assert_eq!(
            app.okta.post("/Groups", &body).await.error(400),
            "\"displayName\" is required and must not be empty."
        );
    }
}
