//! Bulk: case 122, and what a bulk is.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::people::{People, id};
use crate::support::{CORE, Database, ENTERPRISE};

#[rstest]
#[tokio::test]
async fn case_122_a_reference_to_what_another_operation_creates_is_resolved(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let sent = json!({ "schemas": [CORE], "failOnErrors": 1, "Operations": [
        { "method": "POST", "path": "/Groups", "bulkId": "g", "data": {
            "displayName": "Eng", "members": [{ "value": "bulkId:u" }, { "value": at.b }] } },
        { "method": "POST", "path": "/Users", "bulkId": "u", "data": { "userName": "eve" } },
        { "method": "PUT", "path": format!("/Users/{}", at.c), "data": {
            "userName": "carol", ENTERPRISE: { "manager": { "managerId": "bulkId:u" } } } },
        { "method": "PATCH", "path": format!("/Users/{}", at.d), "data": { "active": false } },
        { "method": "DELETE", "path": at.alice_path() },
    ] });
    let done = bulk(&at, &sent).await;
    assert_eq!(codes(&done), ["201", "201", "200", "200", "200"]);
    let group = at
        .client()
        .find("Groups", "displayName eq \"Eng\"")
        .await
        .remove(0);
    let eve = at
        .client()
        .find("Users", "userName eq \"eve\"")
        .await
        .remove(0);
    let mut members = [at.b.clone(), id(&eve)];
    members.sort();
    assert_eq!(at.client().members(&id(&group)).await, members);
    let carol = at.client().get(&format!("/Users/{}", at.c)).await.ok();
    assert_eq!(carol[ENTERPRISE]["manager"]["managerId"], eve["id"]);
    assert_eq!(
        at.client().get(&format!("/Users/{}", at.d)).await.ok()["active"],
        false
    );
    at.client().get(&at.alice_path()).await.error(404);
    assert_eq!(
        done[1],
        json!({ "method": "POST", "bulkId": "u", "version": "W/\"1\"",
        "location": eve["meta"]["location"], "status": { "code": "201" } })
    );
}

#[rstest]
#[tokio::test]
async fn references_in_a_circle_are_resolved(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let employee = |name: &str, manager: &str| {
        json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": {
        "userName": name, ENTERPRISE: { "department": "R&D", "manager": { "managerId": format!("bulkId:{manager}") } } } })
    };
    let done = bulk(
        &at,
        &json!({ "Operations": [employee("x", "y"), employee("y", "x"), employee("z", "z")] }),
    )
    .await;
    assert_eq!(codes(&done), ["201", "201", "201"]);
    for (name, manager) in [("x", "y"), ("y", "x"), ("z", "z")] {
        let found = at
            .client()
            .find("Users", &format!("userName eq \"{name}\""))
            .await
            .remove(0);
        let boss = at
            .client()
            .find("Users", &format!("userName eq \"{manager}\""))
            .await
            .remove(0);
        assert_eq!(
            found[ENTERPRISE],
            json!({ "department": "R&D", "manager": { "managerId": boss["id"] } })
        );
    }
}

#[rstest]
#[tokio::test]
async fn what_refers_to_a_failure_is_refused_and_leaves_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let employee = |name: &str, user_name: &str, manager: &str| {
        json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": {
        "userName": user_name, ENTERPRISE: { "manager": { "managerId": format!("bulkId:{manager}") } } } })
    };
    let done = bulk(
        &at,
        &json!({ "Operations": [
        employee("a", "alice", "nobody"), employee("x", "x", "a"),
        employee("p", "alice", "q"), employee("q", "q", "p"),
        { "method": "PATCH", "path": "/Groups/bulkId:a", "data": { "displayName": "x" } },
    ] }),
    )
    .await;
    assert_eq!(codes(&done), ["409"; 5]);
    let described = done[1]["status"]["description"].as_str().unwrap();
    assert!(described.contains("\"bulkId:a\""), "{described}");
    assert_eq!(at.client().get("/Users").await.list()["totalResults"], 4);
}

#[rstest]
#[tokio::test]
async fn a_failure_stops_nothing_unless_it_is_said(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let create = |name: &str| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": { "userName": name } });
    let operations = json!([create("alice"), { "method": "GET", "path": "/Users" }, create("eve")]);
    let done = bulk(&at, &json!({ "Operations": operations })).await;
    assert_eq!(codes(&done), ["409", "400", "201"]);
    assert_eq!(done[0].get("location"), None);
    let operations = json!([
        create("alice"),
        create("frank"),
        create("bob"),
        create("grace")
    ]);
    let done = bulk(&at, &json!({ "failOnErrors": 2, "Operations": operations })).await;
    assert_eq!(codes(&done), ["409", "201", "409"]);
    assert!(
        at.client()
            .find("Users", "userName eq \"grace\"")
            .await
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn each_operation_is_whole_and_has_its_version(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    let path = format!("/Groups/{group}");
    let before = at.client().get(&path).await.ok();
    let done = bulk(&at, &json!({ "Operations": [
        { "method": "PATCH", "path": path, "data": { "displayName": "x", "members": [{ "value": "unknown" }] } },
        { "method": "PATCH", "path": path, "version": "W/\"0\"", "data": { "displayName": "x" } },
        { "method": "DELETE", "path": "/Users/unknown" },
    ] })).await;
    assert_eq!(codes(&done), ["400", "412", "404"]);
    assert_eq!(done[0]["location"], before["meta"]["location"]);
    assert_eq!(at.client().get(&path).await.ok(), before);
    let version = &before["meta"]["version"];
    let done = bulk(
        &at,
        &json!({ "Operations": [
        { "method": "PATCH", "path": path, "version": version, "data": { "displayName": "x" } },
    ] }),
    )
    .await;
    assert_eq!(codes(&done), ["200"]);
    assert_eq!(
        done[0]["version"],
        at.client().get(&path).await.ok()["meta"]["version"]
    );
}

#[rstest]
#[tokio::test]
async fn a_bulk_that_is_none_is_refused_whole(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    for body in [
        json!({}),
        json!({ "Operations": {} }),
        json!({ "failOnErrors": "x", "Operations": [] }),
    ] {
        at.client().post("/Bulk", &body).await.error(400);
    }
    let create = |number: usize| json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": { "userName": number.to_string() } });
    let operations: Vec<_> = (0..=1_000).map(create).collect();
    let detail = at
        .client()
        .post("/Bulk", &json!({ "Operations": operations }))
        .await
        .error(413);
    assert!(detail.contains("at most 1000"), "{detail}");
    let large = format!(
        "{{\"Operations\":[],\"x\":\"{}\"}}",
        "x".repeat(16 * 1024 * 1024)
    );
    let detail = at
        .client()
        .send(Method::POST, "/Bulk", large)
        .await
        .error(413);
    assert!(detail.contains("16 MiB"), "{detail}");
    at.client().get("/Bulk").await.error(405);
    assert_eq!(at.client().get("/Users").await.list()["totalResults"], 4);
    assert!(bulk(&at, &json!({ "Operations": [] })).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_bulk_is_one_provisioning_request(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let answer = at.client().post("/Bulk", &json!({ "Operations": [
        { "method": "POST", "path": "/Users", "bulkId": "e", "data": { "userName": "eve", "password": "hunter2" } },
        { "method": "POST", "path": "/Users", "bulkId": "a", "data": { "userName": "alice" } },
    ] })).await;
    let row = at.app.recorded(&answer).await;
    assert_eq!((row.path.as_str(), row.status), ("/Bulk", 200));
    assert_eq!(row.summary, "Bulk of 2: 1 done, 1 failed");
    assert!(!row.request_body.unwrap().contains("hunter2"));
    let event = at.app.event_rows().await.pop().unwrap();
    assert_eq!(event.name, "dsync.user.created");
    assert_eq!(event.provisioning_request_id, Some(row.id));
}

async fn bulk(at: &People, body: &Value) -> Vec<Value> {
    let answer = at.client().post("/Bulk", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["schemas"], json!([CORE]));
    body["Operations"].as_array().unwrap().clone()
}

fn codes(operations: &[Value]) -> Vec<&str> {
    operations
        .iter()
        .map(|operation| operation["status"]["code"].as_str().unwrap())
        .collect()
}
