use std::time::Duration;

use rollcall_store::api_key::{self, ApiKey};
use rollcall_store::ids::{ApiKeyId, Id as _, WorkspaceId};
use rollcall_store::page::PageRequest;
use rollcall_store::{Error, token};
use rstest::rstest;

use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, hidden, value};

const LIST: &str = "/w/ada/api_keys";

async fn create(browser: &Browser, name: &str, lifetime: &str) -> (Answer, String) {
    let page = browser.page(&format!("{LIST}/new")).await;
    let key = hidden(&page, "form_key");
    let form = [("name", name), ("lifetime", lifetime), ("form_key", &key)];
    (browser.post(LIST, &form).await, key)
}

async fn stored(app: &TestApp, workspace: &WorkspaceId) -> Vec<ApiKey> {
    let workspace = workspace.clone();
    let reading = app
        .database
        .store
        .read(move |conn| api_key::page(conn, &workspace, &PageRequest::first(10)));
    reading.await.unwrap().items
}

/// Writes down a use at the present time, as the REST API does.
async fn use_now(app: &TestApp, id: &ApiKeyId) {
    let (id, now) = (id.clone(), app.database.clock.now());
    let noted: Result<(), Error> = app
        .database
        .store
        .write(move |tx| api_key::touch(tx, &[(id, now)]))
        .await;
    noted.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_key_is_shown_once_and_listed_by_its_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    assert!(browser.page(LIST).await.contains("No API keys yet"));

    let (answer, form_key) = create(&browser, " Backend & <Co> ", "30d").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let page = answer.with(201);
    let secret = value(&page, "key");
    assert!(token::is_well_formed(token::API_KEY_PREFIX, &secret));
    assert!(page.contains("Authorization: Bearer YOUR_API_KEY"));
    assert!(page.contains(&format!("{}/directories", app.server.url)));

    let again = [("name", "Backend"), ("form_key", form_key.as_str())];
    let again = browser.post(LIST, &again).await;
    assert_eq!(again.leads_to(), LIST);

    let keys = stored(&app, &workspace.id).await;
    let [key] = keys.as_slice() else {
        panic!("one key: {keys:?}")
    };
    assert_eq!(key.name, "Backend & <Co>");
    let month = Duration::from_hours(30 * 24);
    assert_eq!(key.expires_at, Some(app.database.clock.now().plus(month)));
    let list = browser.page(LIST).await;
    assert!(!list.contains(&secret));
    for text in [
        "Backend &#38; &#60;Co&#62;",
        &format!("sk_…{}", &secret[secret.len() - 4..]),
        "by Ada",
        "in 30 d",
    ] {
        assert!(list.contains(text), "{text}: {list}");
    }
    app.database.clock.advance(month);
    let later = app.browser();
    later.sign_in("ada@example.com", PASSWORD).await;
    assert!(later.page(LIST).await.contains("Expired</span>"));
}

#[tokio::test]
async fn a_key_needs_a_name() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (workspace, browser) = app.signed_in("Ada").await;
    let page = create(&browser, "  ", "1y").await.0.with(422);
    assert!(page.contains("Enter what the key is for."));
    assert!(page.contains("value=\"1y\" selected"));
    assert!(stored(&app, &workspace.id).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_key_in_use_is_revoked_by_its_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    create(&browser, "Backend", "never").await.0.with(201);
    let key = stored(&app, &workspace.id).await.remove(0);
    let revoke = format!("{LIST}/{}/revoke", key.id);
    assert!(browser.page(&revoke).await.contains("It was never used."));
    use_now(&app, &key.id).await;

    let page = browser.page(&revoke).await;
    assert!(page.contains("Something will stop working."));
    let wrong = browser.post(&revoke, &[("confirmation", "backend")]).await;
    assert!(wrong.with(422).contains("Nothing was revoked."));
    assert_eq!(stored(&app, &workspace.id).await.len(), 1);

    let right = browser.post(&revoke, &[("confirmation", "Backend")]).await;
    assert_eq!(right.leads_to(), LIST);
    let list = browser.page(LIST).await;
    assert!(list.contains("Revoked the key “Backend”."));
    assert!(stored(&app, &workspace.id).await.is_empty());
    assert_eq!(browser.post(&revoke, &[]).await.status, 404);
}

#[tokio::test]
async fn a_key_that_rests_is_revoked_without_its_name() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (workspace, browser) = app.signed_in("Ada").await;
    create(&browser, "Backend", "").await.0.with(201);
    let key = stored(&app, &workspace.id).await.remove(0);
    use_now(&app, &key.id).await;
    app.database.clock.advance(Duration::from_hours(7 * 24 - 1));
    let browser = app.browser();
    browser.sign_in("ada@example.com", PASSWORD).await;
    let revoke = format!("{LIST}/{}/revoke", key.id);
    assert_eq!(browser.post(&revoke, &[]).await.status, 422);
    app.database.clock.advance(Duration::from_hours(1));
    browser.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(browser.post(&revoke, &[]).await.leads_to(), LIST);
}

#[tokio::test]
async fn another_workspaces_key_is_not_there() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (workspace, ada) = app.signed_in("Ada").await;
    let (_, eve) = app.signed_in("Eve").await;
    create(&ada, "Backend", "never").await.0.with(201);
    let key = stored(&app, &workspace.id).await.remove(0);
    let unknown: ApiKeyId = app.database.store.new_id();
    for id in [key.id.as_str(), unknown.as_str(), "api_key_x", "x"] {
        let path = format!("/w/eve/api_keys/{id}/revoke");
        assert_eq!(eve.get(&path).await.status, 404, "{path}");
        assert_eq!(eve.post(&path, &[]).await.status, 404, "{path}");
    }
    assert!(
        eve.page("/w/eve/api_keys")
            .await
            .contains("No API keys yet")
    );
    assert_eq!(stored(&app, &workspace.id).await, [key]);
}
