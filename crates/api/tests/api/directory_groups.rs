//! `/directory_groups`.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, shape};

#[rstest]
#[tokio::test]
async fn a_group_says_how_many_members_it_has(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let bob = app.person("bob@example.com").await;
    let group = app.group("Engineering", &[&ada, &bob]).await;
    let path = format!("/directory_groups/{}", group.id);
    let shown = app.client.get(&path).await.json(200);
    assert_json_snapshot!("directory_group", shape(&shown));
    let path = format!("/directory_groups?directory={}", group.directory_id);
    assert_eq!(
        app.client.get(&path).await.json(200)["data"],
        json!([shown])
    );
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_every_parameter(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let engineering = app.group("Engineering", &[&ada]).await.id.to_string();
    let empty = app.group("Nobody", &[]).await.id.to_string();
    let second = app.second_directory("Second").await.directory;
    let elsewhere = app.group_of(&second, "Elsewhere", &[]).await.id.to_string();
    let directory = &app.directory.directory.id;
    let cases = [
        (format!("directory={directory}"), vec![&empty, &engineering]),
        (
            format!("directory={directory}&order=asc"),
            vec![&engineering, &empty],
        ),
        (format!("directory={}", second.id), vec![&elsewhere]),
        (format!("user={}", ada.id), vec![&engineering]),
        (
            format!("user={}&directory={directory}", ada.id),
            vec![&engineering],
        ),
        (format!("user={}&directory={}", ada.id, second.id), vec![]),
        (format!("directory={directory}&search=noBOD"), vec![&empty]),
    ];
    for (query, expected) in cases {
        let found = app.client.ids(&format!("/directory_groups?{query}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let refused = app
        .client
        .get("/directory_groups?search=a")
        .await
        .problems();
    assert_eq!(
        refused,
        [("directory".to_owned(), "directory_required".to_owned())]
    );
}
