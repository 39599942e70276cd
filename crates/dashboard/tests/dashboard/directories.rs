use rstest::rstest;

use crate::organizations::create as create_organization;
use crate::support::{Browser, Database, TestApp, hidden, value};

const OKTA: &str = "okta scim v1.1";

struct Made {
    path: String,
    endpoint: String,
    token: String,
}

async fn send(browser: &Browser, organization: &str) -> (crate::support::Answer, String) {
    let page = browser
        .page(&format!("{organization}/directories/new"))
        .await;
    let key = hidden(&page, "form_key");
    let form = [
        ("provider", OKTA),
        ("name", "Okta"),
        ("form_key", key.as_str()),
    ];
    let answer = browser
        .post(&format!("{organization}/directories"), &form)
        .await;
    (answer, key)
}

async fn create(browser: &Browser, organization: &str) -> Made {
    let (answer, _) = send(browser, organization).await;
    let page = answer.with(201);
    Made {
        path: connect_page(&page).trim_end_matches("/connect").to_owned(),
        endpoint: value(&page, "endpoint"),
        token: value(&page, "token"),
    }
}

fn connect_page(page: &str) -> String {
    let (_, rest) = page.split_once("data-replace-url=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[rstest]
#[tokio::test]
async fn a_directory_shows_its_token_once_and_only_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let organization = create_organization(&browser, "Contoso").await;
    let form = browser
        .page(&format!("{organization}/directories/new"))
        .await;
    assert!(form.contains("<label for=\"provider\">Directory Provider</label>"));
    assert!(form.contains("<option value=\"okta scim v1.1\">Okta SCIM v1.1</option>"));
    assert_eq!(value(&form, "name"), "Contoso");

    let (answer, key) = send(&browser, &organization).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let page = answer.with(201);
    let (endpoint, token) = (value(&page, "endpoint"), value(&page, "token"));
    assert!(
        endpoint.starts_with(&format!("{}/scim/v1.1/", app.server.url)),
        "{endpoint}"
    );
    assert!(token.starts_with("rc_scim_"), "{token}");
    assert!(page.contains("id=\"token\" type=\"password\" readonly"));
    assert_eq!(page.matches(&token).count(), 1);

    // A reload sends the same form again.
    let again = [
        ("provider", OKTA),
        ("name", "Okta"),
        ("form_key", key.as_str()),
    ];
    let again = browser
        .post(&format!("{organization}/directories"), &again)
        .await;
    assert_eq!(again.leads_to(), connect_page(&page));
    let connect = browser.page(&connect_page(&page)).await;
    assert!(connect.contains(&endpoint));
    assert!(!connect.contains(&token));
    assert!(connect.contains(&format!("rc_scim_…{}", &token[token.len() - 4..])));
    let organization = browser.page(&organization).await;
    assert_eq!(organization.matches("<th scope=\"row\">").count(), 1);
    assert!(
        organization.contains("Waiting for the first request") && !organization.contains(&token)
    );
}

#[rstest]
#[tokio::test]
async fn pages_of_a_directory_without_okta_do_not_speak_of_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let organization = create_organization(&browser, "Contoso").await;
    let form = browser
        .page(&format!("{organization}/directories/new"))
        .await;
    let key = hidden(&form, "form_key");
    let sent = [
        ("provider", "generic scim v1.1"),
        ("name", "Contoso HR"),
        ("form_key", key.as_str()),
    ];
    let made = browser
        .post(&format!("{organization}/directories"), &sent)
        .await
        .with(201);
    assert!(!made.contains("Okta") && made.contains("Choose SCIM 1.1"));
    let connect = connect_page(&made);
    let directory = connect.strip_suffix("/connect").unwrap();
    for tab in ["", "/groups", "/activity", "/connect", "/settings"] {
        let page = browser.page(&format!("{directory}{tab}")).await;
        assert!(!page.contains("Okta"), "{tab}");
    }
}

#[rstest]
#[tokio::test]
async fn a_directory_is_renamed_and_deleted_by_its_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let organization = create_organization(&browser, "Contoso").await;
    let directory = create(&browser, &organization).await;
    assert_ne!(
        directory.endpoint,
        create(&browser, &organization).await.endpoint
    );
    assert!(!directory.token.is_empty());

    let renamed = browser
        .post(
            &format!("{}/rename", directory.path),
            &[("name", "Okta EU")],
        )
        .await;
    assert_eq!(renamed.leads_to(), format!("{}/settings", directory.path));
    assert!(
        browser
            .page(&directory.path)
            .await
            .contains("<h1>Okta EU</h1>")
    );
    let delete = format!("{}/delete", directory.path);
    let refused = browser
        .post(&delete, &[("confirmation", "Okta")])
        .await
        .with(422);
    assert!(refused.contains("Type “Okta EU” exactly"));
    let deleted = browser.post(&delete, &[("confirmation", "Okta EU")]).await;
    assert_eq!(deleted.leads_to(), organization);
    assert_eq!(browser.get(&directory.path).await.status, 404);
    let page = browser.page(&organization).await;
    assert_eq!(
        page.matches("<th scope=\"row\">").count(),
        1,
        "the other one stays"
    );
}

#[tokio::test]
async fn an_unknown_provider_is_refused() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let organization = create_organization(&browser, "Contoso").await;
    let path = format!("{organization}/directories");
    for provider in ["", "entra scim v2.0"] {
        let form = [("provider", provider), ("name", "Kept")];
        let page = browser.post(&path, &form).await.with(422);
        assert!(page.contains("Choose the identity provider"), "{provider}");
        assert_eq!(value(&page, "name"), "Kept");
    }
    assert!(
        browser
            .page(&organization)
            .await
            .contains("No directory yet")
    );
}
