use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Database, TestApp, answer, person};

#[rstest]
#[tokio::test]
async fn the_credential_test_passes_on_an_empty_directory(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let list = app.okta.get("/Users?startIndex=1&count=2").await.list();
    assert_eq!(
        (
            &list["totalResults"],
            &list["startIndex"],
            &list["Resources"]
        ),
        (&json!(0), &json!(1), &json!([]))
    );
    assert_eq!(
        app.okta.get("/Groups?startIndex=1&count=100").await.list()["Resources"],
        json!([])
    );
}

#[rstest]
#[tokio::test]
async fn an_import_sees_everybody_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut created = Vec::new();
    for number in 0..205 {
        created.push(app.okta.user(&format!("person{number}@example.com")).await);
    }
    let mut seen = Vec::new();
    for (start, rows) in [(1, 100), (101, 100), (201, 5), (301, 0)] {
        let list = app
            .okta
            .get(&format!("/Users?startIndex={start}&count=100"))
            .await
            .list();
        assert_eq!(
            (
                &list["totalResults"],
                &list["startIndex"],
                &list["itemsPerPage"]
            ),
            (&json!(205), &json!(start), &json!(rows))
        );
        seen.extend(ids(&list));
    }
    created.sort();
    let mut once = seen.clone();
    once.sort();
    assert_eq!(once, created);
    let mut other = Vec::new();
    for start in (1..=205).step_by(60) {
        other.extend(ids(&app
            .okta
            .get(&format!("/Users?count=60&startIndex={start}"))
            .await
            .list()));
    }
    assert_eq!(other, seen, "the order depends on the page size");
    assert_eq!(app.okta.get("/Users").await.list()["itemsPerPage"], 100);
    assert_eq!(
        app.okta.get("/Users?count=1000000").await.list()["itemsPerPage"],
        205
    );
}

#[rstest]
#[tokio::test]
async fn paging_at_its_edges(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for name in ["a", "b", "c"] {
        app.okta.user(name).await;
    }
    let cases = [
        ("startIndex=0", 1, 3),
        ("startIndex=-5&count=2", 1, 2),
        ("count=0", 1, 0),
        ("count=-1", 1, 0),
        ("startIndex=1000", 1000, 0),
        ("count=99999999999999999999", 1, 3),
        ("startIndex=2&count=1&wibble=1", 2, 1),
    ];
    for (query, start, rows) in cases {
        let list = app.okta.get(&format!("/Users?{query}")).await.list();
        assert_eq!(
            (
                &list["startIndex"],
                &list["itemsPerPage"],
                &list["totalResults"]
            ),
            (&json!(start), &json!(rows), &json!(3)),
            "{query}"
        );
    }
    assert_eq!(
        app.okta
            .get("/Users?startIndex=99999999999999999999")
            .await
            .list()["Resources"],
        json!([])
    );
    assert!(
        app.okta
            .get("/Users?count=abc")
            .await
            .error(400)
            .contains("\"count\" must be a whole number")
    );
}

#[rstest]
#[tokio::test]
async fn people_are_found_by_every_attribute_okta_uses(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("Ada+O'Neil@example.com").await;
    let mut bob = person("bob@example.com");
    bob["displayName"] = json!("Sales \"and\" Marketing & co");
    bob["active"] = json!(false);
    let bob = app.okta.post("/Users", &bob).await.created()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let cases = [
        ("userName eq \"ada+o'neil@EXAMPLE.com\"".to_owned(), &ada),
        ("username EQ \"Ada+O'Neil@example.com\"".to_owned(), &ada),
        (
            "urn:scim:schemas:core:1.0:userName eq \"bob@example.com\"".to_owned(),
            &bob,
        ),
        ("externalId eq \"00u-bob@example.com\"".to_owned(), &bob),
        (format!("id eq \"{ada}\""), &ada),
        ("emails eq \"BOB@example.com\"".to_owned(), &bob),
        ("emails.value eq \"bob@example.com\"".to_owned(), &bob),
        (
            r#"displayName eq "sales \"AND\" marketing & co""#.to_owned(),
            &bob,
        ),
        ("active eq true".to_owned(), &ada),
        ("active eq \"False\"".to_owned(), &bob),
    ];
    for (filter, id) in cases {
        let found = app.okta.find("Users", &filter).await;
        assert_eq!(
            found.iter().map(|user| &user["id"]).collect::<Vec<_>>(),
            [id.as_str()],
            "{filter}"
        );
    }
    for filter in [
        "externalId eq \"00U-BOB@example.com\"",
        "userName eq \"' OR '1'='1\"",
        "userName eq \"%\"",
        "id eq \"x\"",
    ] {
        assert!(app.okta.find("Users", filter).await.is_empty(), "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn plus_is_a_blank_and_the_order_of_arguments_is_free(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.user("ada@example.com").await;
    for query in [
        "filter=userName+eq+%22ada%40example.com%22&startIndex=1&count=100",
        "count=100&startIndex=1&filter=userName%20eq%20%22ada%40example.com%22",
        "Count=100&FILTER=userName+eq%20%22ada@example.com%22&attributes=",
    ] {
        assert_eq!(
            app.okta.get(&format!("/Users?{query}")).await.list()["totalResults"],
            1,
            "{query}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_filter_that_is_not_understood_is_refused_not_answered_with_none(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let cases = [
        ("ADA@EXAMPLE.COM", "at character 16"),
        ("userName%20regex%20%22x%22", "\"regex\" is not an operator"),
        ("nickname2%20eq%20%22x%22", "no attribute \"nickname2\""),
        (
            "userName%20eq%20%22x%22%20and%20active%20co%20true",
            "co cannot be used with \"active\"",
        ),
        ("userName%20eq%20x", "double quotes"),
        ("userName%20eq%20%22%5Cu0000%22", "U+0000"),
        ("%ff", "not valid UTF-8"),
        ("userName%00", "operator is expected"),
    ];
    for (filter, words) in cases {
        let detail = app
            .okta
            .get(&format!("/Users?filter={filter}"))
            .await
            .error(400);
        assert!(detail.contains(words), "{filter}: {detail}");
    }
}

#[rstest]
#[tokio::test]
async fn odd_accept_and_content_types_on_a_get_do_not_matter(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let request = app
        .okta
        .request(Method::GET, "/Users")
        .header(ACCEPT, "application/scim+json");
    answer(
        request
            .header(CONTENT_TYPE, "application/scim+json; charset=utf-8")
            .body("test"),
    )
    .await
    .list();
}

#[rstest]
#[tokio::test]
async fn rows_carry_their_groups(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let bob = app.okta.user("bob").await;
    let eng = app.okta.group("Eng", &[&ada, &bob]).await;
    let ops = app.okta.group("Ops", &[&bob]).await;
    let list = app.okta.get("/Users").await.list();
    let groups_of = |id: &str| {
        list["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["id"] == id)
            .unwrap()["groups"]
            .clone()
    };
    assert_eq!(groups_of(&ada), json!([{ "value": eng, "display": "Eng" }]));
    let mut groups: Vec<Value> = groups_of(&bob).as_array().unwrap().clone();
    groups.sort_by_key(ToString::to_string);
    let mut expected = vec![
        json!({ "value": eng, "display": "Eng" }),
        json!({ "value": ops, "display": "Ops" }),
    ];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(groups, expected);
}

fn ids(list: &Value) -> Vec<String> {
    list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}
