//! The team's application: what it reads from the REST API with its key.

use std::time::Instant;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::event;
use rollcall_testkit::{TestDirectory, TestStore};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{PATIENCE, PAUSE, Server};

/// The most that a page of a list can have.
const PAGE: usize = 100;

/// An application of a directory's workspace, on one server.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    client: Client,
    url: String,
    key: String,
    directory_id: String,
}

impl Application {
    /// The application of that directory's workspace, with a new key.
    pub(crate) async fn of(test: &TestStore, directory: &TestDirectory, server: &Server) -> Self {
        let workspace_id = directory.workspace.id.clone();
        let new = NewApiKey {
            name: "Application".to_owned(),
            created_by: None,
            expires_at: None,
        };
        let made = test
            .store
            .write(move |tx| api_key::create(tx, &workspace_id, new));
        let (_, secret) = made.await.unwrap();
        Self {
            client: Client::new(),
            url: server.url.clone(),
            key: secret.expose_secret().to_owned(),
            directory_id: directory.directory.id.to_string(),
        }
    }

    /// The same application, calling another process.
    pub(crate) fn at(&self, server: &Server) -> Self {
        Self {
            url: server.url.clone(),
            ..self.clone()
        }
    }

    /// Makes an endpoint that gets everything of [`names`].
    pub(crate) async fn subscribe(&self, endpoint_url: &str) {
        let body = json!({
            "endpoint_url": endpoint_url,
            "events": names(),
            "deliveries_per_second": 1000,
        });
        let (status, made) = self
            .call(Method::POST, "/webhook_endpoints", Some(&body))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }

    /// A page of the events of [`names`] after one.
    async fn events_after(&self, cursor: Option<&str>) -> Vec<Value> {
        let after = cursor
            .map(|cursor| format!("&after={cursor}"))
            .unwrap_or_default();
        let query = format!("/events?limit={PAGE}&events={}{after}", names().join(","));
        items(self.get(&query).await)
    }

    /// The events so far, once there are that many or more.
    pub(crate) async fn events(&self, at_least: usize) -> Vec<Value> {
        self.events_once(|events| events.len() >= at_least).await
    }

    /// Follows the events from the first on until the last of them is what `is_last` waits for.
    pub(crate) async fn events_until(&self, is_last: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.events_once(|events| events.last().is_some_and(&is_last))
            .await
    }

    async fn events_once(&self, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let mut end = Instant::now() + PATIENCE;
        let mut events: Vec<Value> = Vec::new();
        loop {
            let page = self.events_after(events.last().map(id)).await;
            let is_end = page.len() < PAGE;
            if page.is_empty() {
                assert!(Instant::now() < end, "only {} events", events.len());
                tokio::time::sleep(PAUSE).await;
            } else {
                events.extend(page);
                end = Instant::now() + PATIENCE;
            }
            if is_end && enough(&events) {
                return events;
            }
        }
    }

    /// Waits until every delivery to every endpoint has succeeded.
    pub(crate) async fn until_all_succeeded(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.deliveries("pending").await.is_empty() {
            assert!(Instant::now() < end, "deliveries still wait");
            tokio::time::sleep(PAUSE).await;
        }
        assert_eq!(self.deliveries("failed").await, [Value::Null; 0]);
    }

    /// The deliveries in that state, to all endpoints.
    pub(crate) async fn deliveries(&self, state: &str) -> Vec<Value> {
        let mut deliveries = Vec::new();
        for endpoint in self.pages("/webhook_endpoints?").await {
            let path = format!(
                "/webhook_endpoints/{}/deliveries?state={state}",
                id(&endpoint)
            );
            deliveries.extend(self.pages(&path).await);
        }
        deliveries
    }

    /// Everything in a list of the directory's, `directory_users` or `directory_groups`.
    pub(crate) async fn all(&self, list: &str) -> Vec<Value> {
        self.pages(&format!("/{list}?directory={}", self.directory_id))
            .await
    }

    /// All pages of a list; `path` goes as far as into its query.
    async fn pages(&self, path: &str) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all
                .last()
                .map(|last| format!("&after={}", id(last)))
                .unwrap_or_default();
            let page = items(self.get(&format!("{path}&limit={PAGE}{after}")).await);
            let full = page.len() == PAGE;
            all.extend(page);
            if !full {
                return all;
            }
        }
    }

    /// A GET that must succeed.
    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// Its key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// A request with its key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.key)
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

/// The events that a provider makes.
fn names() -> Vec<&'static str> {
    let all = event::ALL.into_iter();
    all.filter(|name| name.starts_with("dsync.") && event::is_selectable(name))
        .collect()
}

fn items(mut list: Value) -> Vec<Value> {
    match list["data"].take() {
        Value::Array(items) => items,
        other => panic!("no list: {other}"),
    }
}

/// The id of an object of the API.
pub(crate) fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}
