//! The second factor, as an authenticator app and a browser see it.

use std::time::Duration;

use rollcall_testkit::one_time_code;
use rstest::rstest;

use crate::post_office::app_with_mail;
use crate::support::{Browser, Database, PASSWORD, SESSION, TestApp, email, value};

pub(crate) struct Enrolled {
    pub(crate) seed: String,
    pub(crate) recovery_codes: Vec<String>,
}

/// Switches the second factor on as its member does.
pub(crate) async fn enrol(app: &TestApp, browser: &Browser) -> Enrolled {
    let page = browser.page("/account/two_factor").await;
    let seed = value(&page, "seed");
    let code = one_time_code(&seed, app.database.store.now());
    let answer = browser
        .post("/account/two_factor/enable", &[("code", &code)])
        .await;
    let page = answer.with(201);
    let (_, rest) = page.split_once("id=\"codes\"").unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    let codes = rest.split_once("</pre>").unwrap().0;
    Enrolled {
        seed,
        recovery_codes: codes.lines().map(str::to_owned).collect(),
    }
}

/// Gives the right password and says where that leads.
async fn first_step(browser: &Browser) -> String {
    let answer = browser.sign_in(&email("Ada"), PASSWORD).await;
    answer.leads_to().to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_asks_for_a_code_that_works_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let wrong = browser.page("/account/two_factor").await;
    assert!(wrong.contains("src=\"/account/two_factor/qr.svg\""));
    let refused = browser
        .post("/account/two_factor/enable", &[("code", "000000")])
        .await;
    assert!(refused.with(422).contains("This code is not right"));
    let before = browser.cookie(SESSION);
    let enrolled = enrol(&app, &browser).await;
    assert_eq!(enrolled.recovery_codes.len(), 10);
    assert_ne!(
        browser.cookie(SESSION),
        before,
        "a rise of rights is a new cookie"
    );
    mail.next("Two-factor sign-in is on");
    assert!(
        browser
            .page("/account")
            .await
            .contains("You have 10 recovery codes left")
    );

    let other = app.browser();
    assert_eq!(first_step(&other).await, "/login/code?next=");
    assert_eq!(
        other.cookie(SESSION),
        None,
        "the password alone opens nothing"
    );
    let code = one_time_code(&enrolled.seed, app.database.store.now());
    let used = other.post("/login/code", &[("code", &code)]).await;
    assert!(used.with(422).contains("it was used before"));
    app.database.clock.advance(Duration::from_secs(30));
    let code = one_time_code(&enrolled.seed, app.database.store.now());
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let signed_in = other.post("/login/code", &[("code", &spaced)]).await;
    assert_eq!(signed_in.leads_to(), "/");
    other.page("/account").await;
    assert_eq!(
        other
            .post("/login/code", &[("code", &code)])
            .await
            .leads_to(),
        "/login",
        "the way there works once"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_stands_in_once_and_is_told_of(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let enrolled = enrol(&app, &browser).await;
    let code = enrolled.recovery_codes[0].as_str();
    let other = app.browser();
    first_step(&other).await;
    assert_eq!(
        other
            .post("/login/code", &[("code", code)])
            .await
            .leads_to(),
        "/"
    );
    mail.next("A recovery code was used");
    let third = app.browser();
    first_step(&third).await;
    third.post("/login/code", &[("code", code)]).await.with(422);

    let renewed = browser
        .post("/account/two_factor/recovery_codes", &[])
        .await;
    assert!(!renewed.with(201).contains(&enrolled.recovery_codes[1]));
    let old = enrolled.recovery_codes[1].as_str();
    third.post("/login/code", &[("code", old)]).await.with(422);
    mail.next("Your recovery codes were replaced");
    let off = browser.post("/account/two_factor/disable", &[]).await;
    assert_eq!(off.leads_to(), "/account");
    mail.next("Two-factor sign-in is off");
    assert_eq!(first_step(&app.browser()).await, "/");
}

#[tokio::test]
async fn the_picture_holds_the_key_and_is_kept_nowhere() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    browser.get("/account/two_factor/qr.svg").await.with(404);
    let page = browser.page("/account/two_factor").await;
    let again = browser.page("/account/two_factor").await;
    assert_eq!(
        value(&page, "seed"),
        value(&again, "seed"),
        "a reload keeps it"
    );
    let picture = browser.get("/account/two_factor/qr.svg").await;
    assert_eq!(picture.headers["content-type"], "image/svg+xml");
    assert_eq!(picture.headers["cache-control"], "no-store");
    assert!(picture.with(200).starts_with("<svg xmlns="));
    enrol(&app, &browser).await;
    browser.get("/account/two_factor/qr.svg").await.with(404);
    let page = browser.page("/account/two_factor").await;
    assert!(
        !page.contains("id=\"seed\""),
        "the key is shown while it is set up alone"
    );
}

#[tokio::test]
async fn guessing_at_the_code_is_slowed_down() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    enrol(&app, &browser).await;
    let thief = app.browser();
    first_step(&thief).await;
    for _ in 0..10 {
        thief
            .post("/login/code", &[("code", "000000")])
            .await
            .with(422);
    }
    thief
        .post("/login/code", &[("code", "000000")])
        .await
        .with(429);
}

#[tokio::test]
async fn asking_again_asks_for_both() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let enrolled = enrol(&app, &browser).await;
    app.database.clock.advance(Duration::from_mins(10));
    let alone = browser
        .post("/reauthenticate", &[("password", PASSWORD)])
        .await;
    assert!(alone.with(422).contains("id=\"code-error\""));
    let code = one_time_code(&enrolled.seed, app.database.store.now());
    let both = browser
        .post(
            "/reauthenticate",
            &[("password", PASSWORD), ("code", &code)],
        )
        .await;
    assert_eq!(both.leads_to(), "/");
}

#[tokio::test]
async fn where_it_is_required_nothing_is_shown_without_it() {
    let app = TestApp::start_with(Database::Sqlite, |settings| {
        settings.require_second_factor = true;
    });
    let app = app.await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    app.member("Eve").await;
    let list = "/w/ada/organizations";
    let way = browser.get(list).await.leads_to().to_owned();
    assert!(
        browser
            .page(&way)
            .await
            .contains("open only to members with two-factor sign-in")
    );
    assert_eq!(browser.post(list, &[("name", "x")]).await.leads_to(), way);
    for path in ["/workspaces", "/workspaces/new"] {
        assert_eq!(browser.get(path).await.leads_to(), way, "{path}");
    }
    let made = browser.post("/workspaces", &[("name", "x")]).await;
    assert_eq!(made.leads_to(), way);
    browser.get("/w/eve/organizations").await.with(404);
    enrol(&app, &browser).await;
    assert!(browser.page(list).await.contains("No organizations yet"));
}
