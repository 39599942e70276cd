//! Cases 54 to 63: pages of a list, here of seven people whom a filter finds among others.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Database, TestApp};

/// No index answers the first filter, one answers the second, and the third has everything sorted.
const FILTERS: [&str; 3] = [
    "filter=title%20eq%20%22P%22",
    "filter=displayName%20eq%20%22p%22",
    "filter=title%20eq%20%22P%22&sortBy=userName",
];

/// `p0` to `p6`, and others between them.
async fn seven(database: Database) -> Option<TestApp> {
    let app = TestApp::start(database).await?;
    for number in 0..7 {
        let person = json!({ "userName": format!("p{number}"), "title": "p", "displayName": "P" });
        app.okta.post("/Users", &person).await.created();
        app.okta.user(&format!("other{number}")).await;
    }
    Some(app)
}

async fn page(app: &TestApp, query: &str) -> Value {
    app.okta.get(&format!("/Users?{query}")).await.list()
}

fn names(list: &Value) -> Vec<String> {
    let rows = list["Resources"].as_array().unwrap().iter();
    rows.map(|row| row["userName"].as_str().unwrap().to_owned())
        .collect()
}

/// Each query of a page of the seven: where it starts, and how many are on it.
async fn pages(database: Database, cases: &[(&str, i64, usize)]) {
    let Some(app) = seven(database).await else {
        return;
    };
    for filter in FILTERS {
        for (query, start, rows) in cases {
            let list = page(&app, &format!("{filter}&{query}")).await;
            let found = (
                list["startIndex"].as_i64().unwrap(),
                list["Resources"].as_array().unwrap().len(),
                &list["totalResults"],
            );
            assert_eq!(found, (*start, *rows, &json!(7)), "{filter} {query}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn case_054_pages_cover_everything_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = seven(database).await else {
        return;
    };
    for filter in FILTERS {
        let mut seen = Vec::new();
        for (start, rows) in [(1, 2), (3, 2), (5, 2), (7, 1)] {
            let list = page(&app, &format!("{filter}&count=2&startIndex={start}")).await;
            assert_eq!(
                (&list["totalResults"], &list["itemsPerPage"]),
                (&json!(7), &json!(rows))
            );
            seen.extend(names(&list));
        }
        let expected: BTreeSet<String> = (0..7).map(|number| format!("p{number}")).collect();
        assert_eq!(seen.len(), 7);
        assert_eq!(BTreeSet::from_iter(seen), expected, "{filter}");
    }
}

#[rstest]
#[tokio::test]
async fn case_055_a_page_past_the_end_is_empty(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    pages(database, &[("startIndex=1000", 1000, 0)]).await;
}

#[rstest]
#[tokio::test]
async fn case_056_a_count_of_none_asks_for_the_total(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    pages(database, &[("count=0", 1, 0)]).await;
}

#[rstest]
#[tokio::test]
async fn case_057_a_start_before_the_first_is_the_first(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    pages(database, &[("startIndex=0", 1, 7), ("startIndex=-5", 1, 7)]).await;
}

#[rstest]
#[tokio::test]
async fn case_058_a_negative_count_is_none(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    pages(database, &[("count=-1", 1, 0)]).await;
}

#[rstest]
#[tokio::test]
async fn case_059_a_count_that_is_no_number_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let detail = app.okta.get("/Users?count=abc").await.error(400);
    assert_eq!(detail, "\"count\" must be a whole number.");
}

#[rstest]
#[tokio::test]
async fn case_060_a_count_of_any_size_is_capped(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    pages(database, &[("count=99999999999999999999", 1, 7)]).await;
}

#[rstest]
#[tokio::test]
async fn case_061_a_page_holds_no_more_than_is_announced(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let config = app.okta.get("/ServiceProviderConfigs").await.json();
    let most = config["filter"]["maxResults"].as_i64().unwrap();
    let directory = app.directory.directory.clone();
    let made: Result<(), rollcall_store::directory_user::Error> = app
        .database
        .store
        .write(move |tx| {
            for number in 0..=most {
                let profile = crate::support::profile(&format!("user{number}"));
                rollcall_store::directory_user::create(tx, &directory, profile)?;
            }
            Ok(())
        })
        .await;
    made.unwrap();
    for query in ["", "&filter=title%20eq%20%22x%22", "&sortBy=userName"] {
        let list = page(&app, &format!("count={}{query}", most + 1)).await;
        assert_eq!(
            (&list["totalResults"], &list["itemsPerPage"]),
            (&json!(most + 1), &json!(most)),
            "{query}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn case_062_unknown_parameters_are_ignored(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let cases = [
        ("startIndex=1&count=2&wibble=1", 1, 2),
        ("STARTINDEX=2&Count=3", 2, 3),
    ];
    pages(database, &cases).await;
}

#[rstest]
#[tokio::test]
async fn case_063_a_list_shows_what_was_asked_for(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.okta.user("ada").await;
    let list = page(&app, "attributes=userName").await;
    let row = list["Resources"][0].as_object().unwrap();
    let shown: BTreeSet<&str> = row.keys().map(String::as_str).collect();
    assert_eq!(shown, BTreeSet::from(["schemas", "id", "userName", "meta"]));
}
