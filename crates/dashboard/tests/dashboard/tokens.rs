use std::time::Duration;

use rollcall_store::directory::{Authentication, authenticate};
use rollcall_store::token;
use rollcall_testkit::TestDirectory;
use rstest::rstest;

use crate::support::{Answer, Browser, Database, TestApp, hidden, value};

async fn start(database: Database) -> Option<(TestApp, Browser, TestDirectory, String)> {
    let app = TestApp::start(database).await?;
    let (workspace, browser) = app.signed_in("Ada").await;
    let organization = app.database.organization(&workspace, "Contoso").await;
    let directory = app
        .database
        .directory_of(&workspace, &organization, "Okta")
        .await;
    let path = format!("/w/ada/directories/{}", directory.directory.id);
    Some((app, browser, directory, path))
}

async fn second(browser: &Browser, path: &str, overlap: &str) -> (Answer, String) {
    let page = browser.page(&format!("{path}/settings")).await;
    let key = hidden(&page, "form_key");
    let form = [("overlap", overlap), ("form_key", key.as_str())];
    (browser.post(&format!("{path}/tokens"), &form).await, key)
}

async fn works(app: &TestApp, directory: &TestDirectory, token: &str) -> bool {
    let (key, hash) = (directory.directory.endpoint_key.clone(), token::hash(token));
    let now = app.database.clock.now();
    let found = app
        .database
        .store
        .read(move |conn| authenticate(conn, &key, &hash, now))
        .await;
    matches!(found.unwrap(), Authentication::Accepted { .. })
}

#[rstest]
#[case::for_a_while("1h", true)]
#[case::until_revoked("revoked", false)]
#[tokio::test]
async fn the_old_token_works_as_long_as_was_chosen(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] overlap: &str,
    #[case] expires: bool,
) {
    let Some((app, browser, directory, path)) = start(database).await else {
        return;
    };
    let (answer, key) = second(&browser, &path, overlap).await;
    let page = answer.with(201);
    let new = value(&page, "token");
    assert_ne!(new, directory.token);
    assert!(works(&app, &directory, &new).await && works(&app, &directory, &directory.token).await);

    let again = [("overlap", overlap), ("form_key", key.as_str())];
    let again = browser.post(&format!("{path}/tokens"), &again).await;
    assert_eq!(again.leads_to(), format!("{path}/connect"));
    let settings = browser.page(&format!("{path}/settings")).await;
    assert_eq!(
        settings.matches("<code class=\"nowrap\">rc_scim_…").count(),
        2
    );
    assert!(!settings.contains(&new));

    app.database.clock.advance(Duration::from_hours(1));
    assert!(works(&app, &directory, &new).await);
    assert_eq!(works(&app, &directory, &directory.token).await, !expires);
}

#[rstest]
#[tokio::test]
async fn two_may_live_and_a_revoked_one_ends_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory, path)) = start(database).await else {
        return;
    };
    second(&browser, &path, "revoked").await.0.with(201);
    let third = browser.post(&format!("{path}/tokens"), &[]).await.with(422);
    assert!(third.contains("Two tokens are live already"));

    let revoke = revoke_address(&third);
    let revoked = browser.post(&revoke, &[]).await;
    assert_eq!(revoked.leads_to(), format!("{path}/settings"));
    assert!(
        !works(&app, &directory, &directory.token).await,
        "the older one is listed first"
    );
    let suffix = &directory.token[directory.token.len() - 4..];
    let settings = browser.page(&format!("{path}/settings")).await;
    assert!(settings.contains(&format!("Revoked the token that ends in {suffix}")));
    assert_eq!(browser.post(&revoke, &[]).await.status, 404);

    let last = revoke_address(&settings);
    assert!(settings.contains("It is the only token"));
    browser.post(&last, &[]).await.leads_to();
    let settings = browser.page(&format!("{path}/settings")).await;
    assert!(settings.contains("No token works"));
    second(&browser, &path, "").await.0.with(201);
}

fn revoke_address(page: &str) -> String {
    let (before, _) = page.split_once("/revoke\"").unwrap();
    format!("{}/revoke", before.rsplit_once('"').unwrap().1)
}
