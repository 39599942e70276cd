//! The form: sent twice, with hostile addresses, too often, where no mail goes out.

use std::time::Duration;

use rollcall_store::invitation;
use rollcall_store::throttle::{self, Key, Quota};
use rollcall_store::workspace::Role;
use rollcall_store::{Error, Options, Store};
use rstest::rstest;

use super::{invite, link_for, make_account, open, shown_link};
use crate::members::{LIST, id_of};
use crate::post_office::app_with_mail;
use crate::support::{Browser, Database, PASSWORD, TestApp, hidden, value};

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

#[rstest]
#[tokio::test]
async fn a_member_invites_so_many_a_day(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, ada) = app.signed_in("Ada").await;
    let key = Key::new("invitation", &id_of(&app, "Ada").await.to_string());
    let day = Duration::from_hours(24);
    let counted: Result<(), Error> = app
        .database
        .store
        .write(move |tx| {
            for _ in 0..200 {
                throttle::count(tx, &key, Quota::new(200, day))?;
            }
            Ok(())
        })
        .await;
    counted.unwrap();
    let refused = invite(&ada, "bob@example.com", "admin").await.with(422);
    assert!(refused.contains("Go on tomorrow.") && refused.contains("value=\"bob@example.com\""));
    assert_eq!(open(&app, &workspace.id).await, 0);
    app.database.clock.advance(day);
    ada.sign_in("ada@example.com", PASSWORD).await.leads_to();
    invite(&ada, "bob@example.com", "admin").await.with(201);
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
