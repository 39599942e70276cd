//! `rollcall routes`: the list that tests and people read.

use reqwest::header::{CONTENT_TYPE, LOCATION, ORIGIN};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use rollcall_testkit::{Database, TestStore};
use serde_json::Value;

use crate::support::{run, serve, stdout};

#[tokio::test(flavor = "multi_thread")]
async fn without_credentials_only_the_open_ones_answer() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let server = serve(&test);
    let routes: Vec<Value> = serde_json::from_str(&stdout(&run(&["routes", "--json"]))).unwrap();
    let closed = routes.iter().filter(|route| route["who"] != "anyone");
    for route in closed.clone() {
        let answer = call(route, &server.url).await;
        let header = |name| {
            answer
                .headers()
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
        };
        let in_the_dashboard = ["signed in", "viewer", "operator", "admin", "owner"];
        if in_the_dashboard.contains(&route["who"].as_str().unwrap()) {
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{route}");
            assert!(header(LOCATION).starts_with("/login"), "{route}");
        } else {
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{route}");
            assert!(
                header(CONTENT_TYPE).starts_with("application/json"),
                "{route}"
            );
        }
    }
    assert!(closed.count() > 30, "the list is too short to be all");
}

/// Calls a route as a browser on the same site would, with something in each variable part.
async fn call(route: &Value, server: &str) -> Response {
    let path = route["path"].as_str().unwrap().replace(['{', '}'], "");
    let method: Method = route["method"].as_str().unwrap().parse().unwrap();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let request = client
        .request(method, format!("{server}{path}"))
        .header(ORIGIN, server);
    request.form(&[("name", "x")]).send().await.unwrap()
}

#[test]
fn every_part_is_on_the_list() {
    let routes: Vec<Value> = serde_json::from_str(&stdout(&run(&["routes", "--json"]))).unwrap();
    let has = |method: &str, path: &str| {
        routes
            .iter()
            .any(|route| route["method"] == method && route["path"] == path)
    };
    assert!(has("GET", "/healthz"));
    assert!(has("GET", "/readyz"));
    assert!(has("POST", "/login"));
    assert!(has("GET", "/w/{workspace}/organizations"));
    assert!(has("PATCH", "/scim/v1.1/{key}/Groups/{id}"));
    assert!(has("GET", "/directory_users/{user}"));
    assert!(has("GET", "/openapi.json"));
    for route in &routes {
        assert!(
            route["who"].as_str().is_some_and(|who| !who.is_empty()),
            "{route}"
        );
    }
    assert_eq!(stdout(&run(&["routes"])).lines().count(), routes.len());
}
