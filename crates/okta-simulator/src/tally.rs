use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::histogram::Histogram;
use crate::operation::Operation;
use crate::surprise::Surprise;

/// So many surprises are kept; the others are only counted.
const KEPT: usize = 500;

/// Counts and durations of everything sent so far.
#[derive(Debug)]
pub(crate) struct Tally {
    state: Mutex<Counts>,
    started: Instant,
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Counts {
    pub(crate) requests: BTreeMap<&'static str, Histogram>,
    pub(crate) operations: BTreeMap<Operation, Histogram>,
    pub(crate) throttled: u64,
    pub(crate) surprises: Vec<Surprise>,
    pub(crate) surprise_count: usize,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::default(),
            started: Instant::now(),
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn request(&self, pattern: &'static str, took: Duration) {
        self.counts()
            .requests
            .entry(pattern)
            .or_default()
            .record(took);
    }

    pub(crate) fn throttled(&self) {
        self.counts().throttled += 1;
    }

    pub(crate) fn operation(&self, operation: Operation, took: Duration) {
        self.counts()
            .operations
            .entry(operation)
            .or_default()
            .record(took);
    }

    pub(crate) fn surprise(&self, surprise: Surprise) {
        let mut counts = self.counts();
        counts.surprise_count += 1;
        if counts.surprises.len() < KEPT {
            counts.surprises.push(surprise);
        }
    }

    /// Everything so far, and since when.
    pub(crate) fn snapshot(&self) -> (Counts, Duration) {
        (self.counts().clone(), self.started.elapsed())
    }
}
