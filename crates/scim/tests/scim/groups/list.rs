use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp};

#[rstest]
#[tokio::test]
async fn groups_are_listed_by_pages_with_their_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    app.okta.group("Eng", &[&ada]).await;
    for number in 0..101 {
        app.okta.group(&format!("Group {number}"), &[]).await;
    }
    let first = app.okta.get("/Groups?startIndex=1&count=100").await.list();
    let second = app
        .okta
        .get("/Groups?startIndex=101&count=100")
        .await
        .list();
    assert_eq!(
        (&first["totalResults"], &first["itemsPerPage"]),
        (&json!(102), &json!(100))
    );
    assert_eq!(
        (&second["totalResults"], &second["itemsPerPage"]),
        (&json!(102), &json!(2))
    );
    let rows = first["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .chain(second["Resources"].as_array().unwrap());
    let with_members: Vec<_> = rows.filter(|group| group["members"] != json!([])).collect();
    assert_eq!(with_members.len(), 1);
    assert_eq!(
        with_members[0]["members"],
        json!([{ "value": ada, "display": "ada" }])
    );
}

/// More members than are read into memory at once: the answer comes in pieces, and is the same.
#[rstest]
#[tokio::test]
async fn many_members_are_listed_whole(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut people = Vec::new();
    for number in 0..210 {
        people.push(app.okta.user(&format!("person{number}")).await);
    }
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    for number in 0..48 {
        app.okta.group(&format!("Group {number}"), &people).await;
    }
    app.okta.group("Empty", &[]).await;

    let list = app.okta.get("/Groups?count=100").await.list();
    assert_eq!(
        (&list["totalResults"], &list["itemsPerPage"]),
        (&json!(49), &json!(49))
    );
    let groups = list["Resources"].as_array().unwrap();
    let sizes: Vec<_> = groups
        .iter()
        .map(|group| group["members"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [vec![210; 48], vec![0]].concat());
    let alone = format!("/Groups/{}", groups[7]["id"].as_str().unwrap());
    assert_eq!(groups[7], app.okta.get(&alone).await.ok());

    let names = "/Groups?attributes=displayName&sortBy=displayName&sortOrder=descending";
    let named = app.okta.get(names).await.list();
    assert_eq!(named["Resources"][0]["displayName"], "Group 9");
    let sorted = "/Groups?attributes=members&sortBy=displayName&sortOrder=descending&count=48";
    let answer = app.okta.get(sorted).await;
    let recorded = app.recorded(&answer).await;
    assert_eq!(recorded.status, 200);
    let sorted = answer.list();
    assert_eq!(sorted["Resources"].as_array().unwrap().len(), 48);
    assert_eq!(sorted["Resources"][0].get("displayName"), None);
}

#[rstest]
#[tokio::test]
async fn groups_are_found_by_name_and_ids(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.group("Eng", &[]).await;
    let sent = json!({ "displayName": "Sales and Marketing", "externalId": "X1" });
    let sales = app.okta.post("/Groups", &sent).await.created()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for filter in [
        "displayName eq \"sales and marketing\"".to_owned(),
        "urn:scim:schemas:core:1.0:displayName eq \"Sales and Marketing\"".to_owned(),
        "externalId eq \"X1\"".to_owned(),
        format!("id eq \"{sales}\""),
    ] {
        let found = app.okta.find("Groups", &filter).await;
        assert_eq!(
            found.iter().map(|group| &group["id"]).collect::<Vec<_>>(),
            [sales.as_str()],
            "{filter}"
        );
    }
    assert!(
        app.okta
            .find("Groups", "externalId eq \"x1\"")
            .await
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn groups_are_found_by_their_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (ada, bob) = (app.okta.user("ada").await, app.okta.user("bob").await);
    let eng = app.okta.group("Eng", &[&ada, &bob]).await;
    let ops = app.okta.group("Ops", &[&bob]).await;
    let none = app.okta.group("None", &[]).await;
    for (filter, expected) in [
        (format!("members eq \"{bob}\""), vec![&eng, &ops]),
        (format!("members.value eq \"{ada}\""), vec![&eng]),
        (
            format!("displayName sw \"o\" and members eq \"{bob}\""),
            vec![&ops],
        ),
        (
            format!("members eq \"{ada}\" and members eq \"{bob}\""),
            vec![&eng],
        ),
        ("members.display eq \"ADA\"".to_owned(), vec![&eng]),
        ("members pr".to_owned(), vec![&eng, &ops]),
        (
            "displayName eq \"none\" or members eq \"x\"".to_owned(),
            vec![&none],
        ),
        ("members eq \"x\"".to_owned(), vec![]),
    ] {
        let found = app.okta.find("Groups", &filter).await;
        let ids: Vec<_> = found.iter().map(|group| &group["id"]).collect();
        assert_eq!(ids, expected, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn an_unknown_group_is_not_found(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    for id in ["x", "directory_group_01ARZ3NDEKTSV4RRFFQ69G5FAV", &ada] {
        let detail = app.okta.get(&format!("/Groups/{id}")).await.error(404);
        assert!(detail.starts_with("Group not found"), "{detail}");
    }
}
