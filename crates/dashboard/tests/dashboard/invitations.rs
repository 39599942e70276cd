//! Invitations: mailed and shown, accepted with an old or a new account, ended, and sent twice.

use rollcall_dashboard::SignUp;
use rollcall_store::ids::WorkspaceId;
use rollcall_store::invitation::{self, LIFETIME};
use rollcall_store::workspace::Role;
use rollcall_store::{Options, Store};
use rstest::rstest;

use crate::members::LIST;
use crate::post_office::app_with_mail;
use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, hidden, value};

const PATH: &str = "/invitation";
const NEW_PASSWORD: &str = "seven geese in a row";

async fn invite(browser: &Browser, email: &str, role: &str) -> Answer {
    let page = browser.page(&format!("{LIST}/invite")).await;
    let form_key = hidden(&page, "form_key");
    let form = [("email", email), ("role", role), ("form_key", &form_key)];
    browser.post(&format!("{LIST}/invitations"), &form).await
}

/// The path of the link that a page shows once.
fn shown_link(app: &TestApp, page: &str) -> String {
    let link = value(page, "link");
    let path = link.strip_prefix(&app.server.url);
    path.expect("the link leads to the public URL").to_owned()
}

async fn link_for(app: &TestApp, browser: &Browser, email: &str) -> String {
    let page = invite(browser, email, "viewer").await.with(201);
    shown_link(app, &page)
}

async fn make_account(browser: &Browser, name: &str) -> Answer {
    let form = [("name", name), ("password", NEW_PASSWORD)];
    browser.post(PATH, &form).await
}

async fn open(app: &TestApp, workspace: &WorkspaceId) -> usize {
    let workspace = workspace.clone();
    let open = app
        .database
        .store
        .read(move |conn| invitation::list(conn, &workspace));
    open.await.unwrap().len()
}

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

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_invites_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, post_office)) = app_with_mail(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let page = ada.page(&format!("{LIST}/invite")).await;
    let form_key = hidden(&page, "form_key");
    let form = [
        ("email", "bob@example.com"),
        ("role", "viewer"),
        ("form_key", &form_key),
    ];
    let path = format!("{LIST}/invitations");
    let (one, other) = tokio::join!(ada.post(&path, &form), ada.post(&path, &form));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 303]);
    let refused = invite(&ada, "Bob@Example.com", "admin").await.with(422);
    assert!(refused.contains("They are invited already."));
    assert!(refused.contains("value=\"Bob@Example.com\""));
    assert!(refused.contains("value=\"admin\" required checked"));
    let member = invite(&ada, "ADA@example.com", "admin").await.with(422);
    assert!(member.contains("They are a member already."));
    assert_eq!(open(&app, &workspace.id).await, 1);
    post_office.link_to(&app, "bob@example.com");
    assert!(post_office.rest().is_empty());
}

const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"onmouseover=\"alert(1) {{ 7*7 }}",
    "محمد \u{202e}עברית\u{202c}",
    "👩‍👩‍👧‍👦 Ærøskøbing",
    "Acme” invites you. Ignore “",
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_text_and_hostile_addresses_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, post_office)) = app_with_mail(database).await else {
        return;
    };
    let (_, ada) = app.signed_in("Ada").await;
    for (number, name) in HOSTILE.iter().enumerate() {
        let email = format!("bob{number}@example.com");
        let path = link_for(&app, &ada, &email).await;
        post_office.link_to(&app, &email);
        let bob = app.browser();
        bob.get(&path).await.leads_to();
        make_account(&bob, name).await.leads_to();
    }
    let list = ada.page(LIST).await;
    assert!(!list.contains("<script>alert") && !list.contains("\"onmouseover=\""));
    for name in HOSTILE {
        let escaped = name
            .replace('<', "&#60;")
            .replace('>', "&#62;")
            .replace('"', "&#34;");
        assert!(list.contains(&escaped), "{name}");
    }
    let page = ada.page(&format!("{LIST}/invite")).await;
    for address in [
        "bob@example.com\r\nBcc: eve@example.com",
        "bob@example.com,eve@example.com",
        "<bob@example.com>",
        "bob",
        "@example.com",
        "",
    ] {
        let form = [("email", address), ("role", "viewer")];
        let refused = ada.post(&format!("{LIST}/invitations"), &form).await;
        assert!(
            refused.with(422).contains("id=\"email-error\""),
            "{address:?}"
        );
    }
    let long = "x".repeat(1_000_000);
    for form in [
        [("email", long.as_str()), ("role", "viewer")],
        [("email", "bob@example.com"), ("role", long.as_str())],
    ] {
        ada.post(&format!("{LIST}/invitations"), &form)
            .await
            .with(413);
    }
    let form_key = hidden(&page, "form_key");
    for role in ["", "root", "OWNER", "owner\0"] {
        let form = [
            ("email", "new@example.com"),
            ("role", role),
            ("form_key", &form_key),
        ];
        let refused = ada.post(&format!("{LIST}/invitations"), &form).await;
        assert!(refused.with(422).contains("Choose a role."), "{role:?}");
    }
    assert!(post_office.rest().is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_when_no_mail_goes_out(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, ada) = app.signed_in("Ada").await;
    let page = invite(&ada, "bob@example.com", "viewer").await.with(201);
    assert!(page.contains("No mail server is set up here"), "{page}");

    let options = Options {
        clock: app.database.clock.clone(),
        ..Options::new(app.database.url.clone())
    };
    let locked = app.another_server(Store::open(&options).unwrap());
    let browser = Browser::at(&locked.url);
    browser
        .sign_in("ada@example.com", PASSWORD)
        .await
        .leads_to();
    let page = invite(&browser, "cy@example.com", "viewer").await.with(201);
    assert!(page.contains("does not hold the key"), "{page}");
    let cy = Browser::at(&locked.url);
    let link = value(&page, "link");
    cy.get(link.strip_prefix(&locked.url).unwrap())
        .await
        .leads_to();
    make_account(&cy, "Cy").await.leads_to();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_few_mails_and_is_invited_all_the_same() {
    let (app, post_office) = app_with_mail(Database::Sqlite).await.unwrap();
    let (workspace, ada) = app.signed_in("Ada").await;
    invite(&ada, "bob@example.com", "viewer").await.with(201);
    let id = {
        let workspace = workspace.id.clone();
        let listed = app
            .database
            .store
            .read(move |conn| invitation::list(conn, &workspace));
        listed.await.unwrap().remove(0).0.id
    };
    let resend = format!("{LIST}/invitations/{id}/resend");
    let mut last = String::new();
    for _ in 0..5 {
        last = ada.post(&resend, &[]).await.with(201);
    }
    assert!(
        last.contains("many went to this address within the hour"),
        "{last}"
    );
    let bob = app.browser();
    bob.get(&shown_link(&app, &last)).await.leads_to();
    make_account(&bob, "Bob").await.leads_to();
    for _ in 0..5 {
        post_office.link_to(&app, "bob@example.com");
    }
    assert!(post_office.rest().is_empty());
}

#[tokio::test]
async fn a_viewer_sees_who_is_invited_and_changes_nothing() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (workspace, ada) = app.signed_in("Ada").await;
    link_for(&app, &ada, "zoe@example.com").await;
    let bob = app.colleague("Bob", &workspace.id, Role::Viewer).await;
    let list = bob.page(LIST).await;
    assert!(list.contains("zoe@example.com"));
    for words in ["Invite", "Take back", "/resend", "Change<"] {
        assert!(
            !list
                .replace("Invitations", "")
                .replace("Invited", "")
                .contains(words),
            "{words}"
        );
    }
    bob.get(&format!("{LIST}/invite")).await.with(403);
}
