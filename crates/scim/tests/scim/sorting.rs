use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp};

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let list = app.okta.get(&format!("/Users?{query}")).await.list();
    let rows = list["Resources"].as_array().unwrap().iter();
    rows.map(|row| row["userName"].as_str().unwrap().to_owned())
        .collect()
}

async fn people(database: Database) -> Option<TestApp> {
    let app = TestApp::start(database).await?;
    for person in [
        json!({ "userName": "d", "title": "b", "emails": ["z@x"] }),
        json!({ "userName": "C", "title": "A", "emails": [{ "value": "y@x" }, { "value": "b@x", "primary": true }] }),
        json!({ "userName": "b", "active": false, "name": { "familyName": "X" } }),
        json!({ "userName": "A", "title": "a", "name": { "familyName": "w" } }),
    ] {
        app.okta.post("/Users", &person).await.created();
    }
    Some(app)
}

#[rstest]
#[tokio::test]
async fn lists_are_sorted_by_any_attribute(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = people(database).await else {
        return;
    };
    for (query, expected) in [
        ("", ["d", "C", "b", "A"]),
        ("sortOrder=descending", ["d", "C", "b", "A"]),
        ("sortBy=userName", ["A", "b", "C", "d"]),
        ("SORTBY=USERNAME&sortorder=Descending", ["d", "C", "b", "A"]),
        ("sortBy=title", ["C", "A", "d", "b"]),
        ("sortBy=title&sortOrder=descending", ["b", "d", "C", "A"]),
        ("sortBy=emails", ["C", "d", "b", "A"]),
        ("sortBy=name.familyName", ["A", "b", "d", "C"]),
        ("sortBy=active", ["b", "d", "C", "A"]),
        (
            "sortBy=meta.created&sortOrder=ascending",
            ["d", "C", "b", "A"],
        ),
    ] {
        assert_eq!(names(&app, query).await, expected, "{query}");
    }
    let page = "sortBy=userName&startIndex=2&count=2&filter=title%20pr";
    assert_eq!(names(&app, page).await, ["C", "d"]);
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_sorted_by_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = people(database).await else {
        return;
    };
    for (query, words) in [
        ("sortBy=wibble", "no attribute \"wibble\""),
        ("sortBy=name", "name.formatted"),
        ("sortBy=password", "cannot be asked for"),
        ("sortBy=userName&sortOrder=up", "\"up\" is no sortOrder"),
    ] {
        let detail = app.okta.get(&format!("/Users?{query}")).await.error(400);
        assert!(
            detail.starts_with("The list cannot be sorted so: "),
            "{detail}"
        );
        assert!(detail.contains(words), "{detail}");
    }
}
