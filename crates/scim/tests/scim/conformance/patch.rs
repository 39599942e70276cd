//! Changing users: cases 81 to 100.

use rstest::rstest;
use serde_json::json;

use super::people::{People, emails, primary, without_version};
use crate::support::{Database, ENTERPRISE};

#[rstest]
#[tokio::test]
async fn case_081_one_attribute_changes_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let mut expected = without_version(at.alice().await);
    expected["nickName"] = json!("Al");
    let after = at.patch_alice(json!({ "nickName": "Al" })).await;
    assert_eq!(without_version(after), expected);
}

#[rstest]
#[tokio::test]
async fn case_082_parts_of_a_name_are_merged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "name": { "familyName": "N" } }))
        .await;
    assert_eq!(
        after["name"],
        json!({ "givenName": "Alice", "familyName": "N" })
    );
}

#[rstest]
#[tokio::test]
async fn case_083_a_new_address_is_added(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "emails": [{ "value": "n@x" }] }))
        .await;
    assert_eq!(emails(&after), ["a@home.org", "alice@example.com", "n@x"]);
}

#[rstest]
#[tokio::test]
async fn case_084_a_known_address_is_merged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "emails": [{ "value": "a@home.org", "type": "other" }] }))
        .await;
    assert_eq!(emails(&after), ["a@home.org", "alice@example.com"]);
    let list = after["emails"].as_array().unwrap();
    assert!(
        list.contains(&json!({ "value": "a@home.org", "type": "other" })),
        "{after}"
    );
}

#[rstest]
#[tokio::test]
async fn case_085_the_primary_address_moves(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "emails": [{ "value": "a@home.org", "primary": true }] }))
        .await;
    assert_eq!(
        primary(&after),
        json!({ "value": "a@home.org", "type": "home", "primary": true })
    );
}

#[rstest]
#[tokio::test]
async fn case_086_a_new_primary_address_is_the_only_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "emails": [{ "value": "new@x", "primary": true }] }))
        .await;
    assert_eq!(emails(&after).len(), 3);
    assert_eq!(primary(&after)["value"], "new@x");
}

#[rstest]
#[tokio::test]
async fn case_087_an_address_is_deleted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "emails": [{ "value": "a@home.org", "operation": "delete" }] }))
        .await;
    assert_eq!(emails(&after), ["alice@example.com"]);
}

#[rstest]
#[tokio::test]
async fn case_088_deleting_an_absent_address_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    let after = at
        .patch_alice(json!({ "emails": [{ "value": "no@x", "operation": "delete" }] }))
        .await;
    assert_eq!(after, before);
}

#[rstest]
#[tokio::test]
async fn case_089_an_attribute_is_removed_and_again(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let removal = json!({ "meta": { "attributes": ["title"] } });
    let after = at.patch_alice(removal.clone()).await;
    assert_eq!(after.get("title"), None);
    assert_eq!(at.patch_alice(removal).await, after);
}

#[rstest]
#[tokio::test]
async fn case_090_a_part_is_removed_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let after = at
        .patch_alice(json!({ "meta": { "attributes": ["name.familyName"] } }))
        .await;
    assert_eq!(after["name"], json!({ "givenName": "Alice" }));
}

#[rstest]
#[tokio::test]
async fn case_091_a_list_is_replaced(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let change = json!({ "meta": { "attributes": ["emails"] }, "emails": [{ "value": "o@x" }] });
    assert_eq!(
        at.patch_alice(change).await["emails"],
        json!([{ "value": "o@x" }])
    );
}

#[rstest]
#[tokio::test]
async fn case_092_a_complex_attribute_is_replaced(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let change = json!({ "meta": { "attributes": ["name"] }, "name": { "givenName": "S" } });
    assert_eq!(
        at.patch_alice(change).await["name"],
        json!({ "givenName": "S" })
    );
}

#[rstest]
#[tokio::test]
async fn case_093_an_attribute_of_an_extension_is_removed_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let path = format!("{ENTERPRISE}:department");
    let after = at
        .patch_alice(json!({ "meta": { "attributes": [path] } }))
        .await;
    assert_eq!(after[ENTERPRISE], json!({ "division": "Platform" }));
}

#[rstest]
#[tokio::test]
async fn case_094_an_address_without_a_value_is_exchanged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let old = json!({ "type": "work", "streetAddress": "1 Old Street", "locality": "Springfield" });
    let new = json!({ "type": "work", "streetAddress": "2 New Street", "locality": "Springfield" });
    at.patch_alice(json!({ "addresses": [old] })).await;
    let mut gone = old.clone();
    gone["operation"] = json!("delete");
    let after = at.patch_alice(json!({ "addresses": [gone, new] })).await;
    assert_eq!(after["addresses"], json!([new]));
}

#[rstest]
#[tokio::test]
async fn case_095_the_user_name_cannot_be_removed(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    let removal = json!({ "meta": { "attributes": ["userName"] } });
    at.client()
        .patch(&at.alice_path(), &removal)
        .await
        .error(400);
    assert_eq!(at.alice().await, before);
}

#[rstest]
#[tokio::test]
async fn case_096_the_user_name_can_be_exchanged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let change = json!({ "meta": { "attributes": ["userName"] }, "userName": "al2" });
    assert_eq!(at.patch_alice(change).await["userName"], "al2");
}

#[rstest]
#[tokio::test]
async fn case_097_a_taken_user_name_changes_nothing_else_either(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    let change = json!({ "userName": "bob", "title": "Lead" });
    at.client()
        .patch(&at.alice_path(), &change)
        .await
        .error(409);
    assert_eq!(at.alice().await, before);
}

#[rstest]
#[tokio::test]
async fn case_098_a_patch_answers_with_the_attributes_asked_for(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let path = format!("{}?attributes=title", at.alice_path());
    let after = at
        .client()
        .patch(&path, &json!({ "title": "x" }))
        .await
        .ok();
    assert_eq!((&after["id"], &after["title"]), (&json!(at.a), &json!("x")));
    let mut names: Vec<&str> = after
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["id", "meta", "schemas", "title"]);
}

#[rstest]
#[tokio::test]
async fn case_099_nothing_is_no_change_and_nonsense_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    assert_eq!(at.patch_alice(json!({})).await, before);
    for nonsense in [
        json!({ "meta": "x" }),
        json!({ "emails": {} }),
        json!({ "name": "x" }),
    ] {
        at.client()
            .patch(&at.alice_path(), &nonsense)
            .await
            .error(400);
    }
    assert_eq!(at.alice().await, before);
}

#[rstest]
#[tokio::test]
async fn case_100_operations_are_never_stored(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let change = json!({ "emails": [{ "value": "a@home.org", "operation": "delete" }, { "value": "n@x", "operation": null }] });
    let after = at.patch_alice(change).await;
    assert!(!after.to_string().contains("operation"), "{after}");
    let unknown = json!({ "emails": [{ "value": "m@x", "operation": "add" }] });
    at.client()
        .patch(&at.alice_path(), &unknown)
        .await
        .error(400);
    assert!(!at.alice().await.to_string().contains("operation"));
}
