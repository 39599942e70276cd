use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, activation};

#[rstest]
#[tokio::test]
async fn a_person_is_read_with_their_groups(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    let group = app.okta.group("Engineering", &[&ada]).await;
    let user = app.okta.get(&format!("/Users/{ada}")).await.ok();
    assert_eq!(
        user["groups"],
        json!([{ "value": group, "display": "Engineering" }])
    );
}

#[rstest]
#[tokio::test]
async fn an_inactive_person_is_still_there(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.okta.user("ada@example.com").await;
    app.okta
        .patch(&format!("/Users/{ada}"), &activation(&ada, false))
        .await
        .ok();
    assert_eq!(
        app.okta.get(&format!("/Users/{ada}")).await.ok()["active"],
        false
    );
    assert_eq!(
        app.okta
            .find("Users", "userName eq \"ada@example.com\"")
            .await[0]["active"],
        false
    );
}

#[rstest]
#[tokio::test]
async fn an_unknown_id_is_not_found(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let unknown = "directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for id in [
        "010101001010101011001010101011",
        unknown,
        "%20",
        "..%2f",
        "a%00b",
        &app.okta.group("Eng", &[]).await,
    ] {
        let detail = app.okta.get(&format!("/Users/{id}")).await.error(404);
        assert!(detail.starts_with("User not found"), "{detail}");
    }
    let lower = app.okta.user("ada").await.to_lowercase();
    app.okta.get(&format!("/Users/{lower}")).await.error(404);
}
