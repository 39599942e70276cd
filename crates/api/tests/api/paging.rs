//! Pages of every list: limits, orders, cursors.

use rstest::rstest;
use serde_json::json;

use crate::support::{Client, Database, TestApp};

/// Follows `after` to the end.
async fn walk(client: &Client, path: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let (ids, _, after) = client.page(&format!("{path}{cursor}")).await;
        seen.extend(ids);
        match after {
            Some(after) => cursor = format!("&after={after}"),
            None => return seen,
        }
    }
}

#[rstest]
#[tokio::test]
async fn every_list_can_be_walked_in_both_orders(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let directory = app.directory.directory.id.to_string();
    let mut people = Vec::new();
    for number in 0..5 {
        people.push(app.person(&format!("u{number}@example.com")).await);
        app.second_directory(&format!("Directory {number}")).await;
        app.client
            .post("/api_keys", &json!({ "name": format!("Key {number}") }))
            .await
            .json(201);
    }
    let everybody: Vec<_> = people.iter().collect();
    for number in 0..5 {
        app.group(&format!("Group {number}"), &everybody).await;
    }
    let group = app
        .client
        .ids(&format!("/directory_groups?directory={directory}"))
        .await[0]
        .clone();
    app.publish().await;
    for list in [
        "/directories?".to_owned(),
        format!("/directory_users?directory={directory}&"),
        format!("/directory_users?group={group}&"),
        "/directory_users?search=example&".to_owned(),
        format!("/directory_groups?directory={directory}&"),
        format!("/directory_groups?user={}&", people[0].id),
        "/api_keys?".to_owned(),
        "/events?events=dsync.user.created&".to_owned(),
    ] {
        let ascending = walk(&app.client, &format!("{list}limit=2&order=asc")).await;
        assert!(ascending.len() >= 5, "{list}");
        assert!(ascending.is_sorted(), "{list}");
        let mut descending = walk(&app.client, &format!("{list}limit=2&order=desc")).await;
        descending.reverse();
        assert_eq!(ascending, descending, "{list}");
    }
}

#[rstest]
#[tokio::test]
async fn cursors_lead_both_ways_from_a_page(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(
            app.person(&format!("u{number}@example.com"))
                .await
                .id
                .to_string(),
        );
    }
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|index| ids[index].as_str());
    let list = format!(
        "/directory_users?directory={}&limit=2",
        app.directory.directory.id
    );
    let some = |id: &str| Some(id.to_owned());
    // What is asked for, the page, and where `before` and `after` lead.
    let cases = [
        (String::new(), vec![e, d], None, some(d)),
        (format!("&after={d}"), vec![c, b], some(c), some(b)),
        (format!("&after={b}"), vec![a], some(a), None),
        (format!("&before={c}"), vec![e, d], None, some(d)),
        (format!("&before={b}"), vec![d, c], some(d), some(c)),
        ("&order=asc".to_owned(), vec![a, b], None, some(b)),
        (
            format!("&order=asc&before={d}"),
            vec![b, c],
            some(b),
            some(c),
        ),
        (format!("&after={e}&before={b}"), vec![d, c], some(d), None),
        // As `desc`, but `before` leads to what is older.
        ("&order=normal".to_owned(), vec![e, d], some(d), None),
        (
            format!("&order=normal&before={d}"),
            vec![c, b],
            some(b),
            some(c),
        ),
        (
            format!("&order=normal&after={c}"),
            vec![e, d],
            some(d),
            None,
        ),
    ];
    for (query, page, before, after) in cases {
        let found = app.client.page(&format!("{list}{query}")).await;
        let page = page.into_iter().map(str::to_owned).collect();
        assert_eq!(found, (page, before, after), "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn a_page_follows_somebody_who_is_gone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let second = app.second_directory("Second").await.directory.id;
    app.client
        .delete(&format!("/directories/{second}"))
        .await
        .empty(202);
    let rest = app
        .client
        .ids(&format!("/directories?after={second}"))
        .await;
    assert_eq!(rest, [app.directory.directory.id.to_string()]);
}

#[rstest]
#[tokio::test]
async fn a_page_has_ten_objects_unless_said_and_a_hundred_at_most(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for number in 0..11 {
        app.person(&format!("u{number}@example.com")).await;
    }
    let list = format!("/directory_users?directory={}", app.directory.directory.id);
    assert_eq!(app.client.ids(&list).await.len(), 10);
    assert_eq!(app.client.ids(&format!("{list}&limit=100")).await.len(), 11);
    for limit in ["0", "-1", "101", "99999999999999999999", "ten", "1.5"] {
        let refused = app.client.get(&format!("{list}&limit={limit}")).await;
        assert_eq!(
            refused.problems(),
            [("limit".to_owned(), "limit_invalid".to_owned())],
            "{limit}"
        );
    }
    for (query, field) in [
        ("order=up", "order"),
        ("after=directory_user_1", "after"),
        ("before=org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "before"),
    ] {
        let refused = app.client.get(&format!("{list}&{query}")).await;
        assert_eq!(
            refused.problems(),
            [(field.to_owned(), format!("{field}_invalid"))],
            "{query}"
        );
    }
}
