//! A tenant with its provider and its application; it keeps every answer.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use reqwest::{Client, Method, RequestBuilder};
use rollcall_testkit::{Received, TestDirectory, TestStore, WebhookSink};
use serde_json::{Value, json};

use super::ids;
use crate::application::{Application, id};
use crate::contents::Contents;
use crate::support::Server;

/// Whose calls were answered, one after the other.
pub(super) type Order = Arc<Mutex<Vec<&'static str>>>;

pub(super) struct Tenant {
    /// What its people, and nobody else's, have as their title.
    pub(super) mark: &'static str,
    client: Client,
    scim: String,
    directory: TestDirectory,
    application: Application,
    receiver: WebhookSink,
    heard: Mutex<Vec<String>>,
    order: Order,
}

impl Tenant {
    pub(super) async fn new(
        test: &TestStore,
        directory: TestDirectory,
        server: &Server,
        mark: &'static str,
        order: &Order,
    ) -> Self {
        let application = Application::of(test, &directory, server).await;
        let receiver = WebhookSink::start();
        application.subscribe(&receiver.url).await;
        Self {
            mark,
            client: Client::new(),
            scim: server.endpoint(&directory),
            directory,
            application,
            receiver,
            heard: Mutex::default(),
            order: Arc::clone(order),
        }
    }

    /// A call of its provider.
    pub(super) async fn scim(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.scim));
        let request = request.bearer_auth(&self.directory.token);
        self.send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// A request of its application, to be sent by [`send`](Self::send).
    pub(super) fn api(&self, method: Method, path: &str) -> RequestBuilder {
        self.application.request(method, path)
    }

    /// Sends what must succeed; null stands for an empty answer.
    pub(super) async fn send(&self, request: RequestBuilder) -> Value {
        let answer = request.send().await.unwrap();
        self.order.lock().unwrap().push(self.mark);
        let (status, url) = (answer.status(), answer.url().clone());
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{url}: {status} {text}");
        let value = match &*text {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        self.heard.lock().unwrap().push(text);
        value
    }

    /// The ids in all that it was ever told: by SCIM, by the REST API, in events, in webhooks and in lists. Its events
    /// make up just what the lists hold, and its webhooks are its events.
    pub(super) async fn everything_told(&self) -> BTreeSet<String> {
        let last = json!({ "userName": "last@example.com", "title": self.mark });
        let last = self.scim(Method::POST, "/Users", Some(&last)).await;
        let is_last = |event: &Value| event["data"]["id"] == last["id"];
        let events = self.application.events_until(is_last).await;
        let listed = Contents::told_by(&self.application).await;
        let differences = Contents::of(&events).differences(&listed);
        assert!(differences.is_empty(), "{}: {differences:#?}", self.mark);
        self.application.until_all_succeeded().await;
        let received = self.receiver.received();
        let arrived: BTreeSet<_> = received.iter().map(Received::event_id).collect();
        let events_told: BTreeSet<_> = events.iter().map(|event| id(event).to_owned()).collect();
        assert_eq!(arrived, events_told);

        let mut told = BTreeSet::new();
        for path in self.lists() {
            let page = self.send(self.api(Method::GET, &path)).await;
            assert_ne!(page["data"], json!([]), "{path}");
        }
        let heard = self.heard.lock().unwrap().clone();
        let received = received.into_iter().map(|one| one.body);
        let events = events.iter().map(Value::to_string);
        for text in heard.into_iter().chain(received).chain(events) {
            told.extend(ids(&text));
        }
        told
    }

    fn lists(&self) -> Vec<String> {
        let id = &self.directory.directory.id;
        let of_directory = [
            "directory_users",
            "directory_groups",
            "provisioning_requests",
        ];
        let of_workspace = [
            "organizations",
            "directories",
            "webhook_endpoints",
            "api_keys",
        ];
        let some = of_directory.map(|list| format!("/{list}?directory={id}&limit=100"));
        let others = of_workspace.map(|list| format!("/{list}?limit=100"));
        some.into_iter().chain(others).collect()
    }
}
