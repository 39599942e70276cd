//! Pooled connections that notice when their server went away.
//!
//! A ping at each check-out would cost a round trip a request. So a connection is asked only
//! when there is reason to doubt it: it lay idle for a while, or another one just broke.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::r2d2::R2D2Connection as _;
use r2d2::ManageConnection;

use super::connection::{DbConnection as Connection, Purpose};
use super::url::{Backend, DatabaseUrl};
use crate::error::{Error, OpenError};

const IDLE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection and what is known of its health.
pub(crate) struct Pooled {
    pub(crate) connection: Connection,
    broken: bool,
    trusted_at: Instant,
    doubts_seen: u64,
}

#[derive(Debug)]
struct Manager {
    url: DatabaseUrl,
    purpose: Purpose,
    doubts: Arc<AtomicU64>,
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = OpenError;

    fn connect(&self) -> Result<Pooled, OpenError> {
        let doubts_seen = self.doubts.load(Ordering::SeqCst);
        let connection = Connection::open(&self.url, self.purpose)?;
        Ok(Pooled {
            connection,
            broken: false,
            trusted_at: Instant::now(),
            doubts_seen,
        })
    }

    fn is_valid(&self, _: &mut Pooled) -> Result<(), OpenError> {
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken || std::thread::panicking() || pooled.connection.is_broken()
    }
}

/// A bounded set of connections.
#[derive(Clone)]
pub(crate) struct Pool {
    inner: r2d2::Pool<Manager>,
    doubts: Arc<AtomicU64>,
    server: bool,
}

#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<OpenError> for LogErrors {
    fn handle_error(&self, error: OpenError) {
        tracing::warn!(%error, "cannot open a database connection");
    }
}

impl Pool {
    /// A pool of up to `size` connections, opened when first needed.
    pub(crate) fn new(url: &DatabaseUrl, purpose: Purpose, size: u32) -> Self {
        let doubts = Arc::new(AtomicU64::new(0));
        let manager = Manager {
            url: url.clone(),
            purpose,
            doubts: Arc::clone(&doubts),
        };
        let inner = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(PATIENCE)
            .test_on_check_out(false)
            .error_handler(Box::new(LogErrors))
            .build_unchecked(manager);
        Self {
            inner,
            doubts,
            server: url.backend() == Backend::Postgres,
        }
    }

    /// How many connections there are at most.
    pub(crate) fn size(&self) -> u32 {
        self.inner.max_size()
    }

    /// Runs `job`, and once more on another connection when the first breaks under it.
    pub(crate) fn run_twice<T, E: From<Error>>(
        &self,
        job: impl Fn(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let doubts = self.doubts.load(Ordering::SeqCst);
        let first = self.run(&job);
        // Doubts grow only when a connection broke, not when none could be had.
        if first.is_ok() || self.doubts.load(Ordering::SeqCst) == doubts {
            return first;
        }
        self.run(&job)
    }

    /// Runs `job` on a healthy connection. When the connection proves dead afterwards, the
    /// answer is [`Error::Unavailable`], whatever the job made of it.
    pub(crate) fn run<T, E: From<Error>>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pooled = self.healthy()?;
        let result = job(&mut pooled.connection);
        if result.is_err() && self.server && pooled.connection.ping().is_err() {
            self.doubt(&mut pooled);
            return Err(
                Error::Unavailable("the connection to the database broke".to_owned()).into(),
            );
        }
        pooled.trusted_at = Instant::now();
        result
    }

    fn healthy(&self) -> Result<r2d2::PooledConnection<Manager>, Error> {
        // Each turn throws a dead connection away, so there are at most as many turns as connections.
        for _ in 0..=self.inner.max_size() {
            let mut pooled = self
                .inner
                .get()
                .map_err(|error| Error::Unavailable(error.to_string()))?;
            let doubts = self.doubts.load(Ordering::SeqCst);
            if !self.server || (pooled.trusted_at.elapsed() < IDLE && pooled.doubts_seen == doubts)
            {
                return Ok(pooled);
            }
            if pooled.connection.ping().is_ok() {
                pooled.doubts_seen = doubts;
                return Ok(pooled);
            }
            self.doubt(&mut pooled);
        }
        Err(Error::Unavailable(
            "no connection to the database works".to_owned(),
        ))
    }

    fn doubt(&self, pooled: &mut Pooled) {
        pooled.broken = true;
        self.doubts.fetch_add(1, Ordering::SeqCst);
    }
}
