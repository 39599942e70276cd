//! The members page: roles, removal, and that both act at once.

use reqwest::Method;
use rollcall_store::account;
use rollcall_store::ids::{InvitationId, MemberId, WorkspaceId};
use rollcall_store::invitation;
use rollcall_store::member;
use rollcall_store::session;
use rollcall_store::workspace::Role;
use rstest::rstest;

use crate::post_office::app_with_mail;
use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, email, hidden};

pub(crate) const LIST: &str = "/w/ada/members";

/// The id of somebody's account.
pub(crate) async fn id_of(app: &TestApp, name: &str) -> MemberId {
    let email = email(name);
    let found = app
        .database
        .store
        .read(move |conn| member::find_by_email(conn, &email));
    found.await.unwrap().unwrap().0.id
}

/// An open invitation into a workspace, by somebody who may invite.
pub(crate) async fn invited(app: &TestApp, workspace: &WorkspaceId, by: &str) -> InvitationId {
    let (workspace, by) = (workspace.clone(), id_of(app, by).await);
    let made = app
        .database
        .store
        .write(move |tx| invitation::create(tx, &workspace, &by, "zoe@example.com", Role::Viewer));
    made.await.unwrap().0.id
}

async fn set_role(browser: &Browser, page: &str, from: &str, to: &str) -> Answer {
    browser
        .post(&format!("{page}/role"), &[("from", from), ("role", to)])
        .await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_changed_and_acts_with_the_next_request(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, post_office)) = app_with_mail(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let bob = app.colleague("Bob", &workspace.id, Role::Viewer).await;
    bob.get("/w/ada/api_keys/new").await.with(403);
    let list = ada.page(LIST).await;
    for text in ["bob@example.com", "viewer", "(you)"] {
        assert!(list.contains(text), "{text}: {list}");
    }
    let page = format!("{LIST}/{}", id_of(&app, "Bob").await);
    let shown = ada.page(&page).await;
    assert_eq!(hidden(&shown, "from"), "viewer");
    assert!(shown.contains("value=\"viewer\" required checked"));

    let changed = set_role(&ada, &page, "viewer", "admin").await;
    assert_eq!(changed.leads_to(), LIST);
    assert!(ada.page(LIST).await.contains("Bob is an admin now."));
    bob.page("/w/ada/api_keys/new").await;
    let mail = post_office.next("Your role in");
    assert_eq!(mail.recipient, "bob@example.com");
    assert!(mail.text.contains("you are an admin now"), "{}", mail.text);
    assert!(mail.text.contains("By Ada (ada@example.com)"));

    // Sent again, as by a reload, it changes and tells nothing.
    set_role(&ada, &page, "viewer", "admin").await.leads_to();
    let stale = set_role(&ada, &page, "viewer", "operator").await.with(422);
    assert!(stale.contains("Somebody made them an admin meanwhile"));
    assert!(stale.contains("value=\"operator\" required checked"));
    for nonsense in ["", "root", "Owner"] {
        let refused = set_role(&ada, &page, "admin", nonsense).await.with(422);
        assert!(refused.contains("Choose a role."), "{refused}");
    }
    set_role(&ada, &page, "admin", "viewer").await.leads_to();
    bob.get("/w/ada/api_keys/new").await.with(403);
    assert!(post_office.next("Your role in").text.contains("a viewer"));
    assert!(post_office.rest().is_empty());
    let log = ada
        .page("/w/ada/audit-log?action=member.role_changed")
        .await;
    assert_eq!(log.matches("Changed the role").count(), 3, "{log}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_finds_nothing_with_the_next_request(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, post_office)) = app_with_mail(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let bob = app.colleague("Bob", &workspace.id, Role::Operator).await;
    bob.page("/w/ada/organizations").await;
    let page = format!("{LIST}/{}", id_of(&app, "Bob").await);
    assert!(ada.page(&page).await.contains("Remove from the workspace"));
    let removed = ada.post(&format!("{page}/remove"), &[]).await;
    assert_eq!(removed.leads_to(), LIST);
    let list = ada.page(LIST).await;
    assert!(list.contains("Removed Bob from the workspace.") && !list.contains("bob@example"));
    for path in ["/w/ada", "/w/ada/organizations", LIST, "/w/ada/nothing"] {
        bob.get(path).await.with(404);
    }
    let form = [("name", "Stolen"), ("form_key", "")];
    bob.post("/w/ada/organizations", &form).await.with(404);
    bob.page("/w/bob/organizations").await;
    let mail = post_office.next("You were removed from");
    assert_eq!(mail.recipient, "bob@example.com");

    // What another browser still shows leads nowhere.
    ada.get(&page).await.with(404);
    ada.post(&format!("{page}/remove"), &[]).await.with(404);
    set_role(&ada, &page, "operator", "admin").await.with(404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let own = format!("{LIST}/{}", id_of(&app, "Ada").await);
    assert!(ada.page(&own).await.contains("You are the last owner"));
    let refused = set_role(&ada, &own, "owner", "viewer").await.with(422);
    assert!(refused.contains("They are the last owner."));
    let refused = ada.post(&format!("{own}/remove"), &[]).await.with(422);
    assert!(refused.contains("leave the workspace instead"));
    app.colleague("Bob", &workspace.id, Role::Owner).await;
    set_role(&ada, &own, "owner", "viewer").await.leads_to();
    ada.get(&own).await.with(403);
    assert!(!ada.page(LIST).await.contains("Invite a member"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_makes_everything_but_owners(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, _) = app.signed_in("Ada").await;
    let bob = app.colleague("Bob", &workspace.id, Role::Admin).await;
    app.colleague("Cy", &workspace.id, Role::Viewer).await;
    let ada = format!("{LIST}/{}", id_of(&app, "Ada").await);
    let cy = format!("{LIST}/{}", id_of(&app, "Cy").await);
    let page = bob.page(&ada).await;
    assert!(page.contains("An owner’s role is changed by owners") || page.contains("last owner"));
    assert!(!page.contains("Remove from the workspace"));
    assert!(!bob.page(&cy).await.contains("value=\"owner\""));
    for refused in [
        set_role(&bob, &cy, "viewer", "owner").await,
        bob.post(&format!("{ada}/remove"), &[]).await,
    ] {
        assert!(refused.with(403).contains("takes the role owner"));
    }
    set_role(&bob, &cy, "viewer", "admin").await.leads_to();
}

#[tokio::test]
async fn a_change_asks_for_the_password_after_ten_minutes() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (workspace, ada) = app.signed_in("Ada").await;
    app.colleague("Bob", &workspace.id, Role::Viewer).await;
    let invitation = invited(&app, &workspace.id, "Ada").await;
    let bob = format!("{LIST}/{}", id_of(&app, "Bob").await);
    app.database.clock.advance(session::FRESH);
    let paths = [
        format!("{bob}/role"),
        format!("{bob}/remove"),
        format!("{LIST}/invitations"),
        format!("{LIST}/invitations/{invitation}/resend"),
        format!("{LIST}/invitations/{invitation}/revoke"),
    ];
    for path in &paths {
        let request = ada
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header("referer", format!("{}{bob}", app.server.url))
            .form(&[
                ("from", "viewer"),
                ("role", "admin"),
                ("email", "x@example.com"),
            ]);
        let way = ada.send(request).await.leads_to().to_owned();
        assert!(way.starts_with("/reauthenticate?next=%2Fw%2Fada"), "{way}");
    }
    let list = ada.page(LIST).await;
    assert!(list.contains("zoe@example.com") && !list.contains("x@example.com"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_refused_like_a_wrong_password(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, post_office)) = app_with_mail(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let bob = app.colleague("Bob", &workspace.id, Role::Viewer).await;
    bob.post("/forgot_password", &[("email", "bob@example.com")])
        .await
        .with(200);
    let old_link = post_office.link_to(&app, "bob@example.com");
    let email = email("Bob");
    let disabled = app.database.store.write(move |tx| {
        let (member, _) = member::find_by_email(tx, &email)?.expect("a member");
        account::disable(tx, &member)
    });
    assert!(disabled.await.unwrap());
    assert!(bob.get("/account").await.leads_to().starts_with("/login"));
    let wrong = app.browser().sign_in("bob@example.com", "wrong").await;
    let right = app.browser().sign_in("bob@example.com", PASSWORD).await;
    assert_eq!((wrong.status, &wrong.body), (right.status, &right.body));
    assert_eq!(right.status, 422);
    app.browser().get(&old_link).await.with(410);
    let forgot = [("email", "bob@example.com")];
    app.browser()
        .post("/forgot_password", &forgot)
        .await
        .with(200);
    let forgot = [("email", "ada@example.com")];
    app.browser()
        .post("/forgot_password", &forgot)
        .await
        .with(200);
    post_office.link_to(&app, "ada@example.com");
    assert!(ada.page(LIST).await.contains("Disabled</span>"));
    assert!(
        ada.page("/w/ada/audit-log")
            .await
            .contains("Disabled the account"),
        "owners are told in the log"
    );
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (workspace, ada) = app.signed_in("Ada").await;
    for number in 10..37 {
        app.colleague(&format!("Bob{number}"), &workspace.id, Role::Viewer)
            .await;
    }
    let first = ada.page(LIST).await;
    assert!(first.contains("bob33@example.com") && !first.contains("bob34@example.com"));
    let (_, next) = first.split_once("rel=\"next\" href=\"").unwrap();
    let next = ada.page(next.split_once('"').unwrap().0).await;
    assert!(next.contains("bob34@example.com") && !next.contains("bob33@example.com"));
}
