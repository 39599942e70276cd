use reqwest::Method;
use rollcall_scim::ROUTES;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, answer, person};

#[rstest]
#[tokio::test]
async fn every_route_of_the_table_is_served_to_the_provider_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut stranger = app.okta.clone();
    stranger.authorization = None;
    for route in ROUTES {
        let path = route
            .path
            .strip_prefix("/scim/v1.1/{key}")
            .unwrap()
            .replace("{id}", "x");
        let method: Method = route.method.parse().unwrap();
        let refused = answer(stranger.request(method.clone(), &path)).await;
        assert_eq!(refused.status, 401, "{route:?}");
        let served = answer(app.okta.request(method, &path)).await;
        assert_ne!(served.status, 405, "{route:?}");
        assert_ne!(served.status, 401, "{route:?}");
        assert!(
            !served.text.contains("nothing at this address"),
            "{route:?}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_base_url_pasted_with_slashes_or_a_blank_works(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    for path in [
        "/Users",
        "//Users",
        "/Users/",
        "//Users/?count=1",
        "%20/Users",
        "/%2FUsers",
    ] {
        let listed = app.okta.get(path).await;
        if path == "/%2FUsers" {
            listed.error(404);
        } else {
            assert_eq!(listed.list()["totalResults"], 1, "{path}");
        }
    }
    for path in [format!("//Users/{ada}"), format!("/Users/{ada}/")] {
        assert_eq!(app.okta.get(&path).await.ok()["id"], ada);
    }
    let group = app
        .okta
        .post("//Groups/", &json!({ "displayName": "Eng" }))
        .await
        .created();
    assert_eq!(
        group["meta"]["location"],
        format!("{}/Groups/{}", app.okta.base, group["id"].as_str().unwrap())
    );
}

#[rstest]
#[tokio::test]
async fn other_paths_are_not_found_and_other_methods_not_allowed(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for path in [
        "",
        "/",
        "/users",
        "/UsersX",
        "/Me",
        "/Users/x/y",
        "/ServiceProviderConfig",
    ] {
        let detail = app.okta.get(path).await.error(404);
        assert!(
            detail.contains("nothing at this address"),
            "{path}: {detail}"
        );
    }
    let cases = [
        (Method::PUT, "/Users", "GET, POST"),
        (Method::DELETE, "/Groups", "GET, POST"),
        (Method::POST, "/Users/x", "GET, PUT, PATCH, DELETE"),
        (Method::POST, "/Groups/x", "GET, PUT, PATCH, DELETE"),
        (Method::OPTIONS, "/Users", "GET, POST"),
        (Method::GET, "/Bulk", "POST"),
    ];
    for (method, path, allow) in cases {
        let refused = app.okta.send(method, path, person("ada").to_string()).await;
        assert_eq!(refused.headers["allow"], allow);
        refused.error(405);
    }
    let outside = reqwest::Client::new();
    for path in ["/scim", "/scim/v1.1", "/scim/v2/x/Users"] {
        answer(outside.get(format!("{}{path}", app.server.url)))
            .await
            .error(404);
    }
}
