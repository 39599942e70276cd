//! Endpoints that were made while everything was open, and a dispatcher that is not as free.

use std::sync::Arc;
use std::time::Duration;

use rollcall_store::webhook_endpoint::{New, WebhookEndpoint};
use rollcall_store::webhook_target::Networks;
use rollcall_store::{Options, Store};
use rollcall_testkit::{Database, SECRET_KEY, WebhookSink};
use rollcall_webhooks::{Addresses, Dispatcher};
use tokio::sync::Mutex;

use super::EVERYTHING;
use super::names::Names;
use crate::support::Bed;

/// Nobody hangs here, but a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Attempts {
    bed: Bed,
    dispatcher: Dispatcher,
    endpoints: Mutex<Vec<WebhookEndpoint>>,
}

impl Attempts {
    /// A dispatcher that may reach `networks` besides public addresses, and believes `names`.
    pub(super) async fn new(database: Database, networks: &str, names: &Names) -> Option<Self> {
        let mut bed = Bed::new(database).await?;
        let store = store_with(&bed, networks);
        let names: Arc<dyn Addresses> = Arc::new(names.clone());
        let dispatcher = Dispatcher::with_addresses(store, PATIENCE, &names);
        bed.test.store = store_with(&bed, EVERYTHING);
        Some(Self {
            bed,
            dispatcher: dispatcher.unwrap(),
            endpoints: Mutex::default(),
        })
    }

    /// Has an event sent to endpoints at these URLs; gives for each why it was not taken.
    pub(super) async fn send_to(&self, urls: &[String]) -> Vec<Option<String>> {
        let unused = WebhookSink::start();
        for url in urls {
            let aim = |new: &mut New| new.endpoint_url.clone_from(url);
            let made = self.bed.endpoint_with(&unused, aim).await;
            self.endpoints.lock().await.push(made);
        }
        self.send_again().await
    }

    /// Has another event sent to the same endpoints.
    pub(super) async fn send_again(&self) -> Vec<Option<String>> {
        self.bed.happen(1).await;
        self.dispatcher.settle().await.unwrap();
        let mut errors = Vec::new();
        for endpoint in self.endpoints.lock().await.iter() {
            let deliveries = self.bed.deliveries(endpoint).await;
            let attempts = self.bed.attempts(deliveries.last().unwrap()).await;
            errors.push(attempts.last().unwrap().error.clone());
        }
        errors
    }
}

fn store_with(bed: &Bed, networks: &str) -> Store {
    let options = Options {
        clock: bed.test.clock.clone(),
        secret_key: Some(SECRET_KEY.parse().unwrap()),
        webhook_networks: networks.parse::<Networks>().unwrap(),
        ..Options::new(bed.test.url.clone())
    };
    Store::open(&options).unwrap()
}
