//! The publisher's task. Every worker runs one; the store sees to it that one at a time publishes.

use std::time::Duration;

use rollcall_store::publisher::{self, Publication};
use rollcall_store::{Backend, Error, Store, Tx};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::Dispatcher;

/// How often to look for what other processes committed.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The same for SQLite, where other processes commit little.
const LOOK_EVERY_ALONE: Duration = Duration::from_secs(1);
/// The shortest time between two batches, so that a stream of small writes is published together.
const BETWEEN: Duration = Duration::from_millis(20);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Publishes in the name of one process.
#[derive(Clone, Debug)]
pub struct Publisher {
    store: Store,
    holder: String,
}

/// What came of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing waited.
    Idle,
    /// Everything that was committed is published.
    Done,
    /// There is more than fits into one batch.
    More,
    /// Another process publishes.
    Following,
}

impl Publisher {
    /// A publisher that calls itself `holder`, which no other process does.
    pub const fn new(store: Store, holder: String) -> Self {
        Self { store, holder }
    }

    /// Publishes one batch, if events wait and no other process is the publisher.
    pub async fn step(&self, dispatcher: Option<&Dispatcher>) -> Result<Step, Error> {
        if !self.store.read(publisher::has_work).await? {
            return Ok(Step::Idle);
        }
        match self.publish().await? {
            Publication::Leading {
                more, endpoints, ..
            } => {
                if let Some(dispatcher) = dispatcher.filter(|_| !endpoints.is_empty()) {
                    dispatcher.wake(endpoints);
                }
                Ok(if more { Step::More } else { Step::Done })
            }
            Publication::Following { .. } => Ok(Step::Following),
        }
    }

    /// After a power failure SQLite, with its one writer, gives every event the same place again;
    /// on PostgreSQL a place that somebody may have seen must stay.
    async fn publish(&self) -> Result<Publication, Error> {
        let holder = self.holder.clone();
        let publish = move |tx: &mut Tx<'_>| publisher::publish(tx, &holder);
        match self.store.backend() {
            Backend::Sqlite => self.store.write_unforced(publish).await,
            Backend::Postgres => self.store.write(publish).await,
        }
    }

    /// Lets another process take over at once.
    pub async fn resign(&self) -> Result<(), Error> {
        let holder = self.holder.clone();
        self.store
            .write(move |tx| publisher::resign(tx, &holder))
            .await
    }

    /// Publishes until told to stop, then resigns.
    pub(crate) async fn run(self, dispatcher: Dispatcher, mut stop: watch::Receiver<bool>) {
        let every = match self.store.backend() {
            Backend::Postgres => LOOK_EVERY,
            Backend::Sqlite => LOOK_EVERY_ALONE,
        };
        let (mut pause, mut woken) = (FIRST_PAUSE, false);
        loop {
            let began = Instant::now();
            match self.step(Some(&dispatcher)).await {
                Ok(Step::More) if !stop.has_changed().unwrap_or(true) => continue,
                Ok(came) => {
                    pause = FIRST_PAUSE;
                    // Somebody sends a delivery again, which makes no event.
                    if woken && came == Step::Idle {
                        dispatcher.look();
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "events cannot be published; trying again");
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
            woken = tokio::select! {
                () = self.store.events_committed() => true,
                () = sleep(every) => false,
                _ = stop.changed() => break,
            };
            sleep_until(began + BETWEEN).await;
        }
        if let Err(error) = self.resign().await {
            tracing::warn!(%error, "the publisher could not resign; its lease ends soon");
        }
    }
}
