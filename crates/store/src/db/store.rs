//! The two doors.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::r2d2::R2D2Connection as _;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng as _};
use secrecy::SecretString;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::connection::{DbConnection as Connection, Purpose};
use super::lane::Lane;
use super::migrations;
use super::pool::Pool;
use super::transaction::{Circumstances, Durability, EventsMade, Randomness, Tx};
use super::url::{Backend, DatabaseUrl};
use crate::audit::{Actor, Context};
use crate::error::{Error, OpenError};
use crate::ids::{Id, ProvisioningRequestId};
use crate::seal::{self, SealError, Sealer, SecretKey};
use crate::webhook_target::Networks;
use crate::{Clock, Timestamp, token};

/// Longer than any statement may run: who waits past this is told that the database is away.
const PATIENCE: Duration = Duration::from_secs(40);

/// How to open a [`Store`].
#[derive(Clone, Debug)]
pub struct Options {
    /// Which database.
    pub url: DatabaseUrl,
    /// How many connections at most (readers, on SQLite).
    pub connections: u32,
    /// Where "now" comes from.
    pub clock: Clock,
    /// A seed for ids and secrets; tests only. `None` asks the operating system.
    pub seed: Option<u64>,
    /// What secrets that must be readable again are sealed with; without it they are out of reach.
    pub secret_key: Option<SecretKey>,
    /// The networks that webhooks may reach besides public addresses.
    pub webhook_networks: Networks,
}

impl Options {
    /// The options of production.
    pub fn new(url: DatabaseUrl) -> Self {
        Self {
            url,
            connections: 8,
            clock: Clock::system(),
            seed: None,
            secret_key: None,
            webhook_networks: Networks::default(),
        }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    readers: Pool,
    lane: Option<Lane>,
    clock: Clock,
    randomness: Randomness,
    events_committed: Arc<Notify>,
    sealer: Sealer,
    webhook_networks: Arc<Networks>,
    context: Arc<Context>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database. SQLite is migrated at once; a PostgreSQL schema that is older than
    /// this program is refused, since other processes may still be using it.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let backend = options.url.backend();
        let mut connection = Connection::open(&options.url, Purpose::Write)?;
        match migrations::pending(&mut connection)? {
            0 => {}
            _ if backend == Backend::Sqlite => drop(migrations::run(&mut connection)?),
            pending => return Err(OpenError::OldSchema { pending }),
        }
        let key = options.secret_key.as_ref();
        let sealer = Sealer::new(&mut connection, key, options.clock.now()).map_err(|error| {
            OpenError::Unreachable {
                url: options.url.to_string(),
                reason: error.to_string(),
            }
        })?;
        let lane = match backend {
            Backend::Sqlite => {
                Some(
                    Lane::start(connection).map_err(|error| OpenError::Unreachable {
                        url: options.url.to_string(),
                        reason: error.to_string(),
                    })?,
                )
            }
            Backend::Postgres => None,
        };
        let purpose = if lane.is_some() {
            Purpose::Read
        } else {
            Purpose::Write
        };
        Ok(Self {
            backend,
            readers: Pool::new(&options.url, purpose, options.connections),
            lane,
            clock: options.clock.clone(),
            randomness: Randomness::new(rng(options.seed)),
            events_committed: Arc::default(),
            sealer,
            webhook_networks: Arc::new(options.webhook_networks.clone()),
            context: Arc::new(Context::local(Actor::Program)),
        })
    }

    /// The same database for somebody: what is written through it is done on their behalf, and the
    /// audit log says so.
    #[must_use]
    pub fn acting_as(&self, context: Context) -> Self {
        Self {
            context: Arc::new(context),
            ..self.clone()
        }
    }

    /// Which kind of database this is.
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// How many connections it has at most (readers, on SQLite).
    pub fn connections(&self) -> u32 {
        self.readers.size()
    }

    /// The sealer of the database; asked whether its key fits by [`Sealer::check`].
    pub const fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Goes on with another key, which has to be the one that the database is sealed with now.
    pub async fn change_key(&self, key: SecretKey) -> Result<(), SealError> {
        let found = self.read(seal::key_in_use).await;
        let theirs = found.map_err(|error| SealError::Unavailable(error.to_string()))?;
        self.sealer
            .change_over(&key, theirs.unwrap_or_else(|| key.id()))
    }

    /// The networks that webhooks may reach besides public addresses.
    pub fn webhook_networks(&self) -> &Networks {
        &self.webhook_networks
    }

    /// Random bits for what is spread out in time.
    pub fn random(&self) -> u64 {
        self.randomness.with(RngExt::random)
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id, for what is named before it is stored.
    pub fn new_id<I: Id>(&self) -> I {
        self.randomness.new_id(self.now())
    }

    /// Random lower-case letters and digits, for a password that is made for somebody.
    pub fn random_text(&self, length: usize) -> SecretString {
        SecretString::from(self.randomness.with(|rng| token::endpoint_key(length, rng)))
    }

    /// Reads. `work` runs on a thread of its own with a connection from the pool.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let readers = self.readers.clone();
        patiently(spawn_blocking(move || readers.run(work))).await
    }

    /// Reads as [`Store::read`] does, and once more when the first connection proves broken: for
    /// the read that every request begins with, so that a restart of the database is not seen.
    pub async fn read_persistently<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Connection) -> Result<T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let readers = self.readers.clone();
        patiently(spawn_blocking(move || readers.run_twice(work))).await
    }

    /// Writes: `work` takes effect whole when it answers `Ok`, and not at all otherwise.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.write_with(None, Durability::Forced, work).await
    }

    /// Writes on somebody's behalf; see [`Store::acting_as`].
    pub async fn write_as<T, E, F>(&self, context: Context, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.acting_as(context).write(work).await
    }

    /// Writes for a provisioning request: the events made carry its id.
    pub async fn write_caused_by<T, E, F>(
        &self,
        cause: ProvisioningRequestId,
        work: F,
    ) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.write_with(Some(cause), Durability::Forced, work).await
    }

    /// Writes what may be done again: it takes effect whole, but does not wait for the disk, and a
    /// power failure may take back the newest of it. Keeps background work out of the way of those
    /// who wait.
    pub async fn write_unforced<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.write_with(None, Durability::Unforced, work).await
    }

    async fn write_with<T, E, F>(
        &self,
        cause: Option<ProvisioningRequestId>,
        durability: Durability,
        work: F,
    ) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let events_made = EventsMade::default();
        let circumstances = Circumstances {
            now: self.now(),
            randomness: self.randomness.clone(),
            cause,
            durability,
            events_made: events_made.clone(),
            sealer: self.sealer.clone(),
            webhook_networks: Arc::clone(&self.webhook_networks),
            context: Arc::clone(&self.context),
        };
        let done = if let Some(lane) = &self.lane {
            patiently(lane.put(circumstances, work)).await
        } else {
            let pool = self.readers.clone();
            patiently(spawn_blocking(move || {
                pool.run(|connection| transact(connection, circumstances, work))
            }))
            .await
        };
        if done.is_ok() && events_made.any() {
            self.events_committed.notify_one();
        }
        done
    }

    /// Waits until a write of this process has committed events that are to be published. A hint:
    /// it may be missed when a caller hangs up, and says nothing of other processes.
    pub async fn events_committed(&self) {
        self.events_committed.notified().await;
    }

    /// Asks whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read(|connection| connection.ping().map_err(Error::from))
            .await
    }
}

pub(super) fn rng(seed: Option<u64>) -> StdRng {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system's randomness comes in"
    )]
    seed.map_or_else(|| StdRng::from_rng(&mut rand::rng()), StdRng::seed_from_u64)
}

/// Diesel's transaction wants an error that a failed COMMIT can become; a store error does that.
enum Outcome<E> {
    Refused(E),
    Failed(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Outcome<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error)
    }
}

fn transact<T, E: From<Error>>(
    connection: &mut Connection,
    circumstances: Circumstances,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    connection
        .transaction(|connection| {
            if circumstances.durability == Durability::Unforced {
                connection.batch_execute("SET LOCAL synchronous_commit = off")?;
            }
            work(&mut Tx::new(connection, circumstances)).map_err(Outcome::Refused)
        })
        .map_err(|outcome| match outcome {
            Outcome::Refused(error) => error,
            Outcome::Failed(error) => Error::from(error).into(),
        })
}

async fn patiently<T, E, D>(answer: impl Future<Output = Result<Result<T, E>, D>>) -> Result<T, E>
where
    E: From<Error>,
    D: fmt::Display,
{
    match timeout(PATIENCE, answer).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => Err(Error::Unavailable(format!("the work was dropped: {error}")).into()),
        Err(_) => {
            Err(Error::Unavailable(format!("no answer within {} s", PATIENCE.as_secs())).into())
        }
    }
}
