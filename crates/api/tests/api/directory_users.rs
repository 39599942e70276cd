//! `/directory_users`.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, profile, shape};

#[rstest]
#[tokio::test]
async fn a_person_is_shown_with_their_groups(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let path = format!("/directory_users/{}", ada.id);
    assert_eq!(app.client.get(&path).await.json(200)["groups"], json!([]));
    let group = app.group("Engineering", &[&ada]).await;
    let shown = app.client.get(&path).await.json(200);
    assert_json_snapshot!("directory_user", shape(&shown));
    let of_directory = format!("/directory_users?directory={}", ada.directory_id);
    let of_group = format!("/directory_users?group={}", group.id);
    for list in [of_directory, of_group] {
        let list = app.client.get(&list).await.json(200);
        assert_eq!(list["data"], json!([shown]));
    }
}

#[rstest]
#[tokio::test]
async fn a_page_shows_each_person_with_their_own_groups(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let bob = app.person("bob@example.com").await;
    app.group("Engineering", &[&ada, &bob]).await;
    app.group("Managers", &[&bob]).await;
    app.person("cyd@example.com").await;
    let path = format!("/directory_users?directory={}&order=asc", ada.directory_id);
    let list = app.client.get(&path).await.json(200);
    let groups = |index: usize| {
        let groups = list["data"][index]["groups"].as_array().unwrap();
        groups
            .iter()
            .map(|group| group["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(groups(0), ["Engineering"]);
    assert_eq!(groups(1), ["Engineering", "Managers"]);
    assert!(groups(2).is_empty());
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_every_parameter(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let of = &app.directory.directory;
    let ada = app.person("ada@example.com").await;
    let mut bob = profile("bob@example.com");
    bob.active = false;
    bob.external_id = None;
    bob.display_name = Some("Bob Börjesson".to_owned());
    bob.resource["emails"] = json!([
        { "value": "bob@example.com", "primary": true },
        { "value": "Private@Example.com", "type": "home" },
    ]);
    let bob = app.person_of(of, bob).await;
    let cyd = app.person("cyd@example.com").await;
    let group = app.group("Engineering", &[&ada, &bob]).await;
    let (ada, bob, cyd) = (ada.id.to_string(), bob.id.to_string(), cyd.id.to_string());
    let (directory, group) = (&of.id, &group.id);
    let cases = [
        (format!("directory={directory}"), vec![&cyd, &bob, &ada]),
        (format!("group={group}"), vec![&bob, &ada]),
        (
            format!("group={group}&directory={directory}"),
            vec![&bob, &ada],
        ),
        (format!("group={group}&order=asc"), vec![&ada, &bob]),
        (
            format!("directory={directory}&state=active"),
            vec![&cyd, &ada],
        ),
        (format!("group={group}&state=inactive"), vec![&bob]),
        (
            format!("directory={directory}&idp_id=00u-cyd@example.com"),
            vec![&cyd],
        ),
        (
            format!("directory={directory}&idp_id=bob@example.com"),
            vec![&bob],
        ),
        (
            format!("directory={directory}&idp_id=ada@example.com"),
            vec![],
        ),
        (
            format!("directory={directory}&email=ADA@example.com"),
            vec![&ada],
        ),
        (
            format!("directory={directory}&email=private@example.com"),
            vec![&bob],
        ),
        (
            format!("directory={directory}&email=cyd@example.com&group={group}"),
            vec![],
        ),
        (
            format!("directory={directory}&search=B%C3%96RJ"),
            vec![&bob],
        ),
        (format!("group={group}&search=example"), vec![&bob, &ada]),
        ("search=00u-ada".to_owned(), vec![&ada]),
    ];
    for (query, expected) in cases {
        let found = app.client.ids(&format!("/directory_users?{query}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn the_whole_workspace_can_be_searched(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let second = app.second_directory("Second").await;
    let other = app
        .person_of(&second.directory, profile("ada@example.org"))
        .await;
    let (stranger, _) = app.another("Stranger").await;
    app.person_of(&stranger.directory, profile("ada@example.net"))
        .await;
    let list = app
        .client
        .get("/directory_users?search=ada%40example")
        .await
        .json(200);
    let found = list["data"].as_array().unwrap();
    let directories: Vec<_> = found
        .iter()
        .map(|user| user["directory_id"].clone())
        .collect();
    assert_eq!(
        directories,
        [json!(other.directory_id), json!(ada.directory_id)]
    );
}

#[rstest]
#[tokio::test]
async fn a_group_of_another_directory_has_nobody_of_this_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let second = app.second_directory("Second").await;
    let other = app
        .person_of(&second.directory, profile("ada@example.org"))
        .await;
    let group = app
        .group_of(&second.directory, "Engineering", &[&other])
        .await;
    let path = format!(
        "/directory_users?directory={}&group={}",
        ada.directory_id, group.id
    );
    assert!(app.client.ids(&path).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn it_must_be_said_among_whom_to_look(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let required = [("directory".to_owned(), "directory_required".to_owned())];
    for query in [
        "",
        "state=active",
        "email=a@example.com&search=a",
        "idp_id=1&search=a",
    ] {
        let refused = app.client.get(&format!("/directory_users?{query}")).await;
        assert_eq!(refused.problems(), required, "{query}");
    }
    let query = format!("directory={}&state=asleep", app.directory.directory.id);
    let refused = app.client.get(&format!("/directory_users?{query}")).await;
    assert_eq!(
        refused.problems(),
        [("state".to_owned(), "state_invalid".to_owned())]
    );
}
