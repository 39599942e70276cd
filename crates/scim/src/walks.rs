//! How many walks through directories there are at once.
//!
//! A walk holds a database connection for as long as it takes to read everybody, so a few clients with filters that
//! no index serves could leave none for provisioning.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rollcall_store::ids::DirectoryId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::ScimError;

/// The most walks of one directory that are under way or wait. More would be one client taking every turn.
pub const MAX_A_DIRECTORY: usize = 4;
/// The longest that a walk waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// The turns of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Walks {
    turns: Arc<Semaphore>,
    of_directory: Arc<Mutex<HashMap<DirectoryId, usize>>>,
}

/// A walk's turn, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _place: Place,
    _permit: OwnedSemaphorePermit,
}

/// One of a directory's places among those that walk or wait.
#[derive(Debug)]
struct Place {
    of_directory: Arc<Mutex<HashMap<DirectoryId, usize>>>,
    directory_id: DirectoryId,
}

/// Why a walk has no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTurn {
    /// Its directory has [`MAX_A_DIRECTORY`] already.
    TooMany,
    /// The walks of others did not end in time.
    Busy,
}

impl Walks {
    /// Turns for a process with that many database connections: a quarter of them may walk, and at least one.
    pub fn new(connections: u32) -> Self {
        let turns = usize::try_from(connections / 4).unwrap_or(usize::MAX);
        Self {
            turns: Arc::new(Semaphore::new(turns.clamp(1, Semaphore::MAX_PERMITS))),
            of_directory: Arc::default(),
        }
    }

    /// Waits for a turn. Whoever asked first walks first.
    pub async fn turn(&self, directory_id: &DirectoryId) -> Result<Turn, NoTurn> {
        let place = self.place(directory_id).ok_or(NoTurn::TooMany)?;
        let permit = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        match permit {
            Ok(Ok(permit)) => Ok(Turn {
                _place: place,
                _permit: permit,
            }),
            Ok(Err(_)) | Err(_) => Err(NoTurn::Busy),
        }
    }

    fn place(&self, directory_id: &DirectoryId) -> Option<Place> {
        let mut taken = lock(&self.of_directory);
        let places = taken.entry(directory_id.clone()).or_default();
        if *places >= MAX_A_DIRECTORY {
            return None;
        }
        *places += 1;
        Some(Place {
            of_directory: Arc::clone(&self.of_directory),
            directory_id: directory_id.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.of_directory);
        if let Some(places) = taken.get_mut(&self.directory_id) {
            *places -= 1;
            if *places == 0 {
                taken.remove(&self.directory_id);
            }
        }
    }
}

/// A panic while counting leaves counts that still count.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<NoTurn> for ScimError {
    fn from(no_turn: NoTurn) -> Self {
        match no_turn {
            NoTurn::TooMany => Self::TooManyWalks,
            NoTurn::Busy => Self::WalksBusy,
        }
    }
}
