//! `rollcall routes`: the list that tests and people read.

use serde_json::Value;

use crate::support::{run, stdout};

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
    for route in &routes {
        assert!(
            route["who"].as_str().is_some_and(|who| !who.is_empty()),
            "{route}"
        );
    }
    assert_eq!(stdout(&run(&["routes"])).lines().count(), routes.len());
}
