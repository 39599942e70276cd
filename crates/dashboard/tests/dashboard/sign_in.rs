use std::time::Duration;

use reqwest::Method;
use rstest::rstest;

use crate::support::{Answer, Browser, Database, PASSWORD, SESSION, TestApp, email};

/// A page's text without what differs by nature: the address that was typed.
fn without(page: &str, typed: &str) -> String {
    page.replace(typed, "")
}

#[rstest]
#[tokio::test]
async fn the_right_password_opens_the_workspace(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.member("Ada").await;
    let browser = app.browser();
    assert_eq!(browser.get("/").await.leads_to(), "/login");
    let page = browser.page("/login").await;
    for part in [">Email</label>", ">Password</label>", ">Sign in</button>"] {
        assert!(page.contains(part), "{part}");
    }

    let answer = browser.sign_in(" ADA@example.com", PASSWORD).await;
    assert_eq!(answer.leads_to(), "/");
    let cookie = &answer.set_cookies()[0];
    for flag in ["__Host-", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{flag} in {cookie}");
    }
    assert!(
        !cookie.contains("Domain") && !cookie.contains("Max-Age"),
        "{cookie}"
    );
    assert_eq!(browser.get("/").await.leads_to(), "/w/ada/organizations");
    assert_eq!(browser.get("/login").await.leads_to(), "/");
    assert!(
        browser
            .page("/w/ada/organizations")
            .await
            .contains("Sign out")
    );
}

#[rstest]
#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.member("Ada").await;
    let browser = app.browser();
    let wrong = browser.sign_in("ada@example.com", "wrong").await.with(422);
    let unknown = browser.sign_in("eve@example.com", "wrong").await.with(422);
    assert!(wrong.contains("do not belong together"));
    assert_eq!(
        without(&wrong, "ada@example.com"),
        without(&unknown, "eve@example.com")
    );
    assert_eq!(browser.cookie(SESSION), None);
}

#[tokio::test]
async fn a_password_of_any_length_is_just_wrong() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    for password in ["", "x", &"x".repeat(10_000)[..], "\0\u{202e}🦀"] {
        let page = browser.sign_in("ada@example.com", password).await.with(422);
        assert!(page.contains("do not belong together"));
    }
}

#[rstest]
#[tokio::test]
async fn each_sign_in_is_a_new_session_and_sign_out_ends_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let first = browser.cookie(SESSION).unwrap();
    browser.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    let second = browser.cookie(SESSION).unwrap();
    assert_ne!(first, second);
    let thief = app.browser();
    thief.set_cookie(SESSION, &first);
    assert!(
        thief
            .get("/w/ada/organizations")
            .await
            .leads_to()
            .starts_with("/login")
    );

    assert_eq!(browser.post("/logout", &[]).await.leads_to(), "/login");
    assert_eq!(browser.cookie(SESSION), None);
    thief.set_cookie(SESSION, &second);
    assert!(
        thief
            .get("/w/ada/organizations")
            .await
            .leads_to()
            .starts_with("/login")
    );
}

#[rstest]
#[tokio::test]
async fn a_session_ends_when_it_is_not_used(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    for _ in 0..3 {
        app.database.clock.advance(Duration::from_hours(23));
        browser.page("/w/ada/organizations").await;
    }
    // A page that refreshes itself does not count as use.
    app.database.clock.advance(Duration::from_hours(20));
    let refresh = browser
        .request(Method::GET, "/w/ada/organizations")
        .header("hx-request", "true");
    assert_eq!(browser.send(refresh).await.status, 200);
    app.database.clock.advance(Duration::from_hours(5));
    let answer = browser.get("/w/ada/organizations").await;
    assert!(answer.leads_to().starts_with("/login"));
}

#[tokio::test]
async fn the_way_back_leads_to_the_page_that_was_wanted_and_to_no_other_site() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    let wanted = "/w/ada/organizations?q=x%26y";
    let login = browser.get(wanted).await.leads_to().to_owned();
    let page = browser.page(&login).await;
    assert!(page.contains(&format!("name=\"next\" value=\"{wanted}\"")));
    for (next, leads_to) in [
        (wanted, wanted),
        ("https://evil.example.net/", "/"),
        ("//evil.example.net/", "/"),
        ("/\\evil.example.net/", "/"),
        ("", "/"),
    ] {
        let email = email("Ada");
        let form = [
            ("email", email.as_str()),
            ("password", PASSWORD),
            ("next", next),
        ];
        assert_eq!(browser.post("/login", &form).await.leads_to(), leads_to);
    }
}

#[tokio::test]
async fn a_script_is_sent_to_sign_in_by_a_header() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    let request = browser
        .request(Method::GET, "/w/ada/organizations")
        .header("hx-request", "true");
    let answer = browser.send(request).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers["hx-redirect"], "/login");
}

async fn attempts(browser: &Browser, email: &str, count: usize) -> Answer {
    for _ in 1..count {
        let answer = browser.sign_in(email, "wrong").await;
        assert_eq!(answer.status, 422);
    }
    browser.sign_in(email, "wrong").await
}

#[tokio::test]
async fn guessing_at_an_account_is_slowed_down_whether_it_exists_or_not() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    for email in ["ada@example.com", "eve@example.com"] {
        let refused = attempts(&browser, email, 11).await;
        let wait: u64 = refused.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((60..=90).contains(&wait), "{wait}");
        assert!(refused.with(429).contains("<h1>Too many attempts</h1>"));
    }
    let right = browser.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(right.status, 429, "not even the right password passes");
}

#[rstest]
#[tokio::test]
async fn who_guesses_elsewhere_locks_nobody_out_of_their_own_browser(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, own) = app.signed_in("Ada").await;
    own.post("/logout", &[]).await.leads_to();
    let thief = app.browser();
    assert_eq!(attempts(&thief, "ada@example.com", 10).await.status, 429);
    own.sign_in("ada@example.com", "mistyped").await.with(422);
    assert_eq!(
        own.sign_in("ada@example.com", PASSWORD).await.leads_to(),
        "/"
    );
    // Another account from this browser counts as from anywhere.
    app.member("Eve").await;
    assert_eq!(attempts(&thief, "eve@example.com", 11).await.status, 429);
    own.sign_in("eve@example.com", PASSWORD).await.with(429);
    // And the browser itself may not guess for ever.
    own.post("/logout", &[]).await.leads_to();
    assert_eq!(attempts(&own, "ada@example.com", 8).await.status, 422);
    own.sign_in("ada@example.com", "wrong").await.with(429);
    app.database.clock.advance(Duration::from_secs(90));
    assert_eq!(
        own.sign_in("ada@example.com", PASSWORD).await.leads_to(),
        "/"
    );
}

#[rstest]
#[tokio::test]
async fn a_restart_forgives_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.member("Ada").await;
    let refused = attempts(&app.browser(), "ada@example.com", 11).await;
    assert_eq!(refused.status, 429);
    let app = app.restarted();
    let browser = app.browser();
    browser.sign_in("ada@example.com", PASSWORD).await.with(429);
    app.database.clock.advance(Duration::from_secs(90));
    browser
        .sign_in("ada@example.com", PASSWORD)
        .await
        .leads_to();
}

#[tokio::test]
async fn guessing_at_many_accounts_from_one_address_is_slowed_down() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    for number in 0..30 {
        let answer = browser.sign_in(&format!("{number}@example.com"), "x").await;
        assert_eq!(answer.status, 422, "{number}");
    }
    let answer = browser.sign_in("31@example.com", "x").await;
    assert_eq!(answer.status, 429);
}

#[tokio::test]
async fn a_trial_without_tls_gets_plain_cookies() {
    let app = TestApp::start_with(Database::Sqlite, |settings| {
        settings.insecure_cookies = true;
    })
    .await
    .unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    let answer = browser.sign_in("ada@example.com", PASSWORD).await;
    let cookie = &answer.set_cookies()[0];
    assert!(cookie.starts_with("rollcall_session="), "{cookie}");
    assert!(
        cookie.contains("HttpOnly") && !cookie.contains("Secure"),
        "{cookie}"
    );
    browser.page("/w/ada/organizations").await;
}

#[tokio::test]
async fn browsers_are_told_to_keep_to_tls_where_the_public_url_does() {
    for (public_url, told) in [
        ("https://rollcall.example.com", Some("max-age=31536000")),
        ("http://rollcall.example.com", None),
    ] {
        let app = TestApp::start_with(Database::Sqlite, |settings| {
            settings.public_url = public_url.to_owned();
        });
        let app = app.await.unwrap();
        let browser = app.browser();
        for path in ["/setup", "/nothing"] {
            let answer = browser.get(path).await;
            let header = answer.headers.get("strict-transport-security");
            assert_eq!(header.map(|value| value.to_str().unwrap()), told, "{path}");
        }
    }
}

#[tokio::test]
async fn the_chosen_colours_are_on_the_page_from_the_start() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let home = "/w/ada/organizations";
    assert!(browser.page(home).await.contains("data-theme=\"system\""));
    let answer = browser
        .post("/theme", &[("theme", "dark"), ("next", home)])
        .await;
    assert_eq!(answer.leads_to(), home);
    assert!(browser.page(home).await.contains("data-theme=\"dark\""));
    let answer = browser
        .post("/theme", &[("theme", "\"><b>"), ("next", "//x")])
        .await;
    assert_eq!(answer.leads_to(), "/");
    assert!(browser.page(home).await.contains("data-theme=\"system\""));
}
