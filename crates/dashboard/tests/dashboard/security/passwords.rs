//! Passwords of every length, in every form that takes one.

use rstest::rstest;

use crate::post_office::app_with_mail;
use crate::support::{Browser, Database, PASSWORD, TestApp, email};

/// Shorter and longer than any, and such as databases and C programs stumble over.
fn odd() -> Vec<String> {
    let odd = ["", "x", "\0", " ", "\u{202e}\u{feff}\r\n"];
    // As many bytes of them as a form may have would be refused unread.
    let long = ["x".repeat(10_000), "🦀".repeat(5_000)];
    odd.into_iter().map(str::to_owned).chain(long).collect()
}

/// Sends a form with odd passwords: each time the page comes back, without the password.
async fn refuses_calmly(browser: &Browser, path: &str, fields: &[(&str, &str)], name: &str) {
    for password in odd() {
        let form = [fields, &[(name, password.as_str())]].concat();
        let answer = browser.post(path, &form).await;
        let page = answer.with(422);
        assert!(page.contains("<h1"), "{path}");
        let is_telling = password.trim().len() > 1;
        assert!(
            !is_telling || !page.contains(&password),
            "{path} repeats it"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn odd_passwords_are_refused_calmly_by_every_form(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let setup = [
        ("code", "x"),
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("workspace", "Northwind"),
    ];
    refuses_calmly(&app.browser(), "/setup", &setup, "password").await;
    let (_, browser) = app.signed_in("Ada").await;
    let ada = email("Ada");
    let stranger = app.browser();
    refuses_calmly(&stranger, "/login", &[("email", &ada)], "password").await;
    refuses_calmly(&browser, "/reauthenticate", &[], "password").await;
    app.database
        .clock
        .advance(std::time::Duration::from_hours(1));
    let current = [("current_password", PASSWORD)];
    refuses_calmly(&browser, "/account/password", &current, "new_password").await;
    app.database
        .clock
        .advance(std::time::Duration::from_hours(1));
    let new = [("new_password", "a new horse battery")];
    refuses_calmly(&browser, "/account/password", &new, "current_password").await;
    stranger
        .post("/forgot_password", &[("email", &ada)])
        .await
        .with(200);
    let link = mail.link_to(&app, &ada);
    stranger.get(&link).await.leads_to();
    refuses_calmly(&stranger, "/reset_password", &[], "password").await;
    app.database
        .clock
        .advance(std::time::Duration::from_hours(1));
    app.browser().sign_in(&ada, PASSWORD).await.leads_to();
}

/// Passwords count as they were typed: no cutting, folding, trimming or rules of composition.
#[rstest]
#[case::letters_alone("correct horse battery")]
#[case::digits_alone("8265109347720")]
#[case::blanks_around("  quite a long way  ")]
#[case::not_ascii("ünïcödé schlüssel 🦀")]
#[case::the_longest_there_is(&LONGEST)]
#[tokio::test(flavor = "multi_thread")]
async fn a_password_counts_as_it_was_typed(#[case] password: &str) {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let form = [("current_password", PASSWORD), ("new_password", password)];
    browser.post("/account/password", &form).await.leads_to();
    let ada = email("Ada");
    let mut last_changed: Vec<char> = password.chars().collect();
    let last = last_changed.len() - 1;
    last_changed[last] = if last_changed[last] == 'x' { 'y' } else { 'x' };
    let last_changed: String = last_changed.into_iter().collect();
    let others = [
        password.to_uppercase(),
        password.trim().to_owned(),
        format!("{password} "),
        last_changed,
    ];
    for other in others.iter().filter(|other| *other != password) {
        app.browser().sign_in(&ada, other).await.with(422);
        app.database
            .clock
            .advance(std::time::Duration::from_mins(10));
    }
    app.browser().sign_in(&ada, password).await.leads_to();
}

/// The fields of a page whose name says that a password goes in.
fn password_fields(page: &str) -> Vec<&str> {
    let inputs = page.split("<input").skip(1);
    let inputs = inputs.map(|rest| rest.split('>').next().unwrap());
    let is_asked = |input: &&str| input.contains("password\"") && input.contains(" name=");
    inputs.filter(is_asked).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_for_passwords_are_masked_and_take_a_manager() {
    let (app, mail) = app_with_mail(Database::Sqlite).await.unwrap();
    let setup = app.browser().page("/setup").await;
    let (_, browser) = app.signed_in("Ada").await;
    let stranger = app.browser();
    let ada = email("Ada");
    stranger
        .post("/forgot_password", &[("email", &ada)])
        .await
        .with(200);
    stranger.get(&mail.link_to(&app, &ada)).await.leads_to();
    let pages = [
        setup,
        stranger.page("/login").await,
        stranger.page("/reset_password").await,
        browser.page("/account").await,
        browser.page("/reauthenticate").await,
    ];
    for page in pages {
        let fields = password_fields(&page);
        assert!(!fields.is_empty(), "{page}");
        for field in fields {
            assert!(field.contains("type=\"password\""), "{field}");
            let named = ["current-password", "new-password"];
            let named = named.map(|name| format!("autocomplete=\"{name}\""));
            assert!(named.iter().any(|name| field.contains(name)), "{field}");
            assert!(
                !field.contains("maxlength"),
                "it would cut what is pasted: {field}"
            );
        }
    }
}

const LONGEST: &str = "It takes one hundred and twenty-eight characters, which this sentence has got, to be the longest password that anyone can choose";

#[test]
fn the_longest_is_the_longest() {
    assert_eq!(LONGEST.chars().count(), 128);
}
