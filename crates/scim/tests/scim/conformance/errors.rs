//! Refusals, deletion and other ways to ask: cases 111 to 121.

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::people::{People, alice, id};
use crate::support::{Database, answer};

#[rstest]
#[tokio::test]
async fn case_111_a_body_that_is_no_object_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    for body in ["{\"userName\":", "[]", "\"text\"", "null", ""] {
        at.client()
            .send(Method::POST, "/Users", body)
            .await
            .error(400);
        at.client()
            .send(Method::PUT, &at.alice_path(), body)
            .await
            .error(400);
        at.client()
            .send(Method::PATCH, &at.alice_path(), body)
            .await
            .error(400);
    }
}

#[rstest]
#[tokio::test]
async fn case_112_bytes_that_are_no_text_are_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    for body in [
        &b"{\"userName\":\"\xff\"}"[..],
        b"{\"userName\":\"\x01\"}",
        b"{\"userName\":\"\xc3\"}",
    ] {
        at.client()
            .send(Method::POST, "/Users", body)
            .await
            .error(400);
    }
}

#[rstest]
#[tokio::test]
async fn case_113_a_token_opens_one_directory(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let (_, stranger) = at.app.another("Globex").await;
    stranger.get(&at.alice_path()).await.error(404);
    stranger.delete(&at.alice_path()).await.error(404);
    for wrong in [
        None,
        Some("Bearer wrong".to_owned()),
        stranger.authorization.clone(),
    ] {
        let mut client = at.client().clone();
        client.authorization = wrong;
        for path in [at.alice_path(), "/Users/unknown".to_owned()] {
            let refused = client.get(&path).await;
            assert!(refused.headers.contains_key("www-authenticate"));
            refused.error(401);
        }
    }
}

#[rstest]
#[tokio::test]
async fn case_114_an_unknown_id_is_not_found(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let answer = at.client().get("/Users/unknown").await;
    assert_eq!(answer.json()["Errors"][0]["code"], "404");
    answer.error(404);
}

#[rstest]
#[tokio::test]
async fn case_117_what_is_deleted_is_gone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let path = at.alice_path();
    at.client().delete(&path).await.empty(200);
    at.client().get(&path).await.error(404);
    at.client().put(&path, &alice()).await.error(404);
    at.client().patch(&path, &json!({})).await.error(404);
    at.client().delete(&path).await.error(404);
    assert_ne!(
        id(&at.client().post("/Users", &alice()).await.created()),
        at.a
    );
}

#[rstest]
#[tokio::test]
async fn case_118_a_post_can_act_as_another_method(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let post = async |method: &str, body: Value| {
        let request = at
            .client()
            .request(Method::POST, &at.alice_path())
            .header("X-HTTP-Method-Override", method);
        answer(request.body(body.to_string())).await
    };
    assert_eq!(
        post("PATCH", json!({ "title": "Lead" })).await.ok()["title"],
        "Lead"
    );
    assert_eq!(
        post("put", json!({ "userName": "alice" }))
            .await
            .ok()
            .get("title"),
        None
    );
    for unknown in ["GET", "POST", "BREW", ""] {
        post(unknown, json!({})).await.error(400);
    }
    assert_eq!(at.alice().await["userName"], "alice");
    post("DELETE", Value::Null).await.empty(200);
    at.client().get(&at.alice_path()).await.error(404);
}

#[rstest]
#[tokio::test]
async fn case_118_other_methods_are_what_they_are(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let request = at
        .client()
        .request(Method::GET, &at.alice_path())
        .header("X-HTTP-Method-Override", "DELETE");
    answer(request).await.ok();
    at.client()
        .post(&at.alice_path(), &json!({}))
        .await
        .error(405);
    assert_eq!(at.alice().await["id"], at.a);
}

#[rstest]
#[tokio::test]
async fn case_119_xml_alone_is_refused_in_json(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    for accept in ["application/xml", "text/xml"] {
        let request = reqwest::Client::new()
            .get(format!("{}/Users", at.client().base))
            .header("accept", accept)
            .header("authorization", at.client().authorization.clone().unwrap());
        answer(request).await.error(406);
    }
    for path in [
        "/Users.xml".to_owned(),
        format!("{}.xml", at.alice_path()),
        "/Schemas.xml".to_owned(),
    ] {
        at.client().get(&path).await.error(406);
    }
    for path in [
        "/Users.json",
        "/Users.json/",
        "/Groups.json",
        "/Schemas/User.json",
        "/ServiceProviderConfigs.json",
    ] {
        assert_eq!(at.client().get(path).await.status, 200, "{path}");
    }
    let path = format!("{}.json", at.alice_path());
    assert_eq!(at.client().get(&path).await.ok(), at.alice().await);
    at.client()
        .patch(&path, &json!({ "title": "Lead" }))
        .await
        .ok();
}

#[rstest]
#[tokio::test]
async fn case_120_a_large_or_deep_body_is_refused_and_the_server_goes_on(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let large = " ".repeat(17 * 1024 * 1024);
    at.client()
        .send(Method::POST, "/Users", large)
        .await
        .error(413);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    at.client()
        .send(Method::POST, "/Users", format!("{{\"a\":{deep}}}"))
        .await
        .error(400);
    assert_eq!(at.alice().await["id"], at.a);
}

#[rstest]
#[tokio::test]
async fn case_121_parallel_creates_of_one_name_make_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let sent = json!({ "userName": "eve" });
    let answers = join_all((0..16).map(|_| at.client().post("/Users", &sent))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((created, refused), (1, 15));
}
