//! Okta's SCIM 1.1 specification test, step by step: what its suite sends and asserts.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, CORE, Client, Database, TestApp, answer};

const FAST: Duration = Duration::from_millis(400);
const IN_TIME: Duration = Duration::from_millis(600);

/// A step as the suite sends it: its own agent, a content type on every request.
async fn step(okta: &Client, method: Method, path: &str, body: &str, within: Duration) -> Answer {
    let request = okta
        .request(method, path)
        .header(USER_AGENT, "OKTA SCIM Integration")
        .header(ACCEPT, "application/json; charset=utf-8")
        .header(CONTENT_TYPE, "application/json; charset=utf-8");
    let started = Instant::now();
    let answer = answer(request.body(body.to_owned())).await;
    assert!(
        started.elapsed() < within,
        "{path} took {:?}",
        started.elapsed()
    );
    answer
}

async fn get(okta: &Client, path: &str, within: Duration) -> Value {
    let answer = step(okta, Method::GET, path, "", within).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

fn has_schema(document: &Value, urn: &str) -> bool {
    document["schemas"]
        .as_array()
        .unwrap()
        .contains(&json!(urn))
}

fn is_filled(value: &Value) -> bool {
    !value.is_null() && value != "" && value != &json!([]) && value != &json!({})
}

fn is_whole_user(user: &Value) {
    let names = [
        "/id",
        "/name/familyName",
        "/name/givenName",
        "/userName",
        "/active",
        "/emails/0/value",
    ];
    for name in names {
        assert!(
            user.pointer(name).is_some_and(is_filled),
            "{name} of {user}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn the_discovery_steps(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let okta = &app.okta;
    app.okta.get("/Users").await.list();

    let config = get(okta, "/ServiceProviderConfigs", FAST).await;
    assert!(has_schema(&config, CORE));
    for name in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(config[name]["supported"].is_boolean(), "{name}");
    }
    for name in [
        "/authenticationSchemes/0/type",
        "/authenticationSchemes/0/description",
    ] {
        assert!(config.pointer(name).is_some_and(is_filled), "{name}");
    }
    for name in [
        "/filter/maxResults",
        "/bulk/maxOperations",
        "/bulk/maxPayloadSize",
    ] {
        assert!(config.pointer(name).is_some_and(Value::is_number), "{name}");
    }
    let refused = answer(
        okta.request(Method::POST, "/ServiceProviderConfigs")
            .header(USER_AGENT, "")
            .body("test"),
    )
    .await;
    refused.error(405);

    let types = get(okta, "/ResourceTypes", FAST).await;
    assert!(has_schema(&types, CORE));
    for name in [
        "/Resources/0/name",
        "/Resources/0/endpoint",
        "/Resources/0/schema",
    ] {
        assert!(types.pointer(name).is_some_and(is_filled), "{name}");
    }
    step(okta, Method::POST, "/ResourceTypes", "test", IN_TIME)
        .await
        .error(405);

    let schemas = get(okta, "/Schemas", FAST).await;
    assert!(has_schema(&schemas, &format!("{CORE}:ListResponse")));
    for name in ["/Resources/0/id", "/Resources/0/attributes"] {
        assert!(schemas.pointer(name).is_some_and(is_filled), "{name}");
    }
    step(okta, Method::POST, "/Schemas", "", IN_TIME)
        .await
        .error(405);
}

#[rstest]
#[tokio::test]
async fn the_user_and_group_steps(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let okta = &app.okta;
    // The suite wants a person and a group to be there.
    okta.user("first@example.com").await;
    okta.group("Everyone", &[]).await;

    let list = get(okta, "/Users?count=1&startIndex=1", IN_TIME).await;
    assert!(has_schema(&list, CORE));
    assert!(
        ["totalResults", "itemsPerPage", "startIndex"]
            .iter()
            .all(|name| list[name].is_number())
    );
    is_whole_user(&list["Resources"][0]);

    let id = list["Resources"][0]["id"].as_str().unwrap();
    let user = get(okta, &format!("/Users/{id}"), IN_TIME).await;
    is_whole_user(&user);
    assert_eq!(user["id"], id);

    let random = "Runscope300qf2lkd1@example.com";
    for path in [
        "/Users?filter=userName%20eq%20%22nobody%40example.com%22",
        &format!("/Users?filter=userName%20eq%20%22{random}%22"),
    ] {
        let none = get(okta, path, FAST).await;
        assert!(has_schema(&none, CORE));
        assert_eq!(none["totalResults"], 0);
    }

    let unknown = step(
        okta,
        Method::GET,
        "/Users/010101001010101011001010101011",
        "",
        IN_TIME,
    )
    .await;
    assert!(!unknown.error(404).is_empty());

    let body = json!({
        "schemas": [CORE], "userName": random, "name": { "familyName": "Run", "givenName": "Scope" },
        "emails": [{ "primary": true, "value": random, "type": "work" }], "displayName": "Run Scope", "active": true,
    })
    .to_string();
    let created = step(okta, Method::POST, "/Users", &body, IN_TIME)
        .await
        .created();
    assert!(has_schema(&created, CORE));
    is_whole_user(&created);
    assert_eq!(
        (&created["active"], &created["userName"]),
        (&json!(true), &json!(random))
    );

    let read = get(
        okta,
        &format!("/Users/{}", created["id"].as_str().unwrap()),
        IN_TIME,
    )
    .await;
    assert_eq!(
        (&read["userName"], &read["name"]),
        (&created["userName"], &created["name"])
    );

    step(okta, Method::POST, "/Users", &body, IN_TIME)
        .await
        .error(409);
    step(
        okta,
        Method::GET,
        &format!("/Users?filter={}", random.to_uppercase()),
        "",
        IN_TIME,
    )
    .await
    .error(400);

    let groups = get(okta, "/Groups", IN_TIME).await;
    assert!(groups["totalResults"].as_u64().unwrap() >= 1 && groups["Resources"].is_array());
}
