//! Groups: cases 101 to 110.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::people::People;
use crate::support::Database;

#[rstest]
#[tokio::test]
async fn case_101_a_group_with_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a, &at.b]).await;
    assert_eq!(
        at.client().members(&group).await,
        [at.a.clone(), at.b.clone()]
    );
    for person in [&at.a, &at.b] {
        let user = at.client().get(&format!("/Users/{person}")).await.ok();
        assert_eq!(
            user["groups"],
            json!([{ "value": group, "display": "Eng" }])
        );
    }
}

#[rstest]
#[tokio::test]
async fn case_102_adding_a_member_again_is_no_change(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    change(&at, &group, json!({ "members": [{ "value": at.a }] })).await;
    assert_eq!(at.client().members(&group).await, [at.a.as_str()]);
}

#[rstest]
#[tokio::test]
async fn case_103_removing_who_is_no_member_succeeds(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    for absent in [at.b.as_str(), "unknown"] {
        change(
            &at,
            &group,
            json!({ "members": [{ "value": absent, "operation": "delete" }] }),
        )
        .await;
    }
    assert_eq!(at.client().members(&group).await, [at.a.as_str()]);
}

#[rstest]
#[tokio::test]
async fn case_104_one_leaves_and_one_joins_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a, &at.b]).await;
    change(
        &at,
        &group,
        json!({ "members": [{ "value": at.a, "operation": "delete" }, { "value": at.c }] }),
    )
    .await;
    assert_eq!(
        at.client().members(&group).await,
        [at.b.clone(), at.c.clone()]
    );
}

#[rstest]
#[tokio::test]
async fn case_105_all_members_are_removed_or_replaced(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.b, &at.c]).await;
    change(
        &at,
        &group,
        json!({ "meta": { "attributes": ["members"] } }),
    )
    .await;
    assert!(at.client().members(&group).await.is_empty());
    change(&at, &group, json!({ "members": [{ "value": at.d }] })).await;
    change(
        &at,
        &group,
        json!({ "meta": { "attributes": ["members"] }, "members": [{ "value": at.a }] }),
    )
    .await;
    assert_eq!(at.client().members(&group).await, [at.a.as_str()]);
}

#[rstest]
#[tokio::test]
async fn case_106_a_rename_keeps_the_members(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    change(&at, &group, json!({ "displayName": "Engineering" })).await;
    assert_eq!(at.client().members(&group).await, [at.a.as_str()]);
}

#[rstest]
#[tokio::test]
async fn case_107_an_unknown_member_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    let path = format!("/Groups/{group}");
    let before = at.client().get(&path).await.ok();
    for unknown in ["nobody", "directory_user_00000000000000000000000000"] {
        let members = json!([{ "value": at.b }, { "value": unknown }]);
        at.client()
            .patch(&path, &json!({ "displayName": "x", "members": members }))
            .await
            .error(400);
        at.client()
            .put(&path, &json!({ "displayName": "x", "members": members }))
            .await
            .error(400);
        at.client()
            .post(
                "/Groups",
                &json!({ "displayName": "x", "members": members }),
            )
            .await
            .error(400);
    }
    assert_eq!(at.client().get(&path).await.ok(), before);
    assert_eq!(at.client().get("/Groups").await.list()["totalResults"], 1);
}

#[rstest]
#[tokio::test]
async fn case_108_a_group_needs_a_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    for sent in [
        json!({}),
        json!({ "displayName": "" }),
        json!({ "displayName": null }),
    ] {
        assert!(
            at.client()
                .post("/Groups", &sent)
                .await
                .error(400)
                .contains("displayName")
        );
    }
}

#[rstest]
#[tokio::test]
async fn case_109_a_deletion_ends_memberships_on_both_sides(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let (one, two) = (
        at.client().group("One", &[&at.a]).await,
        at.client().group("Two", &[&at.a, &at.b]).await,
    );
    at.client()
        .delete(&format!("/Groups/{one}"))
        .await
        .empty(204);
    let alice = at.alice().await;
    assert_eq!(alice["groups"], json!([{ "value": two, "display": "Two" }]));
    at.client().delete(&at.alice_path()).await.empty(200);
    assert_eq!(at.client().members(&two).await, [at.b.as_str()]);
}

#[rstest]
#[tokio::test]
async fn case_110_parallel_additions_are_all_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let names: Vec<String> = (0..16).map(|number| format!("person{number}")).collect();
    let mut ids: Vec<String> = join_all(names.iter().map(|name| at.client().user(name))).await;
    let group = at.client().group("Eng", &[]).await;
    let additions = ids
        .iter()
        .map(|id| change(&at, &group, json!({ "members": [{ "value": id }] })));
    join_all(additions).await;
    ids.sort();
    assert_eq!(at.client().members(&group).await, ids);
}

async fn change(at: &People, group: &str, change: Value) {
    let path = format!("/Groups/{group}");
    at.client().patch(&path, &change).await.empty(204);
}
