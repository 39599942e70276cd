//! The task that writes the request log, remembers when tokens were last used, and forgets old rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rollcall_store::ids::DirectoryTokenId;
use rollcall_store::provisioning_request::ProvisioningRequest;
use rollcall_store::{Error, Store, Timestamp, directory_token, provisioning_request};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::recorder::{Load, Message, size_of_row};

/// How long rows are kept.
pub const KEEP_DAYS: u64 = 30;

const BATCH_ROWS: usize = 200;
const BATCH_TIME: Duration = Duration::from_millis(100);
/// How often one token's last use is written down.
const USE_EVERY: Duration = Duration::from_mins(1);
const PRUNE_EVERY: Duration = Duration::from_hours(1);
/// Old rows deleted in one transaction: few, so that provisioning does not wait behind them.
const PRUNE_ROWS: i64 = 500;
/// How often a write is tried while the database is away, with growing pauses: about half a minute in all.
const TRIES: u32 = 10;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

pub(super) struct Writer {
    store: Store,
    queue: mpsc::Receiver<Message>,
    load: Arc<Load>,
    batch: Vec<ProvisioningRequest>,
    waiting: Vec<oneshot::Sender<()>>,
    uses: HashMap<DirectoryTokenId, Uses>,
}

/// When a token was last used, and what the database knows of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Uses {
    pub(super) latest: Timestamp,
    pub(super) written: Option<Timestamp>,
}

impl Uses {
    pub(super) fn is_due(self, flushing: bool) -> bool {
        self.written.is_none_or(|written| {
            self.latest > written && (flushing || self.latest.since(written) >= USE_EVERY)
        })
    }
}

impl Writer {
    pub(super) fn new(store: Store, queue: mpsc::Receiver<Message>, load: Arc<Load>) -> Self {
        Self {
            store,
            queue,
            load,
            batch: Vec::new(),
            waiting: Vec::new(),
            uses: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self) {
        let mut next_prune = Instant::now() + USE_EVERY;
        loop {
            tokio::select! {
                message = self.queue.recv() => match message {
                    Some(message) => {
                        self.take(message);
                        self.collect().await;
                        self.write().await;
                    }
                    None => break,
                },
                () = sleep_until(next_prune) => {
                    next_prune = Instant::now() + PRUNE_EVERY;
                    if let Err(error) = prune(&self.store).await {
                        tracing::warn!(%error, "old provisioning requests could not be deleted");
                    }
                }
            }
        }
        self.write_uses(true).await;
    }

    /// Waits a moment for more rows, so that a burst is written in few transactions.
    async fn collect(&mut self) {
        let until = Instant::now() + BATCH_TIME;
        while self.batch.len() < BATCH_ROWS && self.waiting.is_empty() {
            match timeout_at(until, self.queue.recv()).await {
                Ok(Some(message)) => self.take(message),
                _ => break,
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Row(row) => {
                if let Some(token_id) = &row.directory_token_id {
                    let uses = self.uses.entry(token_id.clone());
                    let uses = uses.or_insert(Uses {
                        latest: row.created_at,
                        written: None,
                    });
                    uses.latest = uses.latest.max(row.created_at);
                }
                self.batch.push(*row);
            }
            Message::Flush(done) => self.waiting.push(done),
        }
    }

    async fn write(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let bytes = batch.iter().map(size_of_row).sum();
        if !batch.is_empty() {
            self.write_rows(batch).await;
        }
        self.load.release(bytes);
        let flushing = !self.waiting.is_empty();
        self.write_uses(flushing).await;
        let dropped = self.load.take_dropped();
        if dropped > 0 {
            tracing::warn!(dropped, "provisioning requests were not recorded");
        }
        for done in self.waiting.drain(..) {
            // Who asked may have stopped waiting.
            let _ = done.send(());
        }
    }

    async fn write_rows(&self, batch: Vec<ProvisioningRequest>) {
        let batch = Arc::new(batch);
        let Err(error) = insert(&self.store, &batch).await else {
            return;
        };
        if matches!(error, Error::Unavailable(_)) || batch.len() == 1 {
            tracing::error!(%error, "provisioning requests could not be recorded");
            self.load.count_dropped(batch.len());
            return;
        }
        // One row that the database refuses must not cost the others.
        for row in batch.iter() {
            if let Err(error) = insert(&self.store, &Arc::new(vec![row.clone()])).await {
                tracing::error!(%error, request = %row.id, "a provisioning request could not be recorded");
                self.load.count_dropped(1);
            }
        }
    }

    async fn write_uses(&mut self, flushing: bool) {
        let due = self.uses.iter().filter(|(_, uses)| uses.is_due(flushing));
        let due: Vec<_> = due.map(|(id, uses)| (id.clone(), uses.latest)).collect();
        if due.is_empty() {
            return;
        }
        let rows = due.clone();
        match self
            .store
            .write_unforced(move |tx| directory_token::touch(tx, &rows))
            .await
        {
            Ok(()) => {
                for (id, at) in due {
                    self.uses
                        .entry(id)
                        .and_modify(|uses| uses.written = Some(at));
                }
            }
            // They stay due and go with the next batch.
            Err(error) => {
                tracing::warn!(%error, "the last uses of tokens could not be written down");
            }
        }
    }
}

async fn insert(store: &Store, rows: &Arc<Vec<ProvisioningRequest>>) -> Result<(), Error> {
    let mut pause = Duration::from_millis(100);
    let mut tries = 1;
    loop {
        let rows = Arc::clone(rows);
        match store
            .write_unforced(move |tx| provisioning_request::insert_batch(tx, &rows))
            .await
        {
            Err(Error::Unavailable(_)) if tries < TRIES => {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Deletes the rows that are older than [`KEEP_DAYS`], a few at a time; answers how many.
pub async fn prune(store: &Store) -> Result<usize, Error> {
    let before = store
        .now()
        .minus(Duration::from_secs(KEEP_DAYS * 24 * 3600));
    let mut deleted = 0;
    loop {
        let step = store
            .write_unforced(move |tx| provisioning_request::prune(tx, before, PRUNE_ROWS))
            .await?;
        deleted += step;
        if step == 0 {
            return Ok(deleted);
        }
    }
}
