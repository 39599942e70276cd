use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Body, Method};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Database, TestApp, answer, person};

#[rstest]
#[tokio::test]
async fn what_is_no_json_object_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let group = app.okta.group("Eng", &[]).await;
    let nested = format!("{{\"userName\":{}", "[".repeat(100_000));
    let bodies: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "no body"),
        (b"test".to_vec(), "line 1 column"),
        (b"{\"userName\": \"x\",}".to_vec(), "line 1 column 18"),
        (b"{\"userName\": \"x\"".to_vec(), "line 1 column"),
        (b"[]".to_vec(), "not a list"),
        (b"null".to_vec(), "not null"),
        (b"{\"userName\": \"\xff\"}".to_vec(), "not valid JSON"),
        (b"{\"userName\": \"\x01\"}".to_vec(), "control character"),
        (br#"{"userName": "\ud800"}"#.to_vec(), "not valid JSON"),
        (
            br#"{"userName": "a\u0000b"}"#.to_vec(),
            "\"userName\" contains the character U+0000",
        ),
        (nested.into_bytes(), "recursion limit"),
    ];
    let targets = [
        (Method::POST, "/Users".to_owned()),
        (Method::PUT, format!("/Users/{ada}")),
        (Method::PATCH, format!("/Users/{ada}")),
        (Method::POST, "/Groups".to_owned()),
        (Method::PUT, format!("/Groups/{group}")),
        (Method::PATCH, format!("/Groups/{group}")),
    ];
    for (body, words) in bodies {
        for (method, path) in &targets {
            let detail = app
                .okta
                .send(method.clone(), path, body.clone())
                .await
                .error(400);
            assert!(detail.contains(words), "{detail}");
        }
    }
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 1);
    assert_eq!(app.okta.get("/Groups").await.list()["totalResults"], 1);
}

#[rstest]
#[tokio::test]
async fn wrong_types_are_named(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let cases: Vec<(Value, &str)> = vec![
        (
            json!({ "name": "Ada" }),
            "\"name\" must be an object, not a text",
        ),
        (
            json!({ "emails": {} }),
            "\"emails\" must be a list, not an object",
        ),
        (
            json!({ "emails": [7] }),
            "\"emails\" must be a list of objects",
        ),
        (
            json!({ "active": "maybe" }),
            "\"active\" must be true or false",
        ),
        (
            json!({ "title": 5 }),
            "\"title\" must be a text, not a number",
        ),
        (
            json!({ "userName": ["ada"] }),
            "\"userName\" must be a text, not a list",
        ),
        (
            json!({ "displayName": "x".repeat(5_000) }),
            "\"displayName\" is too long",
        ),
    ];
    for (mut body, words) in cases {
        let patched = app
            .okta
            .patch(&format!("/Users/{ada}"), &body)
            .await
            .error(400);
        assert!(patched.contains(words), "{patched}");
        if body.get("userName").is_none() {
            body["userName"] = json!("bob");
        }
        let created = app.okta.post("/Users", &body).await.error(400);
        assert_eq!(created, patched);
        app.okta
            .put(&format!("/Users/{ada}"), &body)
            .await
            .error(400);
    }
    for user_name in [json!(null), json!(""), json!("   ")] {
        assert!(
            app.okta
                .post("/Users", &json!({ "userName": user_name }))
                .await
                .error(400)
                .contains("\"userName\" is required")
        );
    }
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 1);
}

#[rstest]
#[tokio::test]
async fn the_longest_names_that_are_taken_can_be_stored_and_found(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    // İ grows when it is folded; an index entry must hold it still.
    let (long, name) = ("İ".repeat(512), "İ".repeat(256));
    let body = json!({
        "userName": long, "externalId": long, "emails": [long],
        "name": { "givenName": name, "familyName": name },
    });
    let id = app.okta.post("/Users", &body).await.created()["id"].clone();
    assert_eq!(
        app.okta
            .find("Users", &format!("userName eq \"{long}\""))
            .await[0]["id"],
        id
    );
    app.okta
        .post("/Users", &json!({ "userName": "bob", "displayName": long }))
        .await
        .created();
    app.okta
        .post(
            "/Groups",
            &json!({ "displayName": long, "externalId": long }),
        )
        .await
        .created();
}

#[rstest]
#[tokio::test]
async fn the_declared_content_type_does_not_matter(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let types = [
        "application/json",
        "application/scim+json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "nonsense",
    ];
    for (number, content_type) in types.into_iter().enumerate() {
        let request = app
            .okta
            .request(Method::POST, "/Users")
            .header(CONTENT_TYPE, content_type);
        answer(request.body(person(&format!("person{number}")).to_string()))
            .await
            .created();
    }
    answer(
        app.okta
            .request(Method::POST, "/Users")
            .body(person("ada").to_string()),
    )
    .await
    .created();
}

#[rstest]
#[tokio::test]
async fn a_body_declared_too_large_is_refused_before_it_is_sent(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut connection = connect(&app).await;
    let head = head(&app, "Content-Length: 17000000");
    connection.write_all(head.as_bytes()).await.unwrap();
    let text = read_answer(&mut connection).await;
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    assert!(text.contains("larger than 16 MiB"), "{text}");
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 0);
}

#[rstest]
#[tokio::test]
async fn a_body_that_grows_too_large_is_refused_on_the_way(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut connection = connect(&app).await;
    connection
        .write_all(head(&app, "Transfer-Encoding: chunked").as_bytes())
        .await
        .unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    // No end is ever sent: 16 MiB and one chunk more must be enough for the answer.
    for _ in 0..=256 {
        if connection.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let text = read_answer(&mut connection).await;
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 0);
}

#[rstest]
#[tokio::test]
async fn a_large_body_within_the_limit_is_taken(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut body = person("ada");
    body["note"] = json!("x".repeat(15 * 1024 * 1024));
    let user = app
        .okta
        .send(Method::POST, "/Users", Body::from(body.to_string()))
        .await
        .created();
    assert_eq!(user["note"], body["note"]);
}

#[rstest]
#[tokio::test]
async fn a_refusal_leaves_the_connection_usable_without_reading_the_body(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for path in ["/Schemas", "/nothing"] {
        let refused = app
            .okta
            .send(Method::POST, path, "x".repeat(1024 * 1024))
            .await;
        assert!([404, 405].contains(&refused.status.as_u16()));
        app.okta.get("/Users").await.list();
    }
}

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.server.url.strip_prefix("http://").unwrap())
        .await
        .unwrap()
}

fn head(app: &TestApp, length: &str) -> String {
    let path = app.okta.base.strip_prefix(&app.server.url).unwrap();
    let token = &app.directory.token;
    format!(
        "POST {path}/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    )
}

/// The answer, read until it is whole or the connection ends.
async fn read_answer(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let reading = async {
        while let Ok(length @ 1..) = connection.read(&mut chunk).await {
            bytes.extend_from_slice(&chunk[..length]);
            if bytes.ends_with(b"}") {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reading)
        .await
        .expect("an answer in time");
    String::from_utf8(bytes).unwrap()
}
