//! Links and codes work once: a second time, from two browsers at once, and in another place.

use std::time::Duration;

use rollcall_testkit::one_time_code;
use rstest::rstest;

use crate::post_office::app_with_mail;
use crate::support::{Browser, Database, PASSWORD, SESSION, TestApp, email};
use crate::two_factor::enrol;

/// How many browsers try at once.
const AT_ONCE: usize = 5;

fn browsers(app: &TestApp) -> Vec<Browser> {
    (0..AT_ONCE).map(|_| app.browser()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_a_new_password_sets_one_of_many_passwords(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    app.member("Ada").await;
    let ada = email("Ada");
    let asked = app
        .browser()
        .post("/forgot_password", &[("email", &ada)])
        .await;
    assert_eq!(asked.status, 200);
    let link = mail.link_to(&app, &ada);
    let all = browsers(&app);
    for browser in &all {
        assert_eq!(browser.get(&link).await.leads_to(), "/reset_password");
    }
    let passwords: Vec<String> = (0..AT_ONCE)
        .map(|n| format!("battery {n} of horses"))
        .collect();
    let resets = all.iter().zip(&passwords).map(async |(browser, password)| {
        let answer = browser
            .post("/reset_password", &[("password", password)])
            .await;
        answer.status.as_u16()
    });
    let mut statuses = futures_util::future::join_all(resets).await;
    let place = statuses.iter().position(|status| *status == 303).unwrap();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410]);
    let mut working = 0;
    for password in &passwords {
        app.database.clock.advance(Duration::from_mins(10));
        let answer = app.browser().sign_in(&ada, password).await;
        working += usize::from(answer.status == 303);
    }
    assert_eq!(working, 1);
    app.browser()
        .sign_in(&ada, &passwords[place])
        .await
        .leads_to();
    mail.next("Your password was changed");
    assert!(
        mail.rest()
            .iter()
            .all(|mail| !mail.text.contains("Your password was changed"))
    );
}

/// Who reads the mail has the password, and still not the second factor.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_by_mail_keeps_the_second_factor(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let seed = enrol(&app, &browser).await.seed;
    let (ada, thief) = (email("Ada"), app.browser());
    thief
        .post("/forgot_password", &[("email", &ada)])
        .await
        .with(200);
    thief.get(&mail.link_to(&app, &ada)).await.leads_to();
    let password = "a new horse battery";
    let form = [("password", password)];
    let reset = thief.post("/reset_password", &form).await;
    assert_eq!(reset.leads_to(), "/login", "and not signed in");
    assert!(thief.get("/account").await.leads_to().starts_with("/login"));
    let way = thief.sign_in(&ada, password).await;
    assert!(way.leads_to().starts_with("/login/code"));
    assert!(thief.get("/account").await.leads_to().starts_with("/login"));
    app.database.clock.advance(Duration::from_mins(1));
    let code = one_time_code(&seed, app.database.store.now());
    thief
        .post("/login/code", &[("code", &code)])
        .await
        .leads_to();
}

/// Using one link ends all others of its kind, and a new password ends the links to change the address.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_used_link_takes_its_siblings_along(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, signed_in) = app.signed_in("Ada").await;
    let (ada, browser) = (email("Ada"), app.browser());
    let mut links = Vec::new();
    for _ in 0..2 {
        browser
            .post("/forgot_password", &[("email", &ada)])
            .await
            .with(200);
        links.push(mail.link_to(&app, &ada));
    }
    let change = [("email", "eve@example.net")];
    signed_in.post("/account/email", &change).await.leads_to();
    let to_change = mail.link_to(&app, "eve@example.net");
    browser.get(&links[1]).await.leads_to();
    let form = [("password", "a new horse battery")];
    browser.post("/reset_password", &form).await.leads_to();
    for link in links.iter().chain([&to_change]) {
        app.browser().get(link).await.with(410);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_confirm_an_address_is_used_up(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let change = [("email", "ada@example.org")];
    browser.post("/account/email", &change).await.leads_to();
    let link = mail.link_to(&app, "ada@example.org");
    let all = browsers(&app);
    for browser in &all {
        browser.get(&link).await.leads_to();
    }
    let confirmations = all.iter().map(async |browser| {
        let answer = browser.post("/confirm_email", &[]).await;
        answer.status.as_u16()
    });
    let mut statuses = futures_util::future::join_all(confirmations).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410]);
    browser.get(&link).await.with(410);
}

/// The same code at five second steps at once: one of them signs in.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_lets_one_of_many_in(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let enrolled = enrol(&app, &browser).await;
    app.database.clock.advance(Duration::from_mins(1));
    let one_time = one_time_code(&enrolled.seed, app.database.store.now());
    for code in [one_time, enrolled.recovery_codes[0].clone()] {
        let all = browsers(&app);
        for browser in &all {
            let way = browser.sign_in(&email("Ada"), PASSWORD).await;
            assert!(way.leads_to().starts_with("/login/code"));
        }
        let steps = all.iter().map(async |browser| {
            let answer = browser.post("/login/code", &[("code", &code)]).await;
            // Whoever comes after the one that got in finds no way there any more.
            let way = answer.headers.get("location").map(|way| way == "/");
            assert!(answer.status == 422 || way.is_some(), "{answer:?}");
            way == Some(true)
        });
        let got_in = futures_util::future::join_all(steps).await;
        assert_eq!(got_in.iter().filter(|inside| **inside).count(), 1);
        let inside = all
            .iter()
            .filter(|browser| browser.cookie(SESSION).is_some());
        assert_eq!(inside.count(), 1);
        app.database.clock.advance(Duration::from_mins(10));
    }
}

/// A code that was used in one place counts in no other, nor does an earlier one.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_once_wherever_it_is_given(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let seed = enrol(&app, &browser).await.seed;
    let step = Duration::from_secs(30);
    // Given to switch it on.
    let used = one_time_code(&seed, app.database.store.now());
    let again = async |code: &str| {
        let form = [("password", PASSWORD), ("code", code)];
        browser.post("/reauthenticate", &form).await
    };
    again(&used).await.with(422);
    app.database.clock.advance(step);
    let skipped = one_time_code(&seed, app.database.store.now());
    app.database.clock.advance(step);
    let next = one_time_code(&seed, app.database.store.now());
    again(&next).await.leads_to();
    // The one before it is within the tolerance for clocks, and was never used.
    let other = app.browser();
    other.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    for late in [&skipped, &next, &used] {
        other.post("/login/code", &[("code", late)]).await.with(422);
    }
    // A code ends one step after its own.
    app.database.clock.advance(2 * step);
    let old = one_time_code(&seed, app.database.store.now());
    app.database.clock.advance(2 * step);
    other.post("/login/code", &[("code", &old)]).await.with(422);
    let fresh = one_time_code(&seed, app.database.store.now());
    other
        .post("/login/code", &[("code", &fresh)])
        .await
        .leads_to();
}

/// What stands between password and code opens nothing by itself, ends, and belongs to one account.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_between_password_and_code_ends() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let seed = enrol(&app, &browser).await.seed;
    let half = app.browser();
    half.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    assert!(half.get("/account").await.leads_to().starts_with("/login"));
    app.database.clock.advance(Duration::from_mins(10));
    let code = one_time_code(&seed, app.database.store.now());
    let late = half.post("/login/code", &[("code", &code)]).await;
    assert_eq!(late.leads_to(), "/login");
    // Without any password there is no second step.
    let skips = app.browser().post("/login/code", &[("code", &code)]).await;
    assert_eq!(skips.leads_to(), "/login");
}
