//! Leaving a workspace, deleting it, and undoing that.

use rollcall_dashboard::{ROUTES, Who};
use rollcall_store::session;
use rollcall_store::workspace::{GRACE, Role};
use rstest::rstest;

use super::{SETTINGS, create};
use crate::organizations;
use crate::post_office::app_with_mail;
use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, email};

const DELETED: &str = "/w/ada/deleted";

async fn confirm(browser: &Browser, path: &str, name: &str) -> Answer {
    browser.post(path, &[("confirmation", name)]).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_leaves_but_never_the_last_owner(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    let leave = "/w/ada/leave";
    let page = browser.page(SETTINGS).await;
    assert!(page.contains("You are its only owner.") && !page.contains(leave));
    let page = confirm(&browser, leave, "Ada").await.with(422);
    assert!(page.contains("Nobody else here is an owner."));

    let other = app.colleague("Bob", &workspace.id, Role::Owner).await;
    for wrong in ["", "ada", "Bob"] {
        let page = confirm(&browser, leave, wrong).await.with(422);
        assert!(page.contains("Nothing was changed"), "{wrong}");
    }
    let left = confirm(&browser, leave, "Ada").await;
    assert_eq!(left.leads_to(), "/workspaces");
    let page = browser.page("/workspaces").await;
    assert!(page.contains("You left “Ada”.") && page.contains("You are in no workspace"));
    browser.get("/w/ada/organizations").await.with(404);
    confirm(&browser, leave, "Ada").await.with(404);
    assert_eq!(browser.get("/").await.leads_to(), "/workspaces");
    assert_eq!(create(&browser, "Anew").await, "/w/anew/organizations");

    confirm(&other, leave, "Ada").await.with(422);
    other.page("/w/ada/organizations").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_has_one_page_and_a_way_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    organizations::create(&browser, "Contoso").await;
    let admin = app.colleague("Vic", &workspace.id, Role::Admin).await;
    let (_, stranger) = app.signed_in("Eve").await;
    let delete = "/w/ada/delete";
    let page = browser.page(SETTINGS).await;
    assert!(page.contains("Its 1 organization, 0 directories, 0 users and 0 groups rest"));
    for wrong in ["", "ada", "Ada "] {
        let answer = confirm(&browser, delete, wrong).await;
        if wrong == "Ada " {
            assert_eq!(answer.leads_to(), DELETED, "blanks around it do not count");
        } else {
            assert!(answer.with(422).contains("Nothing was deleted"), "{wrong}");
        }
    }
    everything_leads_to_the_page(&browser).await;
    let page = browser.page(DELETED).await;
    assert!(page.contains("will be removed for good") && page.contains(">in 7 d</time>."));
    assert!(page.contains(">Undo the deletion<"));
    let page = admin.page(DELETED).await;
    assert!(
        !page.contains(">Undo the deletion<")
            && page.contains("An owner can undo this until then.")
    );
    admin.post("/w/ada/restore", &[]).await.with(403);
    stranger.get(DELETED).await.with(404);
    stranger.post("/w/ada/restore", &[]).await.with(404);
    let list = browser.page("/workspaces").await;
    assert!(list.contains("class=\"badge bad\">Deleted"));
    assert_eq!(browser.get("/").await.leads_to(), "/workspaces");
    assert_eq!(admin.get("/").await.leads_to(), "/w/vic/organizations");

    app.database.clock.advance(session::FRESH);
    let back = browser.post("/w/ada/restore", &[]).await;
    assert_eq!(back.leads_to(), "/w/ada/organizations");
    let page = browser.page("/w/ada/organizations").await;
    assert!(page.contains("Undone: “Ada” is not deleted.") && page.contains("Contoso"));
    let again = browser.post("/w/ada/restore", &[]).await;
    assert_eq!(again.leads_to(), "/w/ada");
    let stale = confirm(&browser, delete, "Ada").await;
    assert!(stale.leads_to().starts_with("/reauthenticate"));
}

/// Whatever is asked of the deleted workspace, and whatever is sent to it.
async fn everything_leads_to_the_page(browser: &Browser) {
    let of_workspace = ROUTES
        .iter()
        .filter(|route| matches!(route.who, Who::May(_)));
    for route in of_workspace {
        if route.path.ends_with("/deleted") || route.path.ends_with("/restore") {
            continue;
        }
        let path = route.path.replace("{workspace}", "ada");
        let answer = if route.method == "GET" {
            browser.get(&path).await
        } else {
            let form = [("name", "Stolen"), ("confirmation", "Ada")];
            browser.post(&path, &form).await
        };
        assert_eq!(answer.leads_to(), DELETED, "{} {path}", route.method);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_week_there_is_no_way_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    confirm(&browser, "/w/ada/delete", "Ada").await.leads_to();
    app.database.clock.advance(GRACE);
    let email = email("Ada");
    browser.sign_in(&email, PASSWORD).await.leads_to();
    let page = browser.page(DELETED).await;
    assert!(
        page.contains("The time to undo this is over") && !page.contains(">Undo the deletion<")
    );
    let late = browser.post("/w/ada/restore", &[]).await;
    assert_eq!(late.leads_to(), DELETED);
    assert!(browser.page(DELETED).await.contains("is being removed"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_owner_is_told_of_a_deletion_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    app.colleague("Bob", &workspace.id, Role::Owner).await;
    app.colleague("Vic", &workspace.id, Role::Admin).await;
    let delete = "/w/ada/delete";
    let (first, second) = tokio::join!(
        confirm(&browser, delete, "Ada"),
        confirm(&browser, delete, "Ada")
    );
    assert_eq!(
        (first.leads_to(), second.leads_to()),
        (DELETED, DELETED),
        "sent twice"
    );
    let link = format!("{}{DELETED}", app.server.url);
    let mut told = Vec::new();
    for _ in 0..2 {
        let received = mail.next("The workspace “Ada” on Rollcall is deleted.");
        assert!(received.text.contains(&link), "{}", received.text);
        told.push(received.recipient);
    }
    told.sort();
    assert_eq!(told, ["ada@example.com", "bob@example.com"]);
    browser.post("/account/verify_email", &[]).await.leads_to();
    let last = mail.next("/links/");
    assert_eq!(last.recipient, "ada@example.com", "nobody else was told");
}
