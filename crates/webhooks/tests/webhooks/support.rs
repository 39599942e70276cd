//! A workspace with a directory that makes events, endpoints at sinks, and a dispatcher to step.

use std::time::Duration;

use rollcall_store::directory_user::{self, Profile};
use rollcall_store::ids::{DirectoryUserId, WebhookEndpointId};
use rollcall_store::page::PageRequest;
use rollcall_store::webhook_attempt::{self, WebhookAttempt};
use rollcall_store::webhook_delivery::{self, State, WebhookDelivery};
use rollcall_store::webhook_endpoint::{self, Changes, New, WebhookEndpoint};
use rollcall_store::{Error, event};
use rollcall_testkit::{Database, TestDirectory, TestStore, WebhookSink};
use rollcall_webhooks::{Dispatcher, Publisher, Step};
use serde_json::json;

/// How long receivers may take in tests where one does not answer.
pub(crate) const PATIENCE: Duration = Duration::from_millis(300);

pub(crate) struct Bed {
    pub(crate) test: TestStore,
    pub(crate) directory: TestDirectory,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) publisher: Publisher,
}

impl Bed {
    /// `None` when there is no PostgreSQL to test with.
    pub(crate) async fn new(database: Database) -> Option<Self> {
        let store = TestStore::new(database).await?;
        let directory = store.directory("Acme").await;
        let bed = Self {
            dispatcher: Dispatcher::new(store.store.clone(), PATIENCE).unwrap(),
            publisher: Publisher::new(store.store.clone(), "test".to_owned()),
            directory,
            test: store,
        };
        bed.publish().await;
        Some(bed)
    }

    /// An endpoint at that sink for everything that happens to organizations.
    pub(crate) async fn endpoint(&self, sink: &WebhookSink) -> WebhookEndpoint {
        self.endpoint_with(sink, |_| {}).await
    }

    pub(crate) async fn endpoint_with(
        &self,
        sink: &WebhookSink,
        change: impl FnOnce(&mut New),
    ) -> WebhookEndpoint {
        let mut new = New {
            endpoint_url: sink.url.clone(),
            description: String::new(),
            events: vec![
                event::USER_CREATED.to_owned(),
                event::GROUP_CREATED.to_owned(),
            ],
            in_order: false,
            deliveries_per_second: 100,
        };
        change(&mut new);
        let workspace_id = self.directory.workspace.id.clone();
        let made = self
            .test
            .store
            .write(move |tx| webhook_endpoint::create(tx, &workspace_id, new));
        made.await.unwrap().0
    }

    pub(crate) async fn update(&self, endpoint: &WebhookEndpoint, changes: Changes) {
        let endpoint = endpoint.clone();
        let written = self
            .test
            .store
            .write(move |tx| webhook_endpoint::update(tx, &endpoint, changes));
        written.await.unwrap();
    }

    /// The endpoint as it is now.
    pub(crate) async fn present(&self, id: &WebhookEndpointId) -> WebhookEndpoint {
        let (workspace_id, id) = (self.directory.workspace.id.clone(), id.clone());
        let found: Result<_, Error> = self
            .test
            .store
            .read(move |conn| webhook_endpoint::find(conn, &workspace_id, &id))
            .await;
        found.unwrap().unwrap()
    }

    /// Has people created in the directory, one event each, and publishes them.
    pub(crate) async fn happen(&self, people: usize) {
        self.happen_in(&self.directory, people).await;
    }

    pub(crate) async fn happen_in(&self, directory: &TestDirectory, people: usize) {
        create_people(&self.test, directory, people).await;
        self.publish().await;
    }

    pub(crate) async fn publish(&self) {
        while self.publisher.step(None).await.unwrap() == Step::More {}
    }

    /// Sends all that is due now.
    pub(crate) async fn settle(&self) {
        self.dispatcher.settle().await.unwrap();
    }

    /// Moves the clock on, then sends all that is due.
    pub(crate) async fn pass(&self, time: Duration) {
        self.test.clock.advance(time);
        self.settle().await;
    }

    /// The endpoint's deliveries, oldest first.
    pub(crate) async fn deliveries(&self, endpoint: &WebhookEndpoint) -> Vec<WebhookDelivery> {
        let endpoint = endpoint.clone();
        let page: Result<_, Error> = self
            .test
            .store
            .read(move |conn| {
                webhook_delivery::page(conn, &endpoint, None, &PageRequest::first(10_000))
            })
            .await;
        let mut items = page.unwrap().items;
        items.reverse();
        items
    }

    pub(crate) async fn states(&self, endpoint: &WebhookEndpoint) -> Vec<State> {
        let deliveries = self.deliveries(endpoint).await;
        deliveries.iter().map(|delivery| delivery.state).collect()
    }

    /// The delivery's attempts, oldest first.
    pub(crate) async fn attempts(&self, delivery: &WebhookDelivery) -> Vec<WebhookAttempt> {
        let delivery = delivery.clone();
        let found: Result<_, Error> = self
            .test
            .store
            .read(move |conn| webhook_attempt::for_delivery(conn, &delivery))
            .await;
        let mut attempts = found.unwrap();
        attempts.reverse();
        attempts
    }
}

/// Creates people in one write, with an event for each.
pub(crate) async fn create_people(test: &TestStore, at: &TestDirectory, people: usize) {
    let directory = at.directory.clone();
    let names: Vec<String> = (0..people)
        .map(|_| format!("{}@example.com", test.store.new_id::<DirectoryUserId>()))
        .collect();
    let made: Result<_, directory_user::Error> = test
        .store
        .write(move |tx| {
            for name in names {
                directory_user::create(tx, &directory, person(name))?;
            }
            Ok(())
        })
        .await;
    made.unwrap();
}

fn person(user_name: String) -> Profile {
    let resource = json!({"userName": user_name, "displayName": "Zoë \u{1f980} Example"});
    Profile {
        external_id: None,
        display_name: None,
        first_name: None,
        last_name: None,
        email: Some(user_name.clone()),
        active: true,
        resource: resource.as_object().unwrap().clone(),
        user_name,
    }
}
