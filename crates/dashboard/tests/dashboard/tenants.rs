use rollcall_dashboard::{ROUTES, Who};
use rollcall_store::directory::Directory;
use rollcall_store::ids::{DirectoryId, OrganizationId};
use rollcall_store::workspace::Role;
use rstest::rstest;

use crate::events::{publish, published};
use crate::members::{id_of, invited};
use crate::people::filled;
use crate::support::{Browser, Database, PASSWORD, TestApp, email};
use crate::webhooks::build;

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

/// The ids of what a workspace has, by the names that paths give them.
async fn everything(app: &TestApp, directory: &Directory) -> [(&'static str, String); 6] {
    let (key, endpoint, delivery) = build(app, directory).await;
    publish(app).await;
    let event = published(app, &directory.workspace_id).await.remove(0);
    let invitation = invited(app, &directory.workspace_id, "Ada").await;
    [
        ("{member}", id_of(app, "Ada").await.to_string()),
        ("{invitation}", invitation.to_string()),
        ("{api_key}", key.to_string()),
        ("{endpoint}", endpoint.to_string()),
        ("{delivery}", delivery.to_string()),
        ("{event}", event.event.id.to_string()),
    ]
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
    let theirs = everything(&app, &directory).await;
    let store = &app.database.store;
    let nothing = call(&eve, "GET", "/nothing/here").await;
    assert_eq!(nothing.0, 404);
    let members_only = ROUTES
        .iter()
        .filter(|route| matches!(route.who, Who::May(_)));
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
            let path = theirs
                .iter()
                .fold(path, |path, (name, id)| path.replace(name, id));
            if workspace == "eve" && route.path.matches('{').count() == 1 {
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

/// Each role gets past every route whose right it has, and is told who can help at every other.
/// Nothing of what the routes name exists, so those that let a role in answer 404 or a form.
#[rstest]
#[tokio::test]
async fn a_role_does_what_the_table_says_and_nothing_else(
    #[values(Role::Owner, Role::Admin, Role::Operator, Role::Viewer)] role: Role,
) {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member_as("Ada", role).await;
    let browser = app.browser();
    browser.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    for route in ROUTES {
        let Who::May(right) = route.who else { continue };
        let path = route.path.replace("{workspace}", "ada");
        let answer = call(&browser, route.method, &path).await;
        if role.may(right) {
            assert_ne!(answer.0, 403, "{} {path}", route.method);
            continue;
        }
        assert_eq!(answer.0, 403, "{} {path}", route.method);
        let least = format!("takes the role {}", right.least().as_str());
        for words in ["<h1>Your role does not allow this</h1>", &least, "An owner"] {
            assert!(answer.1.contains(words), "{words} in {path}: {}", answer.1);
        }
    }
}

#[tokio::test]
async fn a_page_shows_what_a_role_may_do_and_nothing_else() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member_as("Ada", Role::Viewer).await;
    let viewer = app.browser();
    viewer.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    let list = viewer.page("/w/ada/organizations").await;
    assert!(list.contains("No organizations yet") && !list.contains("New organization"));
    let keys = viewer.page("/w/ada/api_keys").await;
    assert!(!keys.contains("New API key"));
}

#[tokio::test]
async fn nothing_is_shown_before_signing_in() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let stranger = app.browser();
    let members_only = ROUTES
        .iter()
        .filter(|route| matches!(route.who, Who::May(_)));
    for route in members_only {
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
