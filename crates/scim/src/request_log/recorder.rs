//! The bounded queue between requests and the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rollcall_store::Store;
use rollcall_store::provisioning_request::ProvisioningRequest;
use tokio::sync::{mpsc, oneshot};

use super::writer::Writer;

/// The most rows that wait to be written.
pub const MAX_QUEUED_ROWS: usize = 4_096;
/// The most bytes of text in the rows that wait.
pub const MAX_QUEUED_BYTES: usize = 32 * 1024 * 1024;

/// Takes rows of the request log and writes them behind the request. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Message>,
    load: Arc<Load>,
}

/// What waits, and what found no room.
#[derive(Debug, Default)]
pub(super) struct Load {
    bytes: AtomicUsize,
    dropped: AtomicUsize,
}

pub(super) enum Message {
    Row(Box<ProvisioningRequest>),
    Flush(oneshot::Sender<()>),
}

impl Recorder {
    /// Starts the writer as a task of the current runtime. It ends when the last clone of the recorder is gone.
    pub fn start(store: Store) -> Self {
        let (recorder, writer) = Self::pair(store);
        tokio::spawn(writer.run());
        recorder
    }

    /// A recorder, and the writer that has to be run for it.
    pub(super) fn pair(store: Store) -> (Self, Writer) {
        let (queue, rows) = mpsc::channel(MAX_QUEUED_ROWS);
        let load = Arc::new(Load::default());
        let writer = Writer::new(store, rows, Arc::clone(&load));
        (Self { queue, load }, writer)
    }

    /// Queues a row, or drops and counts it when there is no room: provisioning never waits for its log.
    pub(crate) fn put(&self, row: ProvisioningRequest) {
        let size = size_of_row(&row);
        let waiting = self.load.bytes.fetch_add(size, Ordering::Relaxed) + size;
        if waiting > MAX_QUEUED_BYTES || self.queue.try_send(Message::Row(Box::new(row))).is_err() {
            self.load.release(size);
            self.load.count_dropped(1);
        }
    }

    /// Waits until everything queued so far is written (or given up), last uses of tokens included.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            // The writer answers, or it is gone and there is nothing to wait for.
            let _ = written.await;
        }
    }
}

impl Load {
    pub(super) fn release(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn count_dropped(&self, rows: usize) {
        self.dropped.fetch_add(rows, Ordering::Relaxed);
    }

    /// How many rows were dropped since this was last asked.
    pub(super) fn take_dropped(&self) -> usize {
        self.dropped.swap(0, Ordering::Relaxed)
    }
}

/// The bytes of text in a row.
pub(super) fn size_of_row(row: &ProvisioningRequest) -> usize {
    let bodies = [&row.request_body, &row.response_body]
        .into_iter()
        .flatten()
        .map(String::len)
        .sum::<usize>();
    bodies + row.path.len() + row.query.len() + row.summary.len() + row.user_agent.len()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
