//! When API keys were last used: remembered in memory and written now and then, never once a request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rollcall_store::ids::ApiKeyId;
use rollcall_store::{Store, Timestamp, api_key};
use tokio::time::sleep;

const WRITE_EVERY: Duration = Duration::from_mins(1);

/// The uses that the database does not know of yet.
#[derive(Debug, Default)]
pub(crate) struct Uses(Mutex<HashMap<ApiKeyId, Timestamp>>);

impl Uses {
    /// Remembers that a key was used.
    pub(crate) fn note(&self, key: &ApiKeyId, at: Timestamp) {
        let mut uses = self.lock();
        match uses.get_mut(key) {
            Some(latest) => *latest = at.max(*latest),
            None => {
                uses.insert(key.clone(), at);
            }
        }
    }

    pub(crate) async fn keep_writing(&self, store: &Store) {
        loop {
            sleep(WRITE_EVERY).await;
            self.write(store).await;
        }
    }

    /// Writes down what is remembered. When that fails it is remembered further.
    pub(crate) async fn write(&self, store: &Store) {
        let uses: Vec<_> = self.lock().drain().collect();
        if uses.is_empty() {
            return;
        }
        let rows = uses.clone();
        if let Err(error) = store
            .write_unforced(move |tx| api_key::touch(tx, &rows))
            .await
        {
            tracing::warn!(%error, "the last uses of API keys could not be written down");
            for (key, at) in uses {
                self.note(&key, at);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ApiKeyId, Timestamp>> {
        // A panic between two statements here leaves a whole map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
