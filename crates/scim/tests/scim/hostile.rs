//! What no honest client sends: the right status each time, nothing stored, and the server goes on.

use std::time::{Duration, Instant};

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Answer, Database, TestApp, answer};

#[rstest]
#[tokio::test]
async fn bodies_made_to_hurt_are_refused_quickly(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let many_keys: Value = (0..100_000).map(|n| (format!("k{n}"), json!(n))).collect();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let bodies: Vec<(Vec<u8>, u16)> = vec![
        (deep.into_bytes(), 400),
        (many_keys.to_string().into_bytes(), 400),
        (
            format!("{{\"a\":[{}0]}}", "0,".repeat(4_000_000)).into_bytes(),
            400,
        ),
        (
            json!({ "userName": "u".repeat(1024 * 1024) })
                .to_string()
                .into_bytes(),
            400,
        ),
        (
            format!("{{\"userName\":\"a\",\"a\":{}}}", "9".repeat(1_000_000)).into_bytes(),
            400,
        ),
        (b"{\"userName\":\"a\",\"a\":1e999}".to_vec(), 400),
        (b"{\"userName\":\"a\\u0000\"}".to_vec(), 400),
        (b"{\"userName\":\"\\ud800\"}".to_vec(), 400),
        (b"{\"userName\":\"\xff\"}".to_vec(), 400),
        (vec![b' '; 17 * 1024 * 1024], 413),
    ];
    for (body, status) in bodies {
        let started = Instant::now();
        app.okta
            .send(Method::POST, "/Users", body)
            .await
            .error(status);
        assert!(started.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 0);
}

#[rstest]
#[tokio::test]
async fn of_doubled_names_the_last_counts(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = r#"{"userName":"a","USERNAME":"b","userName":"c","title":"x","title":"y"}"#;
    let user = app.okta.send(Method::POST, "/Users", body).await.created();
    assert_eq!(
        (&user["userName"], &user["title"]),
        (&json!("b"), &json!("y"))
    );
}

#[rstest]
#[tokio::test]
async fn texts_that_look_like_sql_are_texts(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for name in [
        "'; DROP TABLE directory_users; --",
        "\" OR 1=1 --",
        "$1",
        "%",
        "\\",
    ] {
        let user = app
            .okta
            .post("/Users", &json!({ "userName": name }))
            .await
            .created();
        let filter = format!("userName eq {}", Value::from(name));
        assert_eq!(app.okta.find("Users", &filter).await, [user], "{name}");
    }
}

#[rstest]
#[tokio::test]
async fn ids_are_compared_and_lead_nowhere(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let long = "x".repeat(10_000);
    for id in [
        "..%2F..%2Fetc%2Fpasswd",
        "%2e%2e",
        "%00",
        "%ff",
        "'%20OR%20'1'='1",
        "*",
        &long,
    ] {
        for method in [Method::GET, Method::DELETE] {
            answer(app.okta.request(method, &format!("/Users/{id}")))
                .await
                .error(404);
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_compressed_body_is_refused_unread(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let post = async |encoding: &str| {
        let request = app.okta.request(Method::POST, "/Users");
        let request = request.header("content-encoding", encoding);
        answer(request.body(json!({ "userName": "ada" }).to_string())).await
    };
    for encoding in ["gzip", "deflate", "br", "identity, gzip"] {
        post(encoding).await.error(415);
    }
    post("identity").await.created();
}

#[rstest]
#[tokio::test]
async fn a_body_that_stops_is_given_up(#[values(Database::Sqlite)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = app.okta.base.strip_prefix(&app.server.url).unwrap();
    let token = &app.directory.token;
    let mut connection = TcpStream::connect(app.server.url.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    let head = format!(
        "POST {path}/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000\r\n\r\n{{\"userName\""
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    tokio::time::timeout(
        Duration::from_secs(40),
        connection.read_to_string(&mut text),
    )
    .await
    .expect("an answer in time")
    .unwrap();
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    assert_eq!(app.okta.get("/Users").await.list()["totalResults"], 0);
}

/// A few thousand: the first size at which people are read in pieces.
#[rstest]
#[tokio::test]
async fn a_large_group_is_pushed_in_every_way(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut ids = Vec::new();
    for start in [0, 1_000] {
        let operations: Vec<_> = (start..start + 1_000)
            .map(|n| json!({ "method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": { "userName": format!("person{n}") } }))
            .collect();
        let done = app
            .okta
            .post("/Bulk", &json!({ "Operations": operations }))
            .await
            .json();
        let locations = done["Operations"].as_array().unwrap().iter();
        ids.extend(locations.map(|one| {
            one["location"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned()
        }));
    }
    ids.sort();
    let members: Value = ids.iter().map(|id| json!({ "value": id })).collect();
    let whole = json!({ "displayName": "All", "members": members });
    let group = app.okta.post("/Groups", &whole).await.created()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/Groups/{group}");
    assert_eq!(app.okta.members(&group).await, ids);
    no_content(
        app.okta
            .patch(&path, &json!({ "meta": { "attributes": ["members"] } }))
            .await,
    );
    assert!(app.okta.members(&group).await.is_empty());
    no_content(app.okta.patch(&path, &json!({ "members": members })).await);
    assert_eq!(app.okta.members(&group).await, ids);
    app.okta
        .put(&path, &json!({ "displayName": "All" }))
        .await
        .ok();
    app.okta.put(&path, &whole).await.ok();
    assert_eq!(app.okta.members(&group).await, ids);
    let mut unknown = whole.clone();
    unknown["members"][7] = json!({ "value": "directory_user_00000000000000000000000000" });
    let detail = app.okta.put(&path, &unknown).await.error(400);
    assert!(
        detail.contains("directory_user_00000000000000000000000000"),
        "{detail}"
    );
    assert_eq!(app.okta.members(&group).await, ids);
}

fn no_content(answer: Answer) {
    answer.empty(204);
}
