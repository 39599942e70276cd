//! One's own account: the forgotten password, the address, sessions.

use std::time::Duration;

use reqwest::Method;
use rollcall_dashboard::{Mail, SignUp};
use rstest::rstest;

use crate::post_office::{PostOffice, app_with_mail};
use crate::support::{Browser, Database, PASSWORD, SESSION, TestApp, email};

const NEW_PASSWORD: &str = "a new horse battery";

async fn forgot(browser: &Browser, email: &str) -> String {
    let answer = browser.post("/forgot_password", &[("email", email)]).await;
    answer.with(200)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_a_mailed_link_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, elsewhere) = app.signed_in("Ada").await;
    let browser = app.browser();
    let login = browser.page("/login").await;
    assert!(login.contains("href=\"/forgot_password\""));
    let answer = forgot(&browser, " ADA@example.com ").await;
    assert!(answer.contains("a mail with a link is on its way"));
    let link = mail.link_to(&app, "ada@example.com");

    assert_eq!(browser.get(&link).await.leads_to(), "/reset_password");
    let page = browser.page("/reset_password").await;
    assert!(page.contains("ada@example.com") && !page.contains("rc_link_"));
    let weak = browser
        .post("/reset_password", &[("password", "adaada12")])
        .await;
    assert!(weak.with(422).contains("id=\"password-error\""));
    let set = [("password", NEW_PASSWORD)];
    assert_eq!(
        browser.post("/reset_password", &set).await.leads_to(),
        "/login"
    );
    assert!(
        browser
            .page("/login")
            .await
            .contains("Sign in with the new one")
    );
    mail.next("Your password was changed");

    assert!(
        elsewhere
            .get("/account")
            .await
            .leads_to()
            .starts_with("/login"),
        "all sessions have ended"
    );
    let again = browser.get(&link).await.with(410);
    assert!(again.contains("<h1>This link does not work any more</h1>"));
    browser.sign_in(&email("Ada"), PASSWORD).await.with(422);
    let signed_in = browser.sign_in(&email("Ada"), NEW_PASSWORD).await;
    assert_eq!(signed_in.leads_to(), "/");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_whether_there_is_an_account(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    app.member("Ada").await;
    let browser = app.browser();
    let unknown = forgot(&browser, "eve@example.com").await;
    let known = forgot(&browser, "ada@example.com").await;
    assert_eq!(
        unknown.replace("eve@example.com", ""),
        known.replace("ada@example.com", "")
    );
    // The later mail is there, so the earlier one was never sent.
    mail.link_to(&app, "ada@example.com");
    assert!(mail.rest().is_empty());
    browser.get("/sign_up").await.with(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_leads_to_the_public_url_whatever_the_browser_says() {
    let (app, mail) = app_with_mail(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    let request = browser
        .request(Method::POST, "/forgot_password")
        .header("sec-fetch-site", "same-origin")
        .header("host", "evil.example.net")
        .header("x-forwarded-host", "evil.example.net")
        .form(&[("email", "ada@example.com")]);
    assert_eq!(browser.send(request).await.status, 200);
    mail.link_to(&app, "ada@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_are_late_foreign_or_mangled_say_so() {
    let (app, mail) = app_with_mail(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    forgot(&browser, "ada@example.com").await;
    let link = mail.link_to(&app, "ada@example.com");
    for mangled in [
        &link[..link.len() - 1],
        "/links/x",
        "/links/%00",
        "/links/rc_link_",
    ] {
        browser.get(mangled).await.with(410);
    }
    for page in ["/reset_password", "/confirm_email"] {
        browser.get(page).await.with(410);
    }
    browser.get(&link).await.leads_to();
    browser.get("/confirm_email").await.with(410);
    app.database.clock.advance(Duration::from_mins(30));
    let late = browser
        .post("/reset_password", &[("password", NEW_PASSWORD)])
        .await;
    late.with(410);
    browser.sign_in(&email("Ada"), PASSWORD).await.leads_to();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_address_counts_once_a_link_proved_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    assert!(browser.page("/account").await.contains("Not confirmed"));
    let asked = browser.post("/account/verify_email", &[]).await;
    assert_eq!(asked.leads_to(), "/account");
    let link = mail.link_to(&app, "ada@example.com");
    assert_eq!(browser.get(&link).await.leads_to(), "/confirm_email");
    assert!(
        browser.page("/account").await.contains("Not confirmed"),
        "a look is no proof"
    );
    browser.post("/confirm_email", &[]).await.leads_to();
    assert!(browser.page("/account").await.contains(">Confirmed<"));

    let change = [("email", "ada@example.org")];
    browser.post("/account/email", &change).await.leads_to();
    let link = mail.link_to(&app, "ada@example.org");
    let stranger = app.browser();
    stranger
        .sign_in("ada@example.org", PASSWORD)
        .await
        .with(422);
    browser.get(&link).await.leads_to();
    assert!(
        browser
            .page("/confirm_email")
            .await
            .contains("ada@example.org")
    );
    browser.post("/confirm_email", &[]).await.leads_to();
    let told = mail.next("Your address was changed");
    assert_eq!(told.recipient, "ada@example.com");
    stranger
        .sign_in("ada@example.com", PASSWORD)
        .await
        .with(422);
    assert_eq!(
        stranger
            .sign_in("ada@example.org", PASSWORD)
            .await
            .leads_to(),
        "/"
    );
    let same = browser.post("/account/email", &change).await.with(422);
    assert!(same.contains("This is your address already"));
}

#[rstest]
#[tokio::test]
async fn a_changed_password_ends_the_other_sessions(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let elsewhere = app.browser();
    elsewhere.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    let change = |current: &'static str| {
        [
            ("current_password", current),
            ("new_password", NEW_PASSWORD),
        ]
    };
    let refused = browser.post("/account/password", &change("wrong")).await;
    assert!(refused.with(422).contains("This is not your password"));
    elsewhere.page("/account").await;
    let before = browser.cookie(SESSION);
    let changed = browser.post("/account/password", &change(PASSWORD)).await;
    assert_eq!(changed.leads_to(), "/account");
    assert_ne!(browser.cookie(SESSION), before);
    browser.page("/account").await;
    assert!(
        elsewhere
            .get("/account")
            .await
            .leads_to()
            .starts_with("/login")
    );
    elsewhere.sign_in(&email("Ada"), PASSWORD).await.with(422);
}

#[rstest]
#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_member_alone(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let phone = app.browser();
    let request = phone
        .request(Method::POST, "/login")
        .header("sec-fetch-site", "same-origin")
        .header(
            "user-agent",
            "Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1",
        )
        .form(&[("email", "ada@example.com"), ("password", PASSWORD)]);
    phone.send(request).await.leads_to();
    let page = browser.page("/account").await;
    for part in ["Safari on iPhone", "127.0.0.1", "this one", "just now"] {
        assert!(page.contains(part), "{part}");
    }
    let (_, after) = page
        .split_once("action=\"/account/sessions/session_")
        .unwrap();
    let end = format!(
        "/account/sessions/session_{}",
        after.split_once('"').unwrap().0
    );
    let (_, eve) = app.signed_in("Eve").await;
    eve.post(&end, &[]).await.with(404);
    phone.page("/account").await;
    assert_eq!(browser.post(&end, &[]).await.leads_to(), "/account");
    assert!(phone.get("/account").await.leads_to().starts_with("/login"));
    browser.post(&end, &[]).await.with(404);

    phone.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    browser
        .post("/account/sessions/end_others", &[])
        .await
        .leads_to();
    assert!(phone.get("/account").await.leads_to().starts_with("/login"));
    assert!(
        browser
            .page("/account")
            .await
            .contains("Signed out 1 session elsewhere")
    );
    eve.page("/account").await;
}

async fn ask_to_sign_up(browser: &Browser, email: &str) -> String {
    let answer = browser.post("/sign_up", &[("email", email)]).await;
    answer.with(200)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_open_installation_makes_accounts_for_who_reads_their_mail(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let open = TestApp::start_with(database, |settings| {
        settings.sign_up = SignUp::Open;
        settings.mail = Mail::Sent;
    });
    let Some(app) = open.await else { return };
    let mail = PostOffice::of(&app);
    app.member("Ada").await;
    let browser = app.browser();
    assert!(browser.page("/login").await.contains("href=\"/sign_up\""));
    let taken = ask_to_sign_up(&browser, "ada@example.com").await;
    let told = mail.next("You have one already");
    assert_eq!(told.recipient, "ada@example.com");
    let free = ask_to_sign_up(&browser, "mira@example.com").await;
    assert_eq!(
        taken.replace("ada@example.com", ""),
        free.replace("mira@example.com", "")
    );
    let link = mail.link_to(&app, "mira@example.com");
    assert_eq!(browser.get(&link).await.leads_to(), "/sign_up/finish");
    let form = [
        ("name", "Mira"),
        ("password", PASSWORD),
        ("workspace", "Northwind"),
    ];
    let made = browser.post("/sign_up/finish", &form).await;
    assert_eq!(made.leads_to(), "/w/northwind/organizations");
    assert!(browser.page("/account").await.contains(">Confirmed<"));
    let again = app.browser();
    again.get(&link).await.with(410);
}

#[tokio::test]
async fn without_a_mail_server_the_pages_say_where_mail_is() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let answer = forgot(&app.browser(), "ada@example.com").await;
    assert!(answer.contains("No mail server is set up here"));
    assert!(
        browser
            .page("/account")
            .await
            .contains("No mail server is set up here")
    );
}
