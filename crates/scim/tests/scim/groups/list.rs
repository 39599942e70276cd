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
