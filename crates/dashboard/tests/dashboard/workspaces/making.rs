//! Making workspaces, and going from one to another.

use rollcall_store::workspace::Role;
use rstest::rstest;

use super::create;
use crate::organizations;
use crate::support::{Database, PASSWORD, TestApp, hidden, value};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_makes_another_workspace_and_goes_from_one_to_the_other(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    organizations::create(&browser, "Contoso").await;
    let home = create(&browser, "  Acme staging  ").await;
    assert_eq!(home, "/w/acme-staging/organizations");
    let page = browser.page(&home).await;
    assert!(page.contains("Created the workspace “Acme staging”. It is yours."));
    assert!(
        !page.contains("Contoso"),
        "nothing crosses from one to the other"
    );
    let (_, menu) = page.split_once("id=\"workspaces\"").unwrap();
    let (menu, _) = menu.split_once("</nav>").unwrap();
    assert!(menu.contains("<a href=\"/w/ada\"><bdi>Ada</bdi></a>"));
    assert!(
        menu.contains("<a href=\"/w/acme-staging\" aria-current=\"true\"><bdi>Acme staging</bdi>")
    );
    assert!(menu.contains("href=\"/workspaces/new\"") && menu.contains("href=\"/workspaces\""));
    let list = browser.page("/workspaces").await;
    assert_eq!(list.matches("<th scope=\"row\">").count(), 2);
    assert_eq!(list.matches(">owner<").count(), 2);
    assert_eq!(
        browser.get("/").await.leads_to(),
        "/w/ada/organizations",
        "the oldest is where one starts"
    );

    let (_, stranger) = app.signed_in("Eve").await;
    stranger.get(&home).await.with(404);
    assert!(!stranger.page("/workspaces").await.contains("Acme staging"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_makes_one_workspace(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let page = browser.page("/workspaces/new").await;
    let key = hidden(&page, "form_key");
    let form = [("name", "Staging"), ("form_key", key.as_str())];
    let (first, second) = tokio::join!(
        browser.post("/workspaces", &form),
        browser.post("/workspaces", &form)
    );
    assert_eq!(first.leads_to(), "/w/staging/organizations");
    assert_eq!(second.leads_to(), "/w/staging/organizations");
    let list = browser.page("/workspaces").await;
    assert_eq!(list.matches("<th scope=\"row\">").count(), 2);

    let (_, other) = app.signed_in("Eve").await;
    other.post("/workspaces", &form).await.with(404);
    let list = other.page("/workspaces").await;
    assert_eq!(
        list.matches("<th scope=\"row\">").count(),
        1,
        "a key that was somebody else's makes nothing"
    );
}

#[tokio::test]
async fn names_are_shown_as_they_are_written() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    for (name, shown) in [
        (
            "<script>alert(1)</script>\"'&",
            "&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;",
        ),
        ("شركة \u{202e}evil", "شركة \u{202e}evil"),
        ("🦄 Ünïcørn", "🦄 Ünïcørn"),
        ("../../etc/passwd", "../../etc/passwd"),
    ] {
        let home = create(&browser, name).await;
        assert!(home.starts_with("/w/") && !home.contains(".."), "{home}");
        for path in [
            &home,
            &home.replace("organizations", "settings"),
            "/workspaces",
        ] {
            let page = browser.page(path).await;
            assert!(
                page.contains(&format!("<bdi>{shown}</bdi>")),
                "{name}: {path}"
            );
            assert!(!page.contains("<script>alert"), "{path}");
        }
    }
    let long = "x".repeat(201);
    for (name, error) in [
        (" ", "Enter a name for the workspace."),
        (long.as_str(), "Use at most 200 characters."),
        ("a\nb", "Use one line of ordinary characters."),
    ] {
        for path in ["/workspaces", "/w/ada/rename"] {
            let page = browser.post(path, &[("name", name)]).await.with(422);
            assert!(page.contains(error), "{error}");
            assert_eq!(value(&page, "name").trim(), name.trim());
        }
    }
    let large = "x".repeat(1024 * 1024);
    for path in [
        "/workspaces",
        "/w/ada/rename",
        "/w/ada/settings",
        "/w/ada/delete",
    ] {
        let answer = browser.post(path, &[("name", &large)]).await;
        assert!(answer.with(413).contains("Too large"), "{path}");
    }
    browser.post("/workspaces", &[]).await.with(422);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_installation_lets_owners_alone_make_workspaces(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let closed = |settings: &mut rollcall_dashboard::Settings| {
        settings.sign_up = rollcall_dashboard::SignUp::Closed;
    };
    let Some(app) = TestApp::start_with(database, closed).await else {
        return;
    };
    let (_, owner) = app.signed_in("Ada").await;
    assert_eq!(create(&owner, "Staging").await, "/w/staging/organizations");
    app.member_as("Eve", Role::Admin).await;
    let admin = app.browser();
    admin.sign_in("eve@example.com", PASSWORD).await.leads_to();
    let refused = admin.get("/workspaces/new").await.with(403);
    assert!(refused.contains("This installation is closed") && !refused.contains("form_key"));
    admin
        .post("/workspaces", &[("name", "Mine")])
        .await
        .with(403);
    for path in ["/workspaces", "/w/eve/organizations"] {
        let page = admin.page(path).await;
        assert!(
            !page.contains("/workspaces/new") && !page.contains("Mine"),
            "{path}"
        );
    }
}
