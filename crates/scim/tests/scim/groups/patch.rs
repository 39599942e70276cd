use rstest::rstest;
use serde_json::json;

use crate::support::{CORE, Database, TestApp, refs};

#[rstest]
#[tokio::test]
async fn a_rename_keeps_the_members_and_the_same_name_is_no_change(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada").await;
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    let answer = app
        .okta
        .patch(
            &path,
            &json!({ "schemas": [CORE], "id": "stale", "displayName": "Engineering" }),
        )
        .await;
    assert_eq!(answer.headers["etag"], "W/\"2\"");
    assert_eq!(
        answer.headers["location"].to_str().unwrap(),
        format!("{}{path}", app.okta.base)
    );
    answer.empty(204);
    let read = app.okta.get(&path).await.ok();
    assert_eq!(
        (&read["displayName"], &read["id"]),
        (&json!("Engineering"), &json!(group))
    );
    assert_eq!(app.okta.members(&group).await, [ada]);
    assert!(
        app.okta
            .find("Groups", "displayName eq \"Eng\"")
            .await
            .is_empty()
    );
    let before = app.events().await;
    assert_eq!(before.last().unwrap(), "dsync.group.updated");
    app.okta
        .patch(
            &path,
            &json!({ "schemas": [CORE], "id": group, "displayName": "Engineering" }),
        )
        .await
        .empty(204);
    assert_eq!(app.events().await, before);
}

#[rstest]
#[tokio::test]
async fn members_come_and_go_in_one_request(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (ada, bob, eve) = (
        app.okta.user("ada").await,
        app.okta.user("bob").await,
        app.okta.user("eve").await,
    );
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    // Okta sends the name with every change of members.
    app.okta
        .patch(
            &path,
            &json!({ "schemas": [CORE], "id": group, "displayName": "Eng" }),
        )
        .await
        .empty(204);
    let before = app.events().await.len();
    let delta = json!({ "schemas": [CORE], "members": [
        { "value": bob, "display": "bob" }, { "value": eve, "display": "eve" }, { "value": ada, "display": "ada", "operation": "delete" },
    ] });
    app.okta.patch(&path, &delta).await.empty(204);
    let mut expected = [bob.clone(), eve.clone()];
    expected.sort();
    assert_eq!(app.okta.members(&group).await, expected);
    assert_eq!(
        app.events().await[before..],
        [
            "dsync.group.user_removed",
            "dsync.group.user_added",
            "dsync.group.user_added"
        ]
    );
    app.okta.patch(&path, &delta).await.empty(204);
    assert_eq!(
        app.okta.members(&group).await,
        expected,
        "the same delta again changes nothing"
    );
    assert_eq!(app.events().await.len(), before + 3);
}

#[rstest]
#[tokio::test]
async fn leaving_is_never_an_error_and_never_more_than_was_asked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (ada, bob) = (app.okta.user("ada").await, app.okta.user("bob").await);
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    for id in [
        bob.as_str(),
        "directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "nobody",
    ] {
        app.okta
            .patch(
                &path,
                &json!({ "members": [{ "value": id, "operation": "delete" }] }),
            )
            .await
            .empty(204);
    }
    for body in [
        json!({ "members": [{ "operation": "delete" }] }),
        json!({ "members": [{ "value": ada, "operation": "remove" }] }),
        json!({ "meta": { "attributes": ["members.value"] } }),
        json!({ "Operations": [{ "op": "remove", "path": "members" }] }),
        json!({ "members": {} }),
    ] {
        app.okta.patch(&path, &body).await.error(400);
    }
    for body in [
        json!({}),
        json!({ "members": [] }),
        json!({ "members": null }),
    ] {
        app.okta.patch(&path, &body).await.empty(204);
    }
    assert_eq!(app.okta.members(&group).await, [ada]);
}

#[rstest]
#[tokio::test]
async fn push_now_replaces_all_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (ada, bob) = (app.okta.user("ada").await, app.okta.user("bob").await);
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    let push = |members: serde_json::Value| json!({ "schemas": [CORE], "meta": { "attributes": ["members"] }, "members": members });
    app.okta.patch(&path, &push(refs(&[&bob]))).await.empty(204);
    assert_eq!(app.okta.members(&group).await, [bob.as_str()]);
    let before = app.events().await;
    app.okta.patch(&path, &push(refs(&[&bob]))).await.empty(204);
    assert_eq!(
        app.events().await,
        before,
        "the same push again is no change"
    );
    app.okta.patch(&path, &push(json!([]))).await.empty(204);
    assert_eq!(app.okta.members(&group).await, Vec::<String>::new());
    app.okta
        .patch(&path, &push(refs(&[&ada, &bob])))
        .await
        .empty(204);
    app.okta
        .patch(&path, &json!({ "meta": { "attributes": ["members"] } }))
        .await
        .empty(204);
    assert_eq!(app.okta.members(&group).await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn an_unknown_member_stops_the_whole_change(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (ada, bob) = (app.okta.user("ada").await, app.okta.user("bob").await);
    let group = app.okta.group("Eng", &[&ada]).await;
    let path = format!("/Groups/{group}");
    let before = (app.okta.get(&path).await.ok(), app.events().await);
    let unknown = "directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for body in [
        json!({ "displayName": "Ops", "members": refs(&[&bob, unknown]) }),
        json!({ "displayName": "Ops", "members": refs(&[&bob, "nobody"]) }),
        json!({ "meta": { "attributes": ["members"] }, "members": refs(&[&bob, unknown]) }),
    ] {
        let detail = app.okta.patch(&path, &body).await.error(400);
        assert!(
            detail.contains(unknown) || detail.contains("nobody"),
            "{detail}"
        );
    }
    assert_eq!((app.okta.get(&path).await.ok(), app.events().await), before);
    app.okta
        .patch(
            "/Groups/directory_group_01ARZ3NDEKTSV4RRFFQ69G5FAV",
            &json!({}),
        )
        .await
        .error(404);
}

#[rstest]
#[tokio::test]
async fn many_members_are_pushed_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut ids = Vec::new();
    for number in 0..120 {
        ids.push(app.okta.user(&format!("person{number}")).await);
    }
    let group = app.okta.group("Everybody", &[]).await;
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    app.okta
        .patch(
            &format!("/Groups/{group}"),
            &json!({ "members": refs(&members) }),
        )
        .await
        .empty(204);
    ids.sort();
    assert_eq!(app.okta.members(&group).await, ids);
}
