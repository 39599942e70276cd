//! What the link leads to, and when it leads nowhere.

use rollcall_dashboard::SignUp;
use rollcall_store::invitation::{self, LIFETIME};
use rstest::rstest;

use super::{PATH, invite, link_for, make_account, open, shown_link};
use crate::members::LIST;
use crate::post_office::app_with_mail;
use crate::support::{Database, PASSWORD, TestApp, hidden};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_makes_an_account_by_the_mailed_link(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, post_office)) = app_with_mail(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let answer = invite(&ada, " bob@example.com ", "operator").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let page = answer.with(201);
    assert!(
        page.contains("A mail with the link is on its way."),
        "{page}"
    );
    let list = ada.page(LIST).await;
    assert!(list.contains("bob@example.com") && list.contains("by Ada") && list.contains("in 7 d"));

    let mail = post_office.next("/links/");
    assert_eq!(mail.recipient, "bob@example.com");
    assert!(
        mail.text
            .contains("Ada (ada@example.com) invites you to the workspace “Ada”")
    );
    assert!(mail.text.contains("as an operator"));
    let path = mail.link().strip_prefix(&app.server.url).unwrap();
    assert_eq!(path, shown_link(&app, &page));
    let bob = app.browser();
    assert_eq!(bob.get(path).await.leads_to(), PATH);
    let page = bob.page(PATH).await;
    for text in [
        "Ada</b> invites",
        "bob@example.com",
        "as an operator",
        "Create account",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let weak = [("name", "Bob"), ("password", "password1")];
    let refused = bob.post(PATH, &weak).await.with(422);
    assert!(refused.contains("first that are guessed") && refused.contains("value=\"Bob\""));
    assert!(!refused.contains("password1"), "no secret comes back");

    let joined = make_account(&bob, "Bob").await;
    assert_eq!(joined.leads_to(), "/w/ada/organizations");
    let page = bob.page("/w/ada/organizations").await;
    assert!(page.contains("Welcome to “Ada”.") && page.contains("New organization"));
    assert!(bob.page("/account").await.contains("Not confirmed"));
    assert_eq!(open(&app, &workspace.id).await, 0);
    app.browser().get(path).await.with(410);
    bob.get(PATH).await.with(410);
    assert!(
        ada.page("/w/ada/audit-log")
            .await
            .contains("Accepted the invitation")
    );
    assert!(post_office.rest().is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_account_signs_in_and_joins(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) =
        TestApp::start_with(database, |settings| settings.sign_up = SignUp::Closed).await
    else {
        return;
    };
    let (_, ada) = app.signed_in("Ada").await;
    app.member("Bob").await;
    let path = link_for(&app, &ada, "BOB@example.com").await;
    let bob = app.browser();
    bob.get(&path).await.leads_to();
    assert!(
        bob.page(PATH)
            .await
            .contains("There is an account with this address.")
    );
    let way = make_account(&bob, "Bob").await.leads_to().to_owned();
    assert_eq!(way, "/login?next=%2Finvitation");
    assert!(bob.page(&way).await.contains("value=\"/invitation\""));
    let form = [
        ("email", "bob@example.com"),
        ("password", PASSWORD),
        ("next", PATH),
    ];
    assert_eq!(bob.post("/login", &form).await.leads_to(), PATH);
    let page = bob.page(PATH).await;
    let slug = hidden(&page, "workspace");
    let join = [("workspace", slug.as_str())];
    let (one, other) = tokio::join!(bob.post(PATH, &join), bob.post(PATH, &join));
    for answer in [one, other] {
        assert_eq!(answer.leads_to(), "/w/ada/organizations", "sent twice");
    }
    bob.page("/w/ada/organizations").await;
    bob.page("/w/bob/organizations").await;
    assert!(!bob.page(LIST).await.contains("Invite a member"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_invitation_is_for_its_address_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let (_, eve) = app.signed_in("Eve").await;
    let path = link_for(&app, &ada, "bob@example.com").await;
    eve.get(&path).await.leads_to();
    assert!(
        eve.page(PATH)
            .await
            .contains("You are signed in as eve@example.com.")
    );
    let refused = eve.post(PATH, &[("workspace", "ada")]).await.with(422);
    assert!(refused.contains("for another address"));
    eve.get("/w/ada/organizations").await.with(404);
    assert_eq!(open(&app, &workspace.id).await, 1);
}

#[tokio::test]
async fn where_nobody_makes_accounts_the_page_says_so() {
    let closed = |settings: &mut rollcall_dashboard::Settings| settings.sign_up = SignUp::Closed;
    let app = TestApp::start_with(Database::Sqlite, closed).await.unwrap();
    let (workspace, ada) = app.signed_in("Ada").await;
    let path = link_for(&app, &ada, "bob@example.com").await;
    let bob = app.browser();
    bob.get(&path).await.leads_to();
    assert!(
        bob.page(PATH)
            .await
            .contains("none can be made on this installation")
    );
    let refused = make_account(&bob, "Bob").await.with(422);
    assert!(refused.contains("none can be made on this installation"));
    assert_eq!(open(&app, &workspace.id).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn links_that_are_old_replaced_revoked_or_mangled_lead_nowhere(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let first = link_for(&app, &ada, "bob@example.com").await;
    let (bob, late) = (app.browser(), app.browser());
    bob.get(&first).await.leads_to();
    let id = {
        let workspace = workspace.id.clone();
        let listed = app
            .database
            .store
            .read(move |conn| invitation::list(conn, &workspace));
        listed.await.unwrap().remove(0).0.id
    };
    let action = |action: &str| format!("{LIST}/invitations/{id}/{action}");
    let page = ada.post(&action("resend"), &[]).await.with(201);
    let second = shown_link(&app, &page);
    let gone = bob.get(&first).await.with(410);
    assert!(gone.contains("This link does not work any more"));
    // The page that it led to is no help either.
    make_account(&bob, "Bob").await.with(410);
    for mangled in [
        second.to_uppercase(),
        second[..second.len() - 1].to_owned(),
        format!("{second}%00"),
        "/links/rc_invite_".to_owned(),
        format!("/links/{}", "x".repeat(10_000)),
    ] {
        let status = bob.get(&mangled).await.status;
        assert!([404, 410].contains(&status.as_u16()), "{mangled}: {status}");
    }
    late.get(&second).await.leads_to();
    app.database.clock.advance(LIFETIME);
    late.get(&second).await.with(410);
    make_account(&late, "Bob").await.with(410);
    ada.sign_in("ada@example.com", PASSWORD).await.leads_to();
    assert!(ada.page(LIST).await.contains("Expired</span>"));
    let page = ada.post(&action("resend"), &[]).await.with(201);
    let third = shown_link(&app, &page);
    let revoked = ada.post(&action("revoke"), &[]).await;
    assert_eq!(revoked.leads_to(), LIST);
    assert!(
        ada.page(LIST)
            .await
            .contains("Took the invitation of bob@example.com back.")
    );
    late.get(&third).await.with(410);
    for again in ["resend", "revoke"] {
        ada.post(&action(again), &[]).await.with(404);
    }
}
