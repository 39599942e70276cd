//! Replacing users: cases 75 to 80.

use rstest::rstest;
use serde_json::{Value, json};

use super::people::{People, alice, without_version};
use crate::support::Database;

#[rstest]
#[tokio::test]
async fn case_075_what_a_put_leaves_out_is_cleared(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    let mut sent = alice();
    for gone in ["title", "nickName", "emails"] {
        sent.as_object_mut().unwrap().remove(gone);
    }
    at.app
        .database
        .clock
        .advance(std::time::Duration::from_secs(1));
    let after = at.client().put(&at.alice_path(), &sent).await.ok();
    assert_eq!(
        (&after["title"], &after["nickName"], &after["emails"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(
        (&after["id"], &after["meta"]["created"]),
        (&before["id"], &before["meta"]["created"])
    );
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
}

#[rstest]
#[tokio::test]
async fn case_076_groups_meta_and_id_of_a_put_are_ignored(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let group = at.client().group("Eng", &[&at.a]).await;
    let before = at.alice().await;
    let mut sent = alice();
    sent["groups"] = json!([{ "value": "nowhere" }]);
    sent["meta"] = json!({ "created": "1999-01-01T00:00:00Z", "version": "W/\"9\"" });
    sent["id"] = json!(at.b);
    let after = at.client().put(&at.alice_path(), &sent).await.ok();
    assert_eq!(after, before);
    assert_eq!(
        after["groups"],
        json!([{ "value": group, "display": "Eng" }])
    );
}

#[rstest]
#[tokio::test]
async fn case_077_a_put_can_deactivate(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let mut sent = alice();
    sent["active"] = json!(false);
    let after = at.client().put(&at.alice_path(), &sent).await.ok();
    assert_eq!(after["active"], false);
    assert_eq!(at.alice().await, after);
    assert_eq!(at.client().get("/Users").await.list()["totalResults"], 4);
}

#[rstest]
#[tokio::test]
async fn case_078_a_taken_user_name_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    let mut sent = alice();
    sent["userName"] = json!("bob");
    sent["title"] = json!("Lead");
    at.client().put(&at.alice_path(), &sent).await.error(409);
    assert_eq!(at.alice().await, before);
}

#[rstest]
#[tokio::test]
async fn case_079_a_put_needs_a_user_name_and_somebody_to_replace(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let mut sent = alice();
    at.client()
        .put("/Users/directory_user_00000000000000000000000000", &sent)
        .await
        .error(404);
    sent.as_object_mut().unwrap().remove("userName");
    at.client().put(&at.alice_path(), &sent).await.error(400);
}

#[rstest]
#[tokio::test]
async fn case_080_what_was_read_can_be_put_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(at) = People::start(database).await else {
        return;
    };
    let before = at.alice().await;
    let after = at.client().put(&at.alice_path(), &before).await.ok();
    assert_eq!(without_version(after), without_version(before));
}
