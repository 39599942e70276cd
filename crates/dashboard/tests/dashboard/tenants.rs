use rollcall_dashboard::ROUTES;
use rollcall_store::ids::{DirectoryId, OrganizationId};
use rollcall_store::workspace::Role;
use rstest::rstest;

use crate::people::filled;
use crate::support::{Browser, Database, PASSWORD, TestApp, email};

async fn call(browser: &Browser, method: &str, path: &str) -> (u16, String) {
    let answer = if method == "GET" {
        browser.get(path).await
    } else {
        browser
            .post(path, &[("name", "Stolen"), ("confirmation", "Contoso")])
            .await
    };
    (answer.status.as_u16(), answer.body)
}

/// Every route of another workspace, and every id of it below one's own, is not there: with the
/// same page as what does not exist at all.
#[rstest]
#[tokio::test]
async fn what_belongs_to_others_does_not_exist(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, ada, directory)) = filled(database, &["Grace"]).await else {
        return;
    };
    let (_, eve) = app.signed_in("Eve").await;
    let store = &app.database.store;
    let nothing = call(&eve, "GET", "/nothing/here").await;
    assert_eq!(nothing.0, 404);
    let members_only = ROUTES.iter().filter(|route| route.who == "members");
    for route in members_only {
        for (workspace, organization, directory_id) in [
            (
                "ada",
                directory.organization_id.to_string(),
                directory.id.to_string(),
            ),
            (
                "eve",
                directory.organization_id.to_string(),
                directory.id.to_string(),
            ),
            (
                "eve",
                store.new_id::<OrganizationId>().to_string(),
                store.new_id::<DirectoryId>().to_string(),
            ),
            ("nobody", "org_x".to_owned(), "directory_../x".to_owned()),
        ] {
            let path = route.path.replace("{workspace}", workspace);
            let path = path
                .replace("{organization}", &organization)
                .replace("{directory}", &directory_id);
            if workspace == "eve"
                && !route.path.contains("{organization}")
                && !route.path.contains("{directory}")
            {
                continue;
            }
            assert_eq!(
                call(&eve, route.method, &path).await,
                nothing,
                "{} {path}",
                route.method
            );
        }
    }
    let list = ada.page("/w/ada/organizations").await;
    assert!(
        list.contains("Contoso") && !list.contains("Stolen"),
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_viewer_looks_and_changes_nothing() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member_as("Ada", Role::Viewer).await;
    let viewer = app.browser();
    viewer.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    viewer.page("/w/ada/organizations").await;
    for route in ROUTES
        .iter()
        .filter(|route| route.who == "members" && route.method == "POST")
    {
        let path = route.path.replace("{workspace}", "ada");
        let page = viewer.post(&path, &[("name", "x")]).await.with(403);
        assert!(page.contains("<h1>Your role only looks</h1>"), "{path}");
    }
    assert!(
        viewer
            .page("/w/ada/organizations")
            .await
            .contains("No organizations yet")
    );
}

#[tokio::test]
async fn nothing_is_shown_before_signing_in() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let stranger = app.browser();
    for route in ROUTES.iter().filter(|route| route.who == "members") {
        let path = route.path.replace("{workspace}", "ada");
        let answer = if route.method == "GET" {
            stranger.get(&path).await
        } else {
            stranger.post(&path, &[("name", "x")]).await
        };
        assert!(answer.leads_to().starts_with("/login"), "{path}");
        assert_eq!(answer.body, "");
    }
}
