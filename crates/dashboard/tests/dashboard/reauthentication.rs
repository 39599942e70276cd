//! The password again, before what is dangerous.

use reqwest::Method;
use rollcall_store::session;
use rstest::rstest;

use crate::support::{Database, PASSWORD, SESSION, TestApp};

#[rstest]
#[tokio::test]
async fn what_is_dangerous_asks_for_the_password_after_ten_minutes(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    app.database.clock.advance(session::FRESH);
    let form = [("name", "Production"), ("lifetime", "never")];
    let request = browser
        .request(Method::POST, "/w/ada/api_keys")
        .header("sec-fetch-site", "same-origin")
        .header("referer", format!("{}/w/ada/api_keys/new", app.server.url))
        .form(&form);
    let way = browser.send(request).await.leads_to().to_owned();
    assert_eq!(way, "/reauthenticate?next=%2Fw%2Fada%2Fapi%5Fkeys%2Fnew");
    assert!(!browser.page("/w/ada/api_keys").await.contains("Production"));
    assert!(
        browser
            .page(&way)
            .await
            .contains("value=\"/w/ada/api_keys/new\"")
    );

    let next = ("next", "/w/ada/api_keys/new");
    let wrong = browser
        .post("/reauthenticate", &[("password", "wrong"), next])
        .await;
    assert!(wrong.with(422).contains("This is not your password"));
    let before = browser.cookie(SESSION).unwrap();
    let right = browser
        .post("/reauthenticate", &[("password", PASSWORD), next])
        .await;
    assert_eq!(right.leads_to(), "/w/ada/api_keys/new");
    let thief = app.browser();
    thief.set_cookie(SESSION, &before);
    assert!(thief.get("/account").await.leads_to().starts_with("/login"));
    browser.post("/w/ada/api_keys", &form).await.with(201);
}

#[tokio::test]
async fn asking_again_leads_to_no_other_site_and_does_not_hide_what_is_not_there() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    app.signed_in("Eve").await;
    app.database.clock.advance(session::FRESH);
    let elsewhere = browser
        .request(Method::POST, "/w/ada/api_keys")
        .header("sec-fetch-site", "same-origin")
        .header("referer", "https://evil.example.net/w/ada")
        .form(&[("name", "x")]);
    assert_eq!(
        browser.send(elsewhere).await.leads_to(),
        "/reauthenticate?next=%2F"
    );
    browser
        .post("/w/eve/api_keys", &[("name", "x")])
        .await
        .with(404);
}
