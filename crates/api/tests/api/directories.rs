//! `/directories`.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::support::{Database, TestApp, id, shape};

#[rstest]
#[tokio::test]
async fn a_directory_says_how_it_stands_and_what_it_holds(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/directories/{}", app.directory.directory.id);
    assert_eq!(app.client.get(&path).await.json(200)["state"], "validating");
    app.link().await;
    let ada = app.person("ada@example.com").await;
    let mut gone = crate::support::profile("bob@example.com");
    gone.active = false;
    app.person_of(&app.directory.directory, gone).await;
    app.group("Engineering", &[&ada]).await;
    let shown = app.client.get(&path).await.json(200);
    assert_json_snapshot!("directory", shape(&shown));
    let list = app.client.get("/directories").await.json(200);
    assert_eq!(list["data"], json!([shown]));
    let metadata = json!({ "before": null, "after": null });
    assert_eq!(list["list_metadata"], metadata);
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_organization_and_by_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let first = app.directory.directory.id.to_string();
    let workspace = &app.directory.workspace;
    let other = app.database.organization(workspace, "Globex").await;
    let globex = app
        .database
        .directory_of(workspace, &other, "Globex 100% Okta")
        .await
        .directory
        .id
        .to_string();
    let ids = |query: String| {
        let client = app.client.clone();
        async move { client.ids(&format!("/directories?{query}")).await }
    };
    assert_eq!(ids(String::new()).await, [&*globex, &*first]);
    assert_eq!(
        ids(format!("organization_id={}", other.id)).await,
        [&*globex]
    );
    assert_eq!(ids("search=gLOBEX".to_owned()).await, [&*globex]);
    assert_eq!(ids("search=100%25+okta".to_owned()).await, [&*globex]);
    assert!(ids("search=100_".to_owned()).await.is_empty());
    assert!(
        ids("organization_id=org_nobody".to_owned())
            .await
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn a_directory_is_made_with_its_first_token(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let organization_id = &app.directory.organization.id;
    let new = json!({ "organization_id": organization_id, "name": " Okta production ", "type": "generic scim v1.1" });
    let made = app.client.post("/directories", &new).await.json(201);
    assert_json_snapshot!("new_directory", shape(&made));
    let path = format!("/directories/{}", id(&made));
    let mut read = app.client.get(&path).await.json(200);
    assert!(read.get("bearer_token").is_none(), "shown once");
    read["bearer_token"] = made["bearer_token"].clone();
    assert_eq!(read, made);
    let without_type = json!({ "organization_id": organization_id, "name": "Okta" });
    let made = app
        .client
        .post("/directories", &without_type)
        .await
        .json(201);
    assert_eq!(made["type"], "okta scim v1.1");
}

#[rstest]
#[tokio::test]
async fn a_directory_is_not_made_from_nonsense(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let wrong = json!({ "name": 7, "type": "myspace" });
    let problems = app.client.post("/directories", &wrong).await.problems();
    let expected = [
        ("organization_id", "organization_id_required"),
        ("name", "name_invalid"),
        ("type", "type_invalid"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(problems, expected);
    let stray = json!({ "organization_id": "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "name": "Okta" });
    let refused = app.client.post("/directories", &stray).await;
    assert_eq!(refused.code(404), "entity_not_found");
    assert_eq!(app.client.ids("/directories").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_directory_gets_another_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/directories/{}", app.directory.directory.id);
    app.database
        .clock
        .advance(std::time::Duration::from_secs(1));
    let renamed = app
        .client
        .put(&path, &json!({ "name": "Okta (EU)" }))
        .await
        .json(200);
    assert_eq!(renamed["name"], "Okta (EU)");
    assert_ne!(renamed["updated_at"], renamed["created_at"]);
    assert_eq!(app.client.get(&path).await.json(200), renamed);
    let problems = app
        .client
        .put(&path, &json!({ "name": "  " }))
        .await
        .problems();
    assert_eq!(problems, [("name".to_owned(), "name_required".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn a_deleted_directory_is_gone_with_everything_in_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    let path = format!("/directories/{}", app.directory.directory.id);
    app.client.delete(&path).await.empty(202);
    for path in [path, format!("/directory_users/{}", ada.id)] {
        assert_eq!(app.client.get(&path).await.code(404), "entity_not_found");
        let again = if path.starts_with("/directories") {
            app.client.delete(&path).await.code(404)
        } else {
            app.client.get(&path).await.code(404)
        };
        assert_eq!(again, "entity_not_found");
    }
    app.publish().await;
    let told = app
        .client
        .get("/events?events=dsync.deleted")
        .await
        .json(200);
    assert_json_snapshot!("dsync_deleted", shape(&told["data"]));
}
