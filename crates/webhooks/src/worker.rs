//! The worker: publisher, dispatcher, pruner and domain checker of one process.

use std::process;
use std::sync::Arc;
use std::time::Duration;

use rollcall_store::Store;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::dispatcher::{Dispatcher, Rounds};
use crate::guard::{Addresses, OfSystem};
use crate::publisher::Publisher;
use crate::sender::{ClientError, PATIENCE};
use crate::{domains, pruner};

/// How often to see whether there is a key now that opens the secrets.
const LOOK_FOR_KEY: Duration = Duration::from_secs(1);

/// What the operator decides.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long events and deliveries are kept.
    pub retention: Duration,
    /// How long a receiver may take to answer.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retention: Duration::from_hours(90 * 24),
            patience: PATIENCE,
        }
    }
}

/// The running tasks.
#[derive(Debug)]
pub struct Worker {
    dispatcher: Dispatcher,
    stop: watch::Sender<bool>,
    publisher: JoinHandle<()>,
    rounds: JoinHandle<()>,
    pruner: JoinHandle<()>,
    domains: JoinHandle<()>,
}

impl Worker {
    /// Starts the work on the current runtime. Without a key that opens the endpoints' secrets,
    /// events are published and pruned, but not delivered.
    pub fn start(store: &Store, settings: Settings) -> Result<Self, ClientError> {
        let addresses: Arc<dyn Addresses> = Arc::new(OfSystem);
        let (dispatcher, rounds) =
            Dispatcher::with_rounds(store.clone(), settings.patience, &addresses)?;
        let (stop, stopped) = watch::channel(false);
        let holder = format!("{}-{:016x}", process::id(), store.random());
        let publisher = Publisher::new(store.clone(), holder);
        let rounds = tokio::spawn(deliver(store.clone(), rounds, stopped.clone()));
        Ok(Self {
            publisher: tokio::spawn(publisher.run(dispatcher.clone(), stopped)),
            rounds,
            pruner: tokio::spawn(pruner::run(store.clone(), settings.retention)),
            domains: tokio::spawn(domains::run(store.clone())),
            dispatcher,
            stop,
        })
    }

    /// Ends the work: attempts under way are finished and written down, and another process may
    /// publish at once.
    pub async fn stop(self) {
        self.pruner.abort();
        self.domains.abort();
        self.stop.send_replace(true);
        self.dispatcher.stop();
        for task in [self.publisher, self.rounds] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a worker's task broke");
            }
        }
    }
}

/// Delivers from when the endpoints' secrets open, which is at once as a rule.
async fn deliver(store: Store, rounds: Rounds, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = store.sealer().check() {
        tracing::error!(%error, "no webhooks are delivered by this process; `rollcall doctor` says more");
    }
    while store.sealer().check().is_err() {
        tokio::select! {
            () = sleep(LOOK_FOR_KEY) => {}
            _ = stopped.changed() => return,
        }
    }
    rounds.run().await;
}
