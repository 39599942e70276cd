use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::directory::Directory;
use rollcall_store::event;
use rollcall_store::ids::{ApiKeyId, WebhookDeliveryId, WebhookEndpointId};
use rollcall_store::page::PageRequest;
use rollcall_store::webhook_delivery::{self, WebhookDelivery};
use rollcall_store::webhook_endpoint::{self, New, Status, WebhookEndpoint};
use rollcall_store::workspace::Role;
use rollcall_store::{Options, Store, Timestamp};
use rstest::rstest;

use crate::events::publish;
use crate::people::filled;
use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, hidden, value};

const LIST: &str = "/w/ada/webhooks";
const URL: &str = "https://hooks.example.com/rollcall?a=1&b=2";

type Form<'a> = &'a [(&'a str, &'a str)];

async fn create(browser: &Browser, more: Form<'_>) -> (Answer, String) {
    let page = browser.page(&format!("{LIST}/new")).await;
    let key = hidden(&page, "form_key");
    let mut form = vec![("form_key", key.as_str()), ("rate", "100")];
    form.extend(more);
    (browser.post(LIST, &form).await, key)
}

pub(crate) async fn endpoints(app: &TestApp, directory: &Directory) -> Vec<WebhookEndpoint> {
    let workspace = directory.workspace_id.clone();
    let reading = app
        .database
        .store
        .read(move |conn| webhook_endpoint::page(conn, &workspace, &PageRequest::first(10)));
    reading.await.unwrap().items
}

pub(crate) async fn deliveries(app: &TestApp, endpoint: &WebhookEndpoint) -> Vec<WebhookDelivery> {
    let endpoint = endpoint.clone();
    let reading = app
        .database
        .store
        .read(move |conn| webhook_delivery::page(conn, &endpoint, None, &PageRequest::first(100)));
    reading.await.unwrap().items
}

/// A directory with one person, an endpoint that wants every event, and deliveries of all of them.
pub(crate) async fn delivered(
    database: Database,
) -> Option<(TestApp, Browser, Directory, WebhookEndpoint)> {
    let (app, browser, directory) = filled(database, &["Grace"]).await?;
    let form = [("endpoint_url", URL), ("events", "all")];
    create(&browser, &form).await.0.with(201);
    publish(&app).await;
    let endpoint = endpoints(&app, &directory).await.remove(0);
    Some((app, browser, directory, endpoint))
}

/// An API key, an endpoint and a delivery of a test event to it, in a directory's workspace.
pub(crate) async fn build(
    app: &TestApp,
    directory: &Directory,
) -> (ApiKeyId, WebhookEndpointId, WebhookDeliveryId) {
    let workspace_id = directory.workspace_id.clone();
    let built = app.database.store.write(move |tx| {
        let key = NewApiKey {
            name: "Backend".to_owned(),
            created_by: None,
            expires_at: None,
        };
        let (key, _) = api_key::create(tx, &workspace_id, key)?;
        let new = New {
            endpoint_url: URL.to_owned(),
            description: String::new(),
            events: vec![event::USER_CREATED.to_owned()],
            in_order: false,
            deliveries_per_second: 10,
        };
        let (endpoint, _) = webhook_endpoint::create(tx, &workspace_id, new)?;
        let test = webhook_delivery::send_test(tx, &endpoint, event::USER_CREATED);
        let delivery = test.expect("the endpoint is enabled");
        Ok::<_, webhook_endpoint::Error>((key.id, endpoint.id, delivery.id))
    });
    built.await.unwrap()
}

pub(crate) fn path(endpoint: &WebhookEndpoint) -> String {
    format!("{LIST}/{}", endpoint.id)
}

#[rstest]
#[tokio::test]
async fn an_endpoint_is_made_and_its_secret_shown_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &[]).await else {
        return;
    };
    let list = browser.page(LIST).await;
    assert!(list.contains("No webhook endpoints yet"));
    let form = [
        ("endpoint_url", URL),
        ("description", " <Staging> "),
        ("events", "memberships"),
        ("events", event::USER_CREATED),
        ("in_order", "1"),
        ("rate", "7"),
    ];
    let page = browser.page(&format!("{LIST}/new")).await;
    let key = hidden(&page, "form_key");
    assert_eq!(value(&page, "rate"), "100");
    let mut sent = vec![("form_key", key.as_str())];
    sent.extend(form);
    let answer = browser.post(LIST, &sent).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let page = answer.with(201);
    let secret = value(&page, "secret");
    assert!(secret.starts_with("whsec_"), "{secret}");
    assert_eq!(browser.post(LIST, &sent).await.leads_to(), LIST);

    let all = endpoints(&app, &directory).await;
    let [endpoint] = all.as_slice() else {
        panic!("one endpoint: {all:?}")
    };
    assert_eq!(endpoint.endpoint_url, URL);
    assert_eq!(endpoint.description, "<Staging>");
    assert_eq!(
        endpoint.events,
        [event::USER_CREATED, event::USER_ADDED, event::USER_REMOVED]
    );
    assert!(endpoint.in_order);
    assert_eq!(endpoint.deliveries_per_second, 7);

    let list = browser.page(LIST).await;
    for text in [
        "a=1&#38;b=2",
        "&#60;Staging&#62;",
        "3 event types",
        "Enabled</span>",
    ] {
        assert!(list.contains(text), "{text}: {list}");
    }
    for page in ["", "/settings"] {
        let page = browser.page(&format!("{}{page}", path(endpoint))).await;
        assert!(!page.contains(&secret));
    }
}

#[rstest]
#[case::nowhere(&[("events", "all")], "Enter the URL")]
#[case::not_a_url(&[("endpoint_url", "hooks"), ("events", "all")], "it is not a URL")]
#[case::no_tls(&[("endpoint_url", "ftp://hooks.example.com/"), ("events", "all")], "it must begin with https://")]
#[case::private(&[("endpoint_url", "https://169.254.169.254/"), ("events", "all")], "not a public one")]
#[case::taken(&[("endpoint_url", URL), ("events", "all")], "Another endpoint of this workspace has this URL")]
#[case::no_events(&[("endpoint_url", "https://hooks.example.com/2")], "Pick at least one event.")]
#[case::unknown_event(&[("endpoint_url", "https://hooks.example.com/2"), ("events", "dsync.token.created")], "There is no event “dsync.token.created”.")]
#[case::no_rate(&[("endpoint_url", "https://hooks.example.com/2"), ("events", "all"), ("rate", "0")], "from 1 to 1,000")]
#[case::words_for_a_rate(&[("endpoint_url", "https://hooks.example.com/2"), ("events", "all"), ("rate", "many")], "from 1 to 1,000")]
#[tokio::test]
async fn what_cannot_be_an_endpoint_is_told_so(#[case] form: Form<'_>, #[case] words: &str) {
    let (app, browser, directory, endpoint) = delivered(Database::Sqlite).await.unwrap();
    let page = create(&browser, form).await.0.with(422);
    assert!(page.contains(words), "{words}: {page}");
    assert_eq!(
        endpoints(&app, &directory).await,
        std::slice::from_ref(&endpoint)
    );

    // The same when one is changed; its own URL is then its own.
    let mut form = form.to_vec();
    form.insert(0, ("rate", "100"));
    let update = format!("{}/update", path(&endpoint));
    let answer = browser.post(&update, &form).await;
    if form.contains(&("endpoint_url", URL)) {
        assert_eq!(answer.leads_to(), format!("{}/settings", path(&endpoint)));
    } else {
        assert!(answer.with(422).contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_long_description_is_refused_with_what_was_typed() {
    let (app, browser, directory) = filled(Database::Sqlite, &[]).await.unwrap();
    let long = "é".repeat(501);
    let form = [
        ("endpoint_url", URL),
        ("description", long.as_str()),
        ("events", event::USER_CREATED),
    ];
    let page = create(&browser, &form).await.0.with(422);
    assert!(page.contains("Use at most 500 characters."));
    assert_eq!(value(&page, "description"), long);
    assert_eq!(page.matches("data-tree-leaf checked").count(), 1);
    assert!(endpoints(&app, &directory).await.is_empty());
}

#[rstest]
#[case::for_a_while("24h", Some("in 24 h"))]
#[case::leaked("none", None)]
#[tokio::test]
async fn a_secret_is_changed_with_an_overlap(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] overlap: &str,
    #[case] ends: Option<&str>,
) {
    let Some((_app, browser, _, endpoint)) = delivered(database).await else {
        return;
    };
    let settings = format!("{}/settings", path(&endpoint));
    let key = hidden(&browser.page(&settings).await, "form_key");
    let form = [("overlap", overlap), ("form_key", key.as_str())];
    let rotate = format!("{}/rotate", path(&endpoint));
    let answer = browser.post(&rotate, &form).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let secret = value(&answer.with(201), "secret");
    assert!(secret.starts_with("whsec_"));
    assert_eq!(browser.post(&rotate, &form).await.leads_to(), settings);
    let page = browser.page(&settings).await;
    assert!(!page.contains(&secret));
    assert_eq!(page.contains("The secret was changed."), ends.is_some());
    assert!(ends.is_none_or(|ends| page.contains(ends)));
}

#[rstest]
#[tokio::test]
async fn an_endpoint_is_changed_and_deleted_by_its_url(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory, endpoint)) = delivered(database).await else {
        return;
    };
    let settings = format!("{}/settings", path(&endpoint));
    let form = [
        ("endpoint_url", "https://other.example.com/"),
        ("events", "users"),
        ("rate", "5"),
    ];
    let saved = browser
        .post(&format!("{}/update", path(&endpoint)), &form)
        .await;
    assert_eq!(saved.leads_to(), settings);
    let page = browser.page(&settings).await;
    assert!(page.contains("Saved https://other.example.com/."));
    assert_eq!(page.matches("data-tree-leaf checked").count(), 3);
    let changed = endpoints(&app, &directory).await.remove(0);
    assert_eq!(changed.deliveries_per_second, 5);
    assert_eq!(changed.status, Status::Enabled);

    let delete = format!("{}/delete", path(&endpoint));
    let wrong = browser.post(&delete, &[("confirmation", URL)]).await;
    assert!(wrong.with(422).contains("Nothing was deleted."));
    let form = [("confirmation", "https://other.example.com/")];
    assert_eq!(browser.post(&delete, &form).await.leads_to(), LIST);
    assert!(
        browser
            .page(LIST)
            .await
            .contains("Deleted https://other.example.com/.")
    );
    assert_eq!(browser.get(&path(&endpoint)).await.status, 404);
}

#[tokio::test]
async fn what_is_not_ones_own_is_not_there() {
    let (app, ada, directory, endpoint) = delivered(Database::Sqlite).await.unwrap();
    let (_, eve) = app.signed_in("Eve").await;
    let one = deliveries(&app, &endpoint).await.remove(0);
    let form = [
        ("endpoint_url", "https://other.example.com/"),
        ("events", "all"),
    ];
    create(&ada, &form).await.0.with(201);
    let other = endpoints(&app, &directory).await.remove(0);
    assert_ne!(other.id, endpoint.id);
    for action in [
        "update", "enable", "disable", "rotate", "delete", "test", "recover",
    ] {
        let path = format!("/w/eve/webhooks/{}/{action}", endpoint.id);
        assert_eq!(
            eve.post(&path, &[("confirmation", URL)]).await.status,
            404,
            "{action}"
        );
    }
    let unknown: WebhookEndpointId = app.database.store.new_id();
    let nothing: WebhookDeliveryId = app.database.store.new_id();
    for (browser, path) in [
        (&eve, format!("/w/eve/webhooks/{}", endpoint.id)),
        (&eve, format!("/w/eve/webhooks/{unknown}/settings")),
        (&ada, format!("{LIST}/we_x")),
        (&ada, format!("{}/deliveries/{nothing}", path(&endpoint))),
        (&ada, format!("{}/deliveries/{}", path(&other), one.id)),
    ] {
        assert_eq!(browser.get(&path).await.status, 404, "{path}");
    }
    let resend = format!("{}/deliveries/{}/resend", path(&other), one.id);
    assert_eq!(ada.post(&resend, &[]).await.status, 404);
    assert_eq!(endpoints(&app, &directory).await.len(), 2);
}

#[rstest]
#[case::viewer(Role::Viewer, &[])]
#[case::operator(Role::Operator, &["Send test event", "Recover", "Save", "Disable"])]
#[case::admin(Role::Admin, &["Send test event", "Recover", "Save", "Disable", "Change secret", "Delete endpoint"])]
#[tokio::test]
async fn a_role_sees_the_buttons_that_it_may_use(#[case] role: Role, #[case] buttons: &[&str]) {
    let (app, _, directory, endpoint) = delivered(Database::Sqlite).await.unwrap();
    let colleague = app.colleague("Ben", &directory.workspace_id, role).await;
    let pages = colleague.page(&path(&endpoint)).await
        + &colleague
            .page(&format!("{}/settings", path(&endpoint)))
            .await;
    for button in [
        "Send test event",
        "Recover",
        "Save",
        "Disable",
        "Change secret",
        "Delete endpoint",
    ] {
        let shown = pages.contains(&format!("{button}</button>"));
        assert_eq!(shown, buttons.contains(&button), "{button} for {role:?}");
    }
    let list = colleague.page(LIST).await;
    assert_eq!(list.contains("New endpoint"), role != Role::Viewer);
}

#[tokio::test]
async fn without_the_key_of_the_database_no_secret_is_made() {
    let (app, _, directory, endpoint) = delivered(Database::Sqlite).await.unwrap();
    let options = Options {
        clock: app.database.clock.clone(),
        ..Options::new(app.database.url.clone())
    };
    let store = Store::open(&options).unwrap();
    let locked = app.another_server(store);
    let stranger = Browser::at(&locked.url);
    stranger
        .sign_in("ada@example.com", PASSWORD)
        .await
        .leads_to();
    let page = stranger.page(&path(&endpoint)).await;
    assert!(page.contains("hooks.example.com"), "all the rest is there");
    let rotate = stranger
        .post(&format!("{}/rotate", path(&endpoint)), &[])
        .await;
    assert!(
        rotate
            .with(503)
            .contains("<h1>Stored secrets are locked</h1>")
    );
    let now: Timestamp = app.database.clock.now();
    assert_eq!(endpoints(&app, &directory).await[0].updated_at, now);
}
