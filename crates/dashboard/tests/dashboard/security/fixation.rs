//! A session that somebody else knows of must never become somebody's own.

use std::time::Duration;

use rollcall_store::session;
use rstest::rstest;

use crate::post_office::{PostOffice, app_with_mail};
use crate::support::{Browser, Database, PASSWORD, SESSION, TestApp, email};
use crate::two_factor::enrol;
use rollcall_dashboard::{Mail, SignUp};
use rollcall_testkit::one_time_code;

const NEW_PASSWORD: &str = "a new horse battery";
const PLANTED: &str = "rc_session_planted_by_somebody_else";

/// Whether a cookie opens anything.
async fn opens(app: &TestApp, cookie: &str) -> bool {
    let thief = app.browser();
    thief.set_cookie(SESSION, cookie);
    thief.get("/account").await.status == 200
}

/// Does something and fails unless the browser then has a session whose cookie is new, while the
/// one from before opens nothing.
async fn renews(app: &TestApp, browser: &Browser, what: &str, done: impl AsyncFnOnce()) {
    let before = browser.cookie(SESSION).unwrap_or_default();
    done().await;
    let after = browser.cookie(SESSION).unwrap_or_default();
    assert_ne!(before, after, "{what}");
    assert!(opens(app, &after).await, "{what}");
    assert!(!opens(app, &before).await, "the cookie before {what}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_somebody_planted_is_never_taken_up(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.member("Ada").await;
    // One that never was, and the attacker's own that works.
    let (_, eve) = app.signed_in("Eve").await;
    for planted in [PLANTED.to_owned(), eve.cookie(SESSION).unwrap()] {
        let victim = app.browser();
        victim.set_cookie(SESSION, &planted);
        victim.sign_in(&email("Ada"), PASSWORD).await.leads_to();
        let own = victim.cookie(SESSION).unwrap();
        assert_ne!(own, planted);
        assert!(victim.page("/account").await.contains(&email("Ada")));
        let thief = app.browser();
        thief.set_cookie(SESSION, &planted);
        let seen = thief.get("/account").await;
        assert!(!seen.body.contains(&email("Ada")), "{}", seen.body);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_rise_of_rights_is_a_new_cookie_and_the_end_of_the_old(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, _mail)) = app_with_mail(database).await else {
        return;
    };
    let browser = app.browser();
    browser.set_cookie(SESSION, PLANTED);
    app.member("Ada").await;
    let ada = email("Ada");
    renews(&app, &browser, "signing in", async || {
        browser.sign_in(&ada, PASSWORD).await.leads_to();
    })
    .await;
    renews(&app, &browser, "signing in again", async || {
        browser.sign_in(&ada, PASSWORD).await.leads_to();
    })
    .await;
    renews(&app, &browser, "giving the password again", async || {
        let form = [("password", PASSWORD)];
        browser.post("/reauthenticate", &form).await.leads_to();
    })
    .await;
    renews(&app, &browser, "a new password", async || {
        let form = [
            ("current_password", PASSWORD),
            ("new_password", NEW_PASSWORD),
        ];
        browser.post("/account/password", &form).await.leads_to();
    })
    .await;
    let mut seed = String::new();
    renews(&app, &browser, "a second factor", async || {
        seed = enrol(&app, &browser).await.seed;
    })
    .await;
    app.database.clock.advance(Duration::from_mins(1));
    renews(&app, &browser, "signing in with both", async || {
        let way = browser.sign_in(&ada, NEW_PASSWORD).await;
        assert!(way.leads_to().starts_with("/login/code"));
        let code = one_time_code(&seed, app.database.store.now());
        browser
            .post("/login/code", &[("code", &code)])
            .await
            .leads_to();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_and_a_new_one_begin_with_a_cookie_of_their_own() {
    let app = TestApp::start_with(Database::Sqlite, |settings| {
        settings.sign_up = SignUp::Open;
        settings.mail = Mail::Sent;
    });
    let app = app.await.unwrap();
    let mail = PostOffice::of(&app);
    let code = app.setup_code().await;
    let browser = app.browser();
    browser.set_cookie(SESSION, PLANTED);
    renews(&app, &browser, "the first account", async || {
        let form = [
            ("code", code.as_str()),
            ("name", "Ada"),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("workspace", "Northwind"),
        ];
        browser.post("/setup", &form).await.leads_to();
    })
    .await;
    let other = app.browser();
    other.set_cookie(SESSION, PLANTED);
    let asked = other
        .post("/sign_up", &[("email", "mira@example.com")])
        .await;
    assert_eq!(asked.status, 200);
    let link = mail.link_to(&app, "mira@example.com");
    other.get(&link).await.leads_to();
    renews(&app, &other, "a new account", async || {
        let form = [
            ("name", "Mira"),
            ("password", PASSWORD),
            ("workspace", "Fabrikam"),
        ];
        other.post("/sign_up/finish", &form).await.leads_to();
    })
    .await;
}

/// Signing out ends the session where it is kept, not only in the browser that asked.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_leaves_nothing_to_come_back_to(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let page = browser.get("/w/ada/organizations").await;
    assert_eq!(
        page.headers["cache-control"], "no-store",
        "nor by going back"
    );
    assert!(page.body.contains("action=\"/logout\""), "on every page");
    let cookie = browser.cookie(SESSION).unwrap();
    browser.post("/logout", &[]).await.leads_to();
    assert_eq!(browser.cookie(SESSION), None);
    assert!(!opens(&app, &cookie).await);
    // Nor is a page that was open a way back in.
    let old = app.browser();
    old.set_cookie(SESSION, &cookie);
    let form = [("name", "Contoso")];
    let answer = old.post("/w/ada/organizations", &form).await;
    assert!(answer.leads_to().starts_with("/login"));
    old.post("/logout", &[]).await.leads_to();
}

/// Whoever is always there is asked again after a week, by day or by night.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_use_ends_after_its_longest_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let pause = Duration::from_hours(12);
    let mut lasted = Duration::ZERO;
    while browser.get("/account").await.status == 200 {
        app.database.clock.advance(pause);
        lasted += pause;
        assert!(lasted <= session::ABSOLUTE, "still there after {lasted:?}");
        // To give the password again makes a session fresh, not young.
        if lasted == session::ABSOLUTE / 2 {
            let form = [("password", PASSWORD)];
            browser.post("/reauthenticate", &form).await.leads_to();
        }
    }
    assert_eq!(lasted, session::ABSOLUTE);
}
