//! What a workspace decides.

use std::time::Duration;

use rollcall_store::session;
use rollcall_store::workspace::Role;
use rollcall_testkit::one_time_code;
use rstest::rstest;

use super::{SETTINGS, create};
use crate::support::{Browser, Database, PASSWORD, TestApp, hidden, value};
use crate::two_factor::enrol;

/// The settings form as the page has it, with one field changed.
async fn decisions(browser: &Browser, path: &str, change: (&str, &str)) -> Vec<(String, String)> {
    let page = browser.page(path).await;
    let mut form = vec![
        ("deactivated_users".to_owned(), "keep".to_owned()),
        ("seen".to_owned(), hidden(&page, "seen")),
    ];
    for name in [
        "event_retention_days",
        "endpoint_host",
        "webhook_deliveries_per_second",
    ] {
        form.push((name.to_owned(), value(&page, name)));
    }
    form.retain(|(name, _)| name != change.0);
    form.push((change.0.to_owned(), change.1.to_owned()));
    form
}

fn pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_decides_and_a_stale_page_overwrites_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    let stale = decisions(&browser, SETTINGS, ("event_retention_days", "7")).await;
    app.database.clock.advance(Duration::from_secs(1));
    let mut form = decisions(&browser, SETTINGS, ("event_retention_days", " 30 ")).await;
    form.retain(|(name, _)| name != "deactivated_users");
    form.extend([
        ("deactivated_users".to_owned(), "delete".to_owned()),
        ("webhook_in_order".to_owned(), "1".to_owned()),
    ]);
    let saved = browser.post(SETTINGS, &pairs(&form)).await;
    assert_eq!(saved.leads_to(), SETTINGS);
    let page = browser.page(SETTINGS).await;
    assert!(page.contains("Saved the settings of “Ada”."));
    assert_eq!(value(&page, "event_retention_days"), "30");
    assert!(page.contains("value=\"delete\" checked"));
    assert!(page.contains("name=\"webhook_in_order\" value=\"1\" checked"));

    let page = browser.post(SETTINGS, &pairs(&stale)).await.with(422);
    assert!(page.contains("Somebody changed this workspace after you opened the page"));
    assert_eq!(value(&page, "event_retention_days"), "7", "it is kept");
    assert!(
        value(&browser.page(SETTINGS).await, "event_retention_days") == "30",
        "nothing was overwritten"
    );
    let mut again = stale.clone();
    again.retain(|(name, _)| name != "seen");
    again.push(("seen".to_owned(), hidden(&page, "seen")));
    browser.post(SETTINGS, &pairs(&again)).await.leads_to();

    let viewer = app.colleague("Vic", &workspace.id, Role::Viewer).await;
    let page = viewer.page(SETTINGS).await;
    assert_eq!(value(&page, "event_retention_days"), "7");
    assert!(!page.contains(">Save<") && !page.contains("Delete workspace"));
}

#[tokio::test]
async fn refused_decisions_come_back_with_what_is_wrong() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    for (field, wrong, error) in [
        ("deactivated_users", "eat", "Choose what becomes of them."),
        (
            "event_retention_days",
            "0",
            "a whole number from 1 to 3,650",
        ),
        (
            "event_retention_days",
            "<b>",
            "a whole number from 1 to 3,650",
        ),
        ("webhook_deliveries_per_second", "1.5", "from 1 to 1,000"),
        ("endpoint_host", "https://x", "is not the name of a host"),
        ("endpoint_host", "127.0.0.1", "is not the name of a host"),
        (
            "endpoint_host",
            "\u{202e}\"><img>",
            "is not the name of a host",
        ),
    ] {
        let form = decisions(&browser, SETTINGS, (field, wrong)).await;
        let page = browser.post(SETTINGS, &pairs(&form)).await.with(422);
        assert!(page.contains(error), "{error}: {page}");
        if field != "deactivated_users" {
            let shown = wrong
                .replace('<', "&#60;")
                .replace('>', "&#62;")
                .replace('"', "&#34;");
            assert_eq!(value(&page, field), shown);
        }
    }
    create(&browser, "Other").await;
    let other = "/w/other/settings";
    let host = ("endpoint_host", "scim.acme.example");
    let form = decisions(&browser, other, host).await;
    browser.post(other, &pairs(&form)).await.leads_to();
    let form = decisions(&browser, SETTINGS, host).await;
    let page = browser.post(SETTINGS, &pairs(&form)).await.with(422);
    assert!(page.contains("Another workspace has this host name."));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_has_a_second_factor_asks_it_of_everybody(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    let colleague = app.colleague("Vic", &workspace.id, Role::Admin).await;
    let decide = "/w/ada/second_factor";
    colleague
        .post(decide, &[("required", "yes")])
        .await
        .with(403);
    let page = browser.post(decide, &[("required", "yes")]).await.with(422);
    assert!(page.contains("Set up your own two-factor sign-in first."));
    let enrolled = enrol(&app, &browser).await;
    browser.post(decide, &[]).await.with(422);
    app.database.clock.advance(session::FRESH);
    let asked = browser.post(decide, &[("required", "yes")]).await;
    assert!(asked.leads_to().starts_with("/reauthenticate"));
    colleague.page("/w/ada/organizations").await;
    let code = one_time_code(&enrolled.seed, app.database.store.now());
    browser
        .post(
            "/reauthenticate",
            &[("password", PASSWORD), ("code", &code)],
        )
        .await
        .leads_to();
    let decided = browser.post(decide, &[("required", "yes")]).await;
    assert_eq!(decided.leads_to(), SETTINGS);
    assert!(
        browser
            .page(SETTINGS)
            .await
            .contains("Leave it to each member")
    );

    for path in ["/w/ada/organizations", SETTINGS] {
        let led = colleague.get(path).await;
        assert_eq!(led.leads_to(), "/account/two_factor?required=true");
    }
    colleague.page("/w/vic/organizations").await;
    let free = browser.post(decide, &[("required", "no")]).await;
    assert_eq!(free.leads_to(), SETTINGS);
    colleague.page("/w/ada/organizations").await;
}
