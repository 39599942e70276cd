//! What a workspace decided, where it shows on other pages.

use rollcall_dashboard::Settings;
use rollcall_store::change::Change;
use rollcall_store::directory_user;
use rollcall_store::endpoint_host::EndpointHosts;
use rollcall_store::page::PageRequest;
use rollcall_store::workspace::{self, Changes, DeactivatedUsers, Workspace};
use rstest::rstest;

use crate::people::{filled, path};
use crate::support::{Database, TestApp, hidden, link, value};

async fn workspace_of(app: &TestApp) -> Workspace {
    let find = |conn: &mut rollcall_store::Connection| workspace::find_by_slug(conn, "ada");
    app.database.store.read(find).await.unwrap().unwrap()
}

#[rstest]
#[tokio::test]
async fn who_is_deleted_for_the_application_is_shown_and_marked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &["Grace", "Åsa"]).await else {
        return;
    };
    let workspace = workspace_of(&app).await;
    app.database
        .decide(&workspace, DeactivatedUsers::Delete)
        .await;
    let id = directory.id.clone();
    let find = move |conn: &mut rollcall_store::Connection| {
        directory_user::page(conn, &id, Some("Grace"), &PageRequest::first(1))
    };
    let grace = app.database.store.read(find).await.unwrap().items.remove(0);
    app.database.set_active(&directory, &grace.id, false).await;
    let list = browser.page(&path(&directory)).await;
    assert_eq!(
        list.matches("Inactive, deleted").count(),
        1,
        "Åsa was inactive before"
    );
    let show = browser.page(&link(&list, "<strong>Grace</strong>")).await;
    assert!(show.contains("deleted for your application until"));
    let show = browser.page(&link(&list, "<strong>Åsa</strong>")).await;
    assert!(!show.contains("deleted for your application"));
}

#[rstest]
#[tokio::test]
async fn a_new_webhook_endpoint_begins_with_what_was_decided(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, _)) = filled(database, &[]).await else {
        return;
    };
    let before = browser.page("/w/ada/webhooks/new").await;
    assert_eq!(value(&before, "rate"), "100");
    let changes = Changes {
        webhook_in_order: Change::Set(true),
        webhook_deliveries_per_second: Change::Set(7),
        ..Changes::default()
    };
    let workspace = workspace_of(&app).await;
    app.database.change_workspace(&workspace, changes).await;
    let form = browser.page("/w/ada/webhooks/new").await;
    assert_eq!(value(&form, "rate"), "7");
    let in_order = |page: &str| {
        let (start, _) = page.split_once("name=\"in_order\"").unwrap();
        let (_, rest) = page.split_at(start.len());
        rest.split_once('>').unwrap().0.contains(" checked")
    };
    assert!(in_order(&form) && !in_order(&before));
}

#[rstest]
#[tokio::test]
async fn an_endpoint_is_shown_under_the_host_of_its_workspace(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &[]).await else {
        return;
    };
    let changes = Changes {
        endpoint_host: Change::Set("scim.acme.example".to_owned()),
        ..Changes::default()
    };
    let workspace = workspace_of(&app).await;
    app.database.change_workspace(&workspace, changes).await;
    let connect = browser.page(&format!("{}/connect", path(&directory))).await;
    let endpoint = value(&connect, "endpoint");
    assert!(
        endpoint.starts_with("http://scim.acme.example:"),
        "{endpoint}"
    );
    assert!(endpoint.ends_with(&format!("/scim/v1.1/{}", directory.endpoint_key)));
}

#[rstest]
#[tokio::test]
async fn where_hosts_are_listed_a_workspace_chooses_among_these(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let listed = "scim.acme.example,*.scim.example";
    let adjust = |settings: &mut Settings| {
        let listed = listed.parse().unwrap();
        settings.endpoint_hosts = EndpointHosts::new(&settings.public_url, listed);
    };
    let Some(app) = TestApp::start_with(database, adjust).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    for (host, status) in [
        ("other.example", 422),
        ("scim.example", 422),
        ("Acme.SCIM.example", 303),
    ] {
        let page = browser.page("/w/ada/settings").await;
        assert!(page.contains("This installation offers scim.acme.example, *.scim.example."));
        let seen = hidden(&page, "seen");
        let form = [
            ("seen", seen.as_str()),
            ("deactivated_users", "keep"),
            ("endpoint_host", host),
        ];
        let answer = browser.post("/w/ada/settings", &form).await;
        assert_eq!(answer.status, status, "{host}");
        if status == 422 {
            let again = answer.with(status);
            assert!(again.contains("does not offer this host"), "{again}");
            assert_eq!(value(&again, "endpoint_host"), host);
        }
    }
    let chosen = workspace_of(&app).await.endpoint_host;
    assert_eq!(chosen.as_deref(), Some("acme.scim.example"));
}
