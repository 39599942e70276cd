//! Writes outcomes down, those that wait together in one transaction.

use std::time::Duration;

use rollcall_store::webhook_delivery::{self, Outcome};
use rollcall_store::{Error, Store};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

const BATCH: usize = 500;
/// Outcomes that wait; more than there can be attempts under way.
const QUEUE: usize = 4_096;
/// How often a write is tried while the database is away, with growing pauses: well within a lease.
const TRIES: u32 = 8;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

struct Message {
    outcome: Outcome,
    /// Dropped once the outcome is written down or lost.
    done: oneshot::Sender<()>,
}

/// Takes outcomes. Cheap to clone; its task ends with the last clone.
#[derive(Clone, Debug)]
pub(super) struct Recorder(mpsc::Sender<Message>);

impl Recorder {
    pub(super) fn start(store: Store) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(run(store, receiver));
        Self(sender)
    }

    /// Waits until the outcome is written down. If it cannot be, the delivery is due again when its
    /// lease ends, and the receiver gets the event once more.
    pub(super) async fn record(&self, outcome: Outcome) {
        let (done, written) = oneshot::channel();
        if self.0.send(Message { outcome, done }).await.is_ok() {
            // Answered by being dropped.
            let _ = written.await;
        }
    }
}

async fn run(store: Store, mut queue: mpsc::Receiver<Message>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (outcomes, waiting): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(|message| (message.outcome, message.done))
            .unzip();
        if let Err(error) = write(&store, outcomes).await {
            tracing::error!(%error, "outcomes of webhooks could not be written down; they will be sent again");
        }
        drop(waiting);
    }
}

async fn write(store: &Store, outcomes: Vec<Outcome>) -> Result<(), Error> {
    let mut pause = Duration::from_millis(100);
    let mut tries = 1;
    loop {
        let batch = outcomes.clone();
        match store
            .write_unforced(move |tx| webhook_delivery::record(tx, &batch))
            .await
        {
            Err(Error::Unavailable(_)) if tries < TRIES => {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                tries += 1;
            }
            result => return result,
        }
    }
}
