//! Versions: cases 115 and 116, and what a version tells.

use std::collections::HashSet;

use futures_util::future::{join, join_all};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::people::People;
use crate::support::{Answer, Database, answer};

#[rstest]
#[tokio::test]
async fn case_115_a_stale_version_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[]).await;
    for path in [at.alice_path(), format!("/Groups/{group}")] {
        let before = at.client().get(&path).await.ok();
        for (method, body) in [
            (Method::PUT, before.clone()),
            (Method::PATCH, json!({ "displayName": "x" })),
            (Method::DELETE, json!({})),
        ] {
            let detail = conditional(&at, method, &path, "W/\"0\", \"77\"", &body)
                .await
                .error(412);
            assert!(detail.contains("changed meanwhile"), "{detail}");
        }
        assert_eq!(at.client().get(&path).await.ok(), before);
    }
}

#[rstest]
#[tokio::test]
async fn case_115_the_present_version_or_any_or_none_is_taken(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    for (path, deleted) in [(at.alice_path(), 200), (format!("/Groups/{group}"), 204)] {
        for (number, method) in [Method::PATCH, Method::PUT, Method::PATCH]
            .into_iter()
            .enumerate()
        {
            let mut body = at.client().get(&path).await.ok();
            let version = if number == 2 {
                "*".to_owned()
            } else {
                body["meta"]["version"].as_str().unwrap().to_owned()
            };
            body["displayName"] = json!(format!("Name {number}"));
            let changed = conditional(&at, method, &path, &version, &body).await;
            assert!(changed.status.is_success(), "{}", changed.text);
            let now = at.client().get(&path).await.ok();
            assert_eq!(
                changed.headers["etag"],
                now["meta"]["version"].as_str().unwrap()
            );
            assert_ne!(now["meta"]["version"], version);
        }
        at.client()
            .patch(&path, &json!({ "displayName": "No version" }))
            .await;
        let now = at.client().get(&path).await.ok();
        assert_eq!(now["displayName"], "No version");
        let version = now["meta"]["version"].as_str().unwrap();
        conditional(&at, Method::DELETE, &path, version, &json!({}))
            .await
            .empty(deleted);
    }
}

#[rstest]
#[tokio::test]
async fn case_116_the_version_that_is_known_is_not_sent_again(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    for path in [at.alice_path(), format!("/Groups/{group}")] {
        let now = at.client().get(&path).await.ok();
        let version = now["meta"]["version"].as_str().unwrap();
        for known in [
            version.to_owned(),
            format!("\"x\", {version}"),
            "*".to_owned(),
        ] {
            let answer = if_none_match(&at, &path, &known).await;
            assert_eq!(answer.headers["etag"], version);
            answer.empty(304);
        }
        assert_eq!(if_none_match(&at, &path, "W/\"0\"").await.ok(), now);
    }
}

#[rstest]
#[tokio::test]
async fn a_users_version_changes_with_their_groups(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let mut seen = HashSet::new();
    let mut changed = async || {
        let version = at.alice().await["meta"]["version"].to_string();
        assert!(seen.insert(version), "another version after each change");
    };
    changed().await;
    let group = at.client().group("Eng", &[&at.a]).await;
    changed().await;
    at.client()
        .patch(
            &format!("/Groups/{group}"),
            &json!({ "displayName": "Engineering" }),
        )
        .await
        .empty(204);
    changed().await;
    at.client().group("Ops", &[&at.a]).await;
    changed().await;
    let stale = at.alice().await["meta"]["version"]
        .as_str()
        .unwrap()
        .to_owned();
    at.client()
        .delete(&format!("/Groups/{group}"))
        .await
        .empty(204);
    changed().await;
    conditional(
        &at,
        Method::PATCH,
        &at.alice_path(),
        &stale,
        &json!({ "title": "x" }),
    )
    .await
    .error(412);
    conditional(&at, Method::DELETE, &at.alice_path(), &stale, &json!({}))
        .await
        .error(412);
    assert_eq!(at.alice().await["title"], "Engineer");
}

#[rstest]
#[tokio::test]
async fn a_groups_version_changes_with_what_it_shows_of_its_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let path = format!("/Groups/{}", at.client().group("Eng", &[&at.a]).await);
    let before = at.client().get(&path).await.ok();
    at.patch_alice(json!({ "title": "Lead" })).await;
    assert_eq!(at.client().get(&path).await.ok(), before);
    at.patch_alice(json!({ "userName": "ALICE" })).await;
    let after = at.client().get(&path).await.ok();
    assert_eq!(after["members"][0]["display"], "ALICE");
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
}

#[rstest]
#[tokio::test]
async fn of_parallel_changes_of_one_version_one_wins(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let version = at.alice().await["meta"]["version"]
        .as_str()
        .unwrap()
        .to_owned();
    let changes: Vec<_> = (0..8)
        .map(|number| json!({ "title": format!("Title {number}") }))
        .collect();
    let path = at.alice_path();
    let answers = join_all(
        changes
            .iter()
            .map(|change| conditional(&at, Method::PATCH, &path, &version, change)),
    )
    .await;
    let statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 412).count(),
        7,
        "{statuses:?}"
    );
}

#[rstest]
#[tokio::test]
async fn renames_of_people_and_pushes_of_their_group_do_not_block_each_other(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let path = format!(
        "/Groups/{}",
        at.client().group("Eng", &[&at.a, &at.b]).await
    );
    for round in 0..10 {
        let rename = json!({ "userName": format!("alice{round}") });
        let push = json!({ "displayName": format!("Eng {round}"), "members": [{ "value": at.a }, { "value": at.c, "operation": if round % 2 == 0 { Value::Null } else { json!("delete") } }] });
        let alice = at.alice_path();
        let (renamed, pushed) = join(
            at.client().patch(&alice, &rename),
            at.client().patch(&path, &push),
        )
        .await;
        renamed.ok();
        pushed.empty(204);
    }
}

async fn conditional(
    at: &People,
    method: Method,
    path: &str,
    version: &str,
    body: &Value,
) -> Answer {
    let request = at
        .client()
        .request(method, path)
        .header("if-match", version);
    answer(request.body(body.to_string())).await
}

async fn if_none_match(at: &People, path: &str, versions: &str) -> Answer {
    answer(
        at.client()
            .request(Method::GET, path)
            .header("if-none-match", versions),
    )
    .await
}
