use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{CORE, Database, ENTERPRISE, TestApp, answer};

#[rstest]
#[tokio::test]
async fn the_configuration_says_what_is_true(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let config: Value =
        serde_json::from_str(&app.okta.get("/ServiceProviderConfigs").await.text).unwrap();
    let supported = |feature: &str| config[feature]["supported"].as_bool().unwrap();
    for feature in ["patch", "filter", "bulk", "etag"] {
        assert!(supported(feature), "{feature}");
    }
    for feature in ["changePassword", "xmlDataFormat"] {
        assert!(!supported(feature), "{feature}");
    }
    assert_eq!(config["bulk"]["maxOperations"], 1_000);
    assert_eq!(config["bulk"]["maxPayloadSize"], 16 * 1024 * 1024);
    assert_eq!(config["filter"]["maxResults"], 1000);
    assert_eq!(
        config["authenticationSchemes"][0]["type"],
        "oauthbearertoken"
    );
}

#[rstest]
#[tokio::test]
async fn the_schemas_name_every_attribute_of_the_core_and_the_extension(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let list = app.okta.get("/Schemas").await.json();
    assert_eq!(list["totalResults"], 2);
    for (name, attribute, schema) in [
        ("Users", "userName", CORE),
        ("Groups", "displayName", CORE),
        ("User", "department", ENTERPRISE),
    ] {
        let document = app.okta.get(&format!("/Schemas/{name}")).await.json();
        let found = document["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|found| found["name"] == attribute)
            .unwrap()
            .clone();
        assert_eq!(
            (&found["schema"], &found["required"]),
            (&json!(schema), &json!(schema == CORE)),
            "{found}"
        );
        assert!(list["Resources"].as_array().unwrap().contains(&document));
    }
    app.okta.get(&format!("/Schemas/{CORE}:Group")).await.json();
    app.okta.get("/Schemas/Robot").await.error(404);
}

#[rstest]
#[tokio::test]
async fn discovery_is_read_only(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for path in [
        "/ServiceProviderConfigs",
        "/ResourceTypes",
        "/Schemas",
        "/Schemas/User",
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let refused = answer(app.okta.request(method, path).body("test")).await;
            assert_eq!(refused.headers["allow"], "GET");
            refused.error(405);
        }
    }
}
