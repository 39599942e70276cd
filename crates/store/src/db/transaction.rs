//! The proof of an open write transaction.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::RngExt;
use rand::rngs::StdRng;
use secrecy::SecretString;

use super::connection::DbConnection as Connection;
use crate::Timestamp;
use crate::audit::Context;
use crate::ids::{Id, ProvisioningRequestId};
use crate::seal::{self, NONCE, Place, SealError, Sealer};
use crate::token;
use crate::webhook_target::Networks;

/// An id holds 80 random bits; one bit stays free for counting up.
const HEADROOM: u32 = 128 - 79;

/// Randomness for ids and secrets, shared by all transactions: a ChaCha generator seeded by the
/// operating system, or by a number in tests.
#[derive(Clone)]
pub(crate) struct Randomness(Arc<Mutex<Generator>>);

struct Generator {
    rng: StdRng,
    last_id: (i64, u128),
}

impl Randomness {
    pub(crate) fn new(rng: StdRng) -> Self {
        Self(Arc::new(Mutex::new(Generator {
            rng,
            last_id: (i64::MIN, 0),
        })))
    }

    pub(crate) fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.lock().rng)
    }

    /// Ids of one millisecond count up, so that this process's ids sort in the order they were made.
    pub(crate) fn new_id<I: Id>(&self, now: Timestamp) -> I {
        let mut generator = self.lock();
        let (last_millis, last_random) = generator.last_id;
        let random = if last_millis == now.millis() {
            last_random + 1
        } else {
            generator.rng.random::<u128>() >> HEADROOM
        };
        generator.last_id = (now.millis(), random);
        I::make(now, random)
    }

    fn lock(&self) -> MutexGuard<'_, Generator> {
        // A panic while drawing leaves a generator that still draws.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a commit must outlast. The end of the process it outlasts always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power failure: it waits for the disk.
    Forced,
    /// A power failure may take back the newest commits, whole and in their order.
    Unforced,
}

/// What a transaction is made with, besides its connection.
#[derive(Clone)]
pub(crate) struct Circumstances {
    pub(crate) now: Timestamp,
    pub(crate) randomness: Randomness,
    pub(crate) cause: Option<ProvisioningRequestId>,
    pub(crate) durability: Durability,
    pub(crate) events_made: EventsMade,
    pub(crate) sealer: Sealer,
    pub(crate) webhook_networks: Arc<Networks>,
    pub(crate) context: Arc<Context>,
}

/// Whether a transaction appended events; read once it has committed, to wake the publisher.
#[derive(Clone, Default)]
pub(crate) struct EventsMade(Arc<AtomicBool>);

impl EventsMade {
    pub(crate) fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// An open write transaction. Only [`Store::write`](crate::Store::write) makes one; finders take
/// it as a [`Connection`]. It carries one "now", so that one request has one time.
pub struct Tx<'a> {
    connection: &'a mut Connection,
    circumstances: Circumstances,
}

impl<'a> Tx<'a> {
    pub(crate) const fn new(connection: &'a mut Connection, circumstances: Circumstances) -> Self {
        Self {
            connection,
            circumstances,
        }
    }

    /// The time of the request.
    pub const fn now(&self) -> Timestamp {
        self.circumstances.now
    }

    /// The provisioning request that asked for the changes, if one did.
    pub const fn cause(&self) -> Option<&ProvisioningRequestId> {
        self.circumstances.cause.as_ref()
    }

    /// On whose behalf the changes are made.
    pub fn context(&self) -> Arc<Context> {
        Arc::clone(&self.circumstances.context)
    }

    /// Remembers that events were appended.
    pub(crate) fn has_events(&self) {
        self.circumstances
            .events_made
            .0
            .store(true, Ordering::Relaxed);
    }

    /// Remembers that deliveries became due, which the publisher's process also looks after.
    pub(crate) fn has_deliveries(&self) {
        self.has_events();
    }

    /// The sealer of the database.
    pub fn sealer(&self) -> &Sealer {
        &self.circumstances.sealer
    }

    /// Seals a secret for one place, unless the key was changed meanwhile: what is sealed with the
    /// old one after that would never open again.
    pub(crate) fn seal(
        &mut self,
        place: Place<'_>,
        secret: &SecretString,
    ) -> Result<String, SealError> {
        if let Some(ours) = self.sealer().key_id() {
            let theirs = seal::hold_key(self);
            let theirs = theirs.map_err(|error| SealError::Unavailable(error.to_string()))?;
            if let Some(theirs) = theirs.filter(|theirs| *theirs != ours) {
                return Err(SealError::OtherKey { ours, theirs });
            }
        }
        let nonce: [u8; NONCE] = self.new_bytes();
        self.circumstances.sealer.seal(place, secret, nonce)
    }

    /// The networks that webhooks may reach besides public addresses.
    pub fn webhook_networks(&self) -> &Networks {
        &self.circumstances.webhook_networks
    }

    /// A new id.
    pub fn new_id<I: Id>(&self) -> I {
        self.circumstances.randomness.new_id(self.now())
    }

    /// New random bytes.
    pub(crate) fn new_bytes<const N: usize>(&self) -> [u8; N] {
        self.circumstances.randomness.with(RngExt::random)
    }

    /// A new secret with `prefix`.
    pub(crate) fn new_token(&self, prefix: &str) -> SecretString {
        self.circumstances
            .randomness
            .with(|rng| token::generate(prefix, rng))
    }

    /// A new secret that signs webhooks.
    pub(crate) fn new_webhook_secret(&self) -> SecretString {
        self.circumstances.randomness.with(token::webhook_secret)
    }

    /// A new random key of `length` lower-case letters and digits.
    pub(crate) fn new_key(&self, length: usize) -> String {
        self.circumstances
            .randomness
            .with(|rng| token::endpoint_key(length, rng))
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection
    }
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}
