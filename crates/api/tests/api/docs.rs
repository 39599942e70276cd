//! The OpenAPI document and the page that shows it.

use std::collections::BTreeSet;

use reqwest::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use rollcall_api::ROUTES;
use rollcall_testkit::TestServer;
use serde_json::{Value, json};

use crate::support::{Answer, Database, TestApp, id};

async fn open(server: &TestServer, path: &str) -> Answer {
    Answer::of(reqwest::Client::new().get(format!("{}{path}", server.url))).await
}

async fn document(app: &TestApp) -> Value {
    open(&app.server, "/openapi.json").await.json(200)
}

fn calls(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let calls = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| (method.to_ascii_uppercase(), path.clone()))
    });
    calls.collect()
}

#[tokio::test]
async fn every_route_is_in_the_document_and_nothing_else() {
    let Some(app) = TestApp::start(Database::Sqlite).await else {
        return;
    };
    let closed = ROUTES.iter().filter(|route| route.who != "anyone");
    let routes: BTreeSet<_> = closed
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(calls(&document(&app).await), routes);
}

#[tokio::test]
async fn every_call_has_a_name_a_summary_a_place_and_its_refusals() {
    let Some(app) = TestApp::start(Database::Sqlite).await else {
        return;
    };
    let document = document(&app).await;
    assert_eq!(
        document["servers"][0]["url"],
        "https://rollcall.example.com"
    );
    assert_eq!(document["security"], json!([{ "api_key": [] }]));
    let mut names = BTreeSet::new();
    for (method, path) in calls(&document) {
        let call = &document["paths"][&path][method.to_ascii_lowercase()];
        assert!(
            names.insert(call["operationId"].as_str().unwrap().to_owned()),
            "{path}"
        );
        assert!(
            call["summary"].is_string() && call["tags"][0].is_string(),
            "{path}"
        );
        for status in ["401", "429", "503"] {
            assert!(
                call["responses"][status].is_object(),
                "{method} {path} {status}"
            );
        }
        let parameters = call["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path");
        let expected: Vec<_> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{'))
            .collect();
        let given: Vec<_> = in_path
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            given,
            expected
                .iter()
                .map(|part| part.trim_end_matches('}'))
                .collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn what_workos_does_not_have_is_marked() {
    let Some(app) = TestApp::start(Database::Sqlite).await else {
        return;
    };
    let document = document(&app).await;
    let marked = |method: &str, path: &str| {
        document["paths"][path][method]["x-rollcall-extension"] == json!(true)
    };
    assert!(marked("post", "/directories") && marked("get", "/api_keys"));
    assert!(marked("get", "/webhook_endpoints/{endpoint}"));
    assert!(!marked("get", "/directories") && !marked("patch", "/webhook_endpoints/{endpoint}"));
}

/// Compares a value with the shape that the document gives it; members that are not described count as wrong.
fn check(document: &Value, shape: &Value, value: &Value, place: &str) {
    if let Some(reference) = shape["$ref"].as_str() {
        let shape = document.pointer(reference.trim_start_matches('#')).unwrap();
        return check(document, shape, value, place);
    }
    match value {
        Value::Object(members) => {
            let (described, required) = members_of(document, shape);
            if described.is_empty() {
                return;
            }
            for (name, value) in members {
                let place = format!("{place}.{name}");
                let shape = described.iter().find(|(described, _)| described == name);
                let (_, shape) = shape.unwrap_or_else(|| panic!("{place} is not described"));
                check(document, shape, value, &place);
            }
            for name in required {
                assert!(members.contains_key(&name), "{place}.{name} is missing");
            }
        }
        Value::Array(items) => {
            for item in items {
                check(document, &shape["items"], item, &format!("{place}[]"));
            }
        }
        value => {
            let kind = match value {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Null => "null",
                number if number.is_i64() => "integer",
                _ => "number",
            };
            let kinds = &shape["type"];
            let fits = *kinds == kind
                || kinds
                    .as_array()
                    .is_some_and(|all| all.contains(&json!(kind)));
            assert!(
                fits || (kind == "integer" && *kinds == "number"),
                "{place} is {value}, not {kinds}"
            );
        }
    }
}

fn members_of(document: &Value, shape: &Value) -> (Vec<(String, Value)>, Vec<String>) {
    if let Some(reference) = shape["$ref"].as_str() {
        return members_of(
            document,
            document.pointer(reference.trim_start_matches('#')).unwrap(),
        );
    }
    let mut described = Vec::new();
    let mut required = Vec::new();
    for part in shape["allOf"].as_array().into_iter().flatten() {
        let (more, needed) = members_of(document, part);
        described.extend(more);
        required.extend(needed);
    }
    for (name, shape) in shape["properties"].as_object().into_iter().flatten() {
        described.push((name.clone(), shape.clone()));
    }
    let own = shape["required"].as_array().into_iter().flatten();
    required.extend(own.map(|name| name.as_str().unwrap().to_owned()));
    (described, required)
}

/// Makes one of everything; says for each call what was answered.
async fn make_everything(app: &TestApp) -> Vec<(&'static str, Value)> {
    let client = &app.client;
    let organization = app.directory.organization.id.to_string();
    let tokens = format!("/directories/{}/tokens", app.directory.directory.id);
    let hook =
        json!({ "endpoint_url": "https://hooks.example.com/", "events": ["dsync.user.created"] });
    let hook = client.post("/webhook_endpoints", &hook).await.json(201);
    let test = format!("/webhook_endpoints/{}/send_test_event", id(&hook));
    let example = json!({ "event": "dsync.user.created" });
    let directory = json!({ "organization_id": organization, "name": "Okta" });
    let domain = json!({ "organization_id": organization, "domain": "acme.example" });
    let key = json!({ "name": "Key" });
    vec![
        ("/webhook_endpoints", hook),
        (
            "/webhook_endpoints/{endpoint}/send_test_event",
            client.post(&test, &example).await.json(201),
        ),
        (
            "/organizations",
            client.post("/organizations", &key).await.json(201),
        ),
        (
            "/organization_domains",
            client
                .post("/organization_domains", &domain)
                .await
                .json(201),
        ),
        (
            "/directories",
            client.post("/directories", &directory).await.json(201),
        ),
        (
            "/directories/{directory}/tokens",
            client.post(&tokens, &json!({})).await.json(201),
        ),
        ("/api_keys", client.post("/api_keys", &key).await.json(201)),
    ]
}

#[tokio::test]
async fn answers_have_the_shapes_that_the_document_gives_them() {
    let Some(app) = TestApp::start(Database::Sqlite).await else {
        return;
    };
    let document = document(&app).await;
    let checked = |method: &str, path: &str, status: u16, answer: &Value| {
        let answers = &document["paths"][path][method]["responses"];
        let shape = &answers[status.to_string()]["content"]["application/json"]["schema"];
        assert!(!shape.is_null(), "{method} {path} {status}");
        check(&document, shape, answer, &format!("{method} {path}"));
    };
    let ada = app.person("ada@example.com").await;
    let group = app.group("Engineering", &[&ada]).await.id.to_string();
    let made = make_everything(&app).await;
    for (path, answer) in &made {
        checked("post", path, 201, answer);
    }
    let [hook, sent, organization, domain] = [0, 1, 2, 3].map(|index: usize| id(&made[index].1));
    let directory = app.directory.directory.id.to_string();
    app.publish().await;
    for (path, called) in [
        ("/organizations", "/organizations".to_owned()),
        (
            "/organizations/{organization}",
            format!("/organizations/{organization}"),
        ),
        (
            "/organization_domains/{domain}",
            format!("/organization_domains/{domain}"),
        ),
        ("/directories", "/directories".to_owned()),
        (
            "/directories/{directory}",
            format!("/directories/{directory}"),
        ),
        (
            "/directories/{directory}/tokens",
            format!("/directories/{directory}/tokens"),
        ),
        (
            "/directory_users",
            format!("/directory_users?directory={directory}"),
        ),
        (
            "/directory_users/{user}",
            format!("/directory_users/{}", ada.id),
        ),
        (
            "/directory_groups",
            format!("/directory_groups?directory={directory}"),
        ),
        (
            "/directory_groups/{group}",
            format!("/directory_groups/{group}"),
        ),
        (
            "/events",
            "/events?events=dsync.user.created,dsync.group.user_added".to_owned(),
        ),
        ("/webhook_endpoints", "/webhook_endpoints".to_owned()),
        (
            "/webhook_endpoints/{endpoint}",
            format!("/webhook_endpoints/{hook}"),
        ),
        (
            "/webhook_endpoints/{endpoint}/deliveries",
            format!("/webhook_endpoints/{hook}/deliveries"),
        ),
        (
            "/webhook_deliveries/{delivery}",
            format!("/webhook_deliveries/{sent}"),
        ),
        ("/api_keys", "/api_keys".to_owned()),
    ] {
        let answer = app.client.get(&called).await.json(200);
        assert_ne!(answer["data"], json!([]), "{called}");
        checked("get", path, 200, &answer);
    }
    let unknown = app.client.get("/directories/x").await.error(404);
    checked("get", "/directories/{directory}", 404, &unknown);
    let wrong = app.client.get("/directories?limit=0").await.error(422);
    checked("get", "/directories", 422, &wrong);
}

#[tokio::test]
async fn the_page_shows_every_call_without_a_script() {
    let Some(app) = TestApp::start(Database::Sqlite).await else {
        return;
    };
    let page = open(&app.server, "/api-reference").await;
    assert_eq!(
        (page.status.as_u16(), &page.headers[CONTENT_TYPE]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("script"));
    assert!(!page.text.contains("<script") && !page.text.contains("style="));
    let document = document(&app).await;
    for (method, path) in calls(&document) {
        let call = &document["paths"][&path][method.to_ascii_lowercase()];
        let name = call["operationId"].as_str().unwrap();
        assert!(
            page.text.contains(&format!("<article id=\"{name}\">")),
            "{method} {path}"
        );
        assert!(
            page.text.contains(&format!("<a href=\"#{name}\">")),
            "{method} {path}"
        );
    }
    // Whatever the page refers to is there, on the page or beside it.
    for link in page
        .text
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        match link.strip_prefix('#') {
            Some(place) => assert!(page.text.contains(&format!("id=\"{place}\"")), "{link}"),
            None => assert_eq!(open(&app.server, link).await.status.as_u16(), 200, "{link}"),
        }
    }
    let css = open(&app.server, "/api-reference/files/css/base.css").await;
    for font in css
        .text
        .split("url(\"..")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        let font = open(&app.server, &format!("/api-reference/files{font}")).await;
        assert_eq!(font.headers[CONTENT_TYPE], "font/woff2");
    }
    open(&app.server, "/api-reference/files/Cargo.toml")
        .await
        .error(404);
}
