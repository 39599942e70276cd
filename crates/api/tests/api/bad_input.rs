//! What no application should send, and what it is told.

use reqwest::Method;
use reqwest::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE};
use rstest::rstest;
use serde_json::json;

use crate::support::{Answer, Database, TestApp};

#[rstest]
#[tokio::test]
async fn a_body_must_be_a_json_object(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for body in [
        "{",
        "[]",
        "null",
        "\"a\"",
        "{\"name\": }",
        "{\"a\":1}x",
        "\u{feff}{}",
        "<xml/>",
    ] {
        let request = app.client.request(Method::POST, "/api_keys").body(body);
        assert_eq!(
            Answer::of(request).await.code(400),
            "invalid_json",
            "{body}"
        );
    }
    let deep = "[".repeat(10_000);
    let request = app
        .client
        .request(Method::POST, "/api_keys")
        .body(format!("{{\"a\":{deep}"));
    Answer::of(request).await.error(400);
    let not_utf8 = app
        .client
        .request(Method::POST, "/api_keys")
        .body(&b"{\"name\":\"\xff\"}"[..]);
    Answer::of(not_utf8).await.error(400);
}

#[rstest]
#[tokio::test]
async fn a_body_must_be_declared_as_json(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let post = |kind: Option<&'static str>| {
        let request = reqwest::Client::new()
            .post(format!("{}/api_keys", app.server.url))
            .bearer_auth(&app.client.key)
            .body(json!({ "name": "Key" }).to_string());
        match kind {
            Some(kind) => request.header(CONTENT_TYPE, kind),
            None => request,
        }
    };
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/xml"),
    ] {
        Answer::of(post(kind)).await.error(415);
    }
    let packed = post(Some("application/json")).header(CONTENT_ENCODING, "gzip");
    Answer::of(packed).await.error(415);
    for kind in ["application/json", "Application/JSON; charset=utf-8"] {
        Answer::of(post(Some(kind))).await.json(201);
    }
}

#[rstest]
#[tokio::test]
async fn a_large_body_is_not_read(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = json!({ "name": "a".repeat(300 * 1024) });
    app.client.post("/api_keys", &body).await.error(413);
    let chunks = (0..100).map(|_| Ok::<_, std::io::Error>("a".repeat(8 * 1024)));
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let request = app.client.request(Method::POST, "/api_keys").body(stream);
    // The server hangs up on what is left, which may reach the client before the answer does.
    if let Ok(answer) = request.send().await {
        assert_eq!(answer.status().as_u16(), 413);
    }
}

#[rstest]
#[tokio::test]
async fn an_id_is_one_segment_of_the_path_whatever_is_in_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for (sent, read) in [
        ("directory_1", "directory_1"),
        ("..%2F..%2Fetc%2Fpasswd", "../../etc/passwd"),
        ("a%252Fb", "a%2Fb"),
        ("%00", "\u{0}"),
        ("%F0%9F%A6%80", "🦀"),
        ("a%20b", "a b"),
        (
            "directory_01arz3ndektsv4rrffq69g5fav",
            "directory_01arz3ndektsv4rrffq69g5fav",
        ),
    ] {
        let body = app
            .client
            .get(&format!("/directories/{sent}"))
            .await
            .error(404);
        let expected = json!({
            "message": format!("Directory not found: '{read}'."),
            "code": "entity_not_found",
            "entity_id": read,
        });
        assert_eq!(body, expected, "{sent}");
    }
    app.client.get("/directories/a/b").await.error(404);
    app.client.get("/directories/%FF").await.error(404);
}

#[rstest]
#[tokio::test]
async fn a_parameter_cannot_upset_the_database(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let directory = format!("directory={}", app.directory.directory.id);
    for (path, field) in [
        ("/directories?search=%00".to_owned(), "search"),
        (
            "/directories?organization_id=%00".to_owned(),
            "organization_id",
        ),
        (format!("/directory_users?{directory}&email=%00"), "email"),
        (
            format!("/directory_users?{directory}&idp_id=a%00"),
            "idp_id",
        ),
        (format!("/directory_users?{directory}&search=%0A"), "search"),
    ] {
        let problems = app.client.get(&path).await.problems();
        assert_eq!(
            problems,
            [(field.to_owned(), format!("{field}_invalid"))],
            "{path}"
        );
    }
    for search in [
        "'%3B+DROP+TABLE",
        "%25",
        "_",
        "%5C",
        "%FF%FE",
        "%F0%9F%A6%80",
    ] {
        let path = format!("/directory_users?{directory}&search={search}");
        assert!(app.client.ids(&path).await.is_empty(), "{search}");
    }
}

#[rstest]
#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_json(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for path in [
        "/",
        "/nothing",
        "/directories/",
        "/sso/authorize",
        "/user_management/users",
    ] {
        app.client.get(path).await.error(404);
    }
    let answer = Answer::of(app.client.request(Method::PATCH, "/directories")).await;
    assert_eq!(answer.headers[ALLOW], "GET, POST");
    answer.error(405);
}
