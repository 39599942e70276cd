use rollcall_store::member;
use rstest::rstest;

use crate::support::{Browser, Database, PASSWORD, SESSION, TestApp, value};

async fn create(browser: &Browser, code: &str, password: &str) -> crate::support::Answer {
    let form = [
        ("code", code),
        ("name", "Mira"),
        ("email", "mira@example.com"),
        ("password", password),
        ("workspace", "Acme <EU>"),
    ];
    browser.post("/setup", &form).await
}

#[rstest]
#[tokio::test]
async fn the_printed_code_makes_the_first_account_and_nothing_else_does(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let browser = app.browser();
    assert_eq!(browser.get("/").await.leads_to(), "/setup");
    assert_eq!(browser.get("/login").await.leads_to(), "/setup");
    let page = browser.page("/setup").await;
    for label in ["Setup code", "Name", "Email", "Password", "Workspace name"] {
        assert!(page.contains(&format!(">{label}</label>")), "{label}");
    }
    let code = app.setup_code().await;

    let refused = create(&browser, "not-the-code", PASSWORD).await.with(422);
    assert!(refused.contains("not the code that the server printed"));
    assert_eq!(value(&refused, "email"), "mira@example.com");
    assert!(!refused.contains(PASSWORD));
    assert!(!app.database.store.read(member::any).await.unwrap());

    // Typed from a terminal: blanks around it and capitals do not matter.
    let made = create(&browser, &format!(" {} ", code.to_uppercase()), PASSWORD).await;
    assert_eq!(made.leads_to(), "/w/acme-eu/organizations");
    assert!(browser.cookie(SESSION).is_some());
    let page = browser.page("/w/acme-eu/organizations").await;
    assert!(page.contains("Welcome. The workspace “Acme &#60;EU&#62;” is yours."));
    assert!(page.contains("No organizations yet"));
    let again = browser.page("/w/acme-eu/organizations").await;
    assert!(!again.contains("Welcome"), "a message shows once");
}

#[rstest]
#[tokio::test]
async fn there_is_only_one_first_account(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.member("Ada").await;
    let code = app.setup_code().await;
    let browser = app.browser();
    assert_eq!(browser.get("/setup").await.leads_to(), "/login");
    assert_eq!(create(&browser, &code, PASSWORD).await.leads_to(), "/login");
    assert_eq!(browser.cookie(SESSION), None);
}

#[tokio::test]
async fn what_is_missing_is_said_beside_its_field() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let browser = app.browser();
    let page = create(&browser, "", "short").await.with(422);
    assert!(page.contains("id=\"code-error\">Enter the code"));
    assert!(page.contains("id=\"password-error\">Use 8 to 128 characters"));
    assert!(page.contains("<a href=\"#password\">"), "a summary on top");
    assert!(!page.contains("short\""));
    let form = [
        ("code", "x"),
        ("name", " "),
        ("email", "no at sign"),
        ("password", PASSWORD),
        ("workspace", "a\nb"),
    ];
    let page = browser.post("/setup", &form).await.with(422);
    for error in ["name-error", "email-error", "workspace-error"] {
        assert!(page.contains(error), "{error}");
    }
}
