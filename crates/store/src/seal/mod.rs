//! Sealing: secrets that must be readable again, such as those that sign webhooks, stand in the
//! database encrypted (XChaCha20-Poly1305) under a key that is kept elsewhere.
//!
//! A sealed text is bound to its table, row and column, so that moved to another it does not open.
//! The database remembers which key it is sealed with; a process that holds another one neither
//! opens nor seals anything.

mod files;
mod key;
mod rotate;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::connection::{first_locked, on_either};
use crate::db::schema::sealing_key;
use crate::{Connection, Timestamp};

pub use files::{next_file, old_file, replace};
pub use key::{KeyError, SecretKey};
pub use rotate::{RotateError, Rotated, SEALED, rotate};

/// Bytes of a nonce: enough to draw each at random.
pub(crate) const NONCE: usize = 24;
/// The one row.
const ROW: i32 = 1;
/// The form of a sealed text, in front of it.
const FORM: &str = "v1";

/// Why a secret was not sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The process was given no key.
    #[error("this process has no secret key")]
    NoKey,
    /// The process was given another key than the one the database is sealed with.
    #[error("the secret key of this process ({ours}) is not the one of the database ({theirs})")]
    OtherKey {
        /// The id of this process's key.
        ours: String,
        /// The id of the database's key.
        theirs: String,
    },
    /// The sealed text was changed or moved, or is none.
    #[error("a sealed secret does not open; it was changed outside this program")]
    Broken,
    /// The database does not say which key it is sealed with.
    #[error("the database is away: {0}")]
    Unavailable(String),
}

/// Where a sealed text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: &'a str,
}

/// Seals and opens. Cheap to clone; all clones change over to a new key together.
#[derive(Clone)]
pub struct Sealer(Arc<RwLock<Arc<State>>>);

enum State {
    Ready {
        id: String,
        cipher: Box<XChaCha20Poly1305>,
    },
    Useless(SealError),
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sealer").field(&self.check()).finish()
    }
}

impl Sealer {
    /// A sealer for a database. The first key that a database meets becomes its key.
    pub(crate) fn new(
        conn: &mut Connection,
        key: Option<&SecretKey>,
        now: Timestamp,
    ) -> QueryResult<Self> {
        let Some(key) = key else {
            return Ok(Self::of(State::Useless(SealError::NoKey)));
        };
        let theirs = claim(conn, &key.id(), now)?;
        Ok(Self::of(State::with(key, theirs)))
    }

    fn of(state: State) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(state))))
    }

    /// Says whether secrets can be sealed and opened.
    pub fn check(&self) -> Result<(), SealError> {
        self.state().ready().map(drop)
    }

    /// The id of the key, if there is one that fits.
    pub fn key_id(&self) -> Option<String> {
        let state = self.state();
        state.ready().ok().map(|(id, _)| id.to_owned())
    }

    /// Goes on with another key. If it is not the one that the database is sealed with now, the sealer
    /// is useless until it gets that one.
    pub(crate) fn change_over(&self, key: &SecretKey, theirs: String) -> Result<(), SealError> {
        let state = Arc::new(State::with(key, theirs));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&state);
        state.ready().map(drop)
    }

    fn state(&self) -> Arc<State> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn seal(
        &self,
        place: Place<'_>,
        secret: &SecretString,
        nonce: [u8; NONCE],
    ) -> Result<String, SealError> {
        let state = self.state();
        let (id, cipher) = state.ready()?;
        let (aad, msg) = (associated(place), secret.expose_secret().as_bytes());
        let payload = Payload {
            msg,
            aad: aad.as_bytes(),
        };
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Broken)?;
        let bytes = [&nonce[..], &sealed].concat();
        Ok(format!("{FORM}.{id}.{}", BASE64.encode(bytes)))
    }

    pub(crate) fn open(&self, place: Place<'_>, sealed: &str) -> Result<SecretString, SealError> {
        let state = self.state();
        let (ours, cipher) = state.ready()?;
        let mut parts = sealed.splitn(3, '.');
        let (Some(FORM), Some(theirs), Some(text)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(SealError::Broken);
        };
        if theirs != ours {
            return Err(SealError::OtherKey {
                ours: ours.to_owned(),
                theirs: theirs.to_owned(),
            });
        }
        let bytes = BASE64.decode(text).map_err(|_| SealError::Broken)?;
        let (nonce, msg) = bytes.split_first_chunk().ok_or(SealError::Broken)?;
        let aad = associated(place);
        let payload = Payload {
            msg,
            aad: aad.as_bytes(),
        };
        let opened = cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealError::Broken)?;
        let text = String::from_utf8(opened).map_err(|_| SealError::Broken)?;
        Ok(SecretString::from(text))
    }
}

impl State {
    /// What a key is good for at a database that is sealed with the key of the id `theirs`.
    fn with(key: &SecretKey, theirs: String) -> Self {
        let ours = key.id();
        if ours != theirs {
            return Self::Useless(SealError::OtherKey { ours, theirs });
        }
        let cipher = Box::new(XChaCha20Poly1305::new(&(*key.bytes()).into()));
        Self::Ready { id: ours, cipher }
    }

    fn ready(&self) -> Result<(&str, &XChaCha20Poly1305), SealError> {
        match self {
            Self::Ready { id, cipher } => Ok((id, cipher)),
            Self::Useless(reason) => Err(reason.clone()),
        }
    }
}

fn associated(place: Place<'_>) -> String {
    format!("{}.{}.{}", place.table, place.column, place.row)
}

/// The id of the key that the database is sealed with, if it has met one.
pub fn key_in_use(conn: &mut Connection) -> crate::Result<Option<String>> {
    let row = sealing_key::table.filter(sealing_key::id.eq(ROW));
    Ok(row.select(sealing_key::key_id).first(conn).optional()?)
}

/// The same, held until the transaction ends: nobody changes the key as long.
pub(crate) fn hold_key(conn: &mut Connection) -> QueryResult<Option<String>> {
    let row = sealing_key::table.filter(sealing_key::id.eq(ROW));
    first_locked!(conn, for_share, row.select(sealing_key::key_id))
}

fn claim(conn: &mut Connection, key_id: &str, now: Timestamp) -> QueryResult<String> {
    on_either!(conn, conn => diesel::insert_into(sealing_key::table)
        .values((
            sealing_key::id.eq(ROW),
            sealing_key::key_id.eq(key_id),
            sealing_key::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    let row = sealing_key::table.filter(sealing_key::id.eq(ROW));
    row.select(sealing_key::key_id).first(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place {
        table: "webhook_endpoints",
        column: "sealed_secret",
        row: "we_1",
    };

    fn sealer(key: &SecretKey) -> Sealer {
        Sealer::of(State::with(key, key.id()))
    }

    #[test]
    fn opens_only_where_it_was_sealed_with_the_key_it_was_sealed_with() {
        let key: SecretKey = "00".repeat(32).parse().unwrap();
        let sealer = sealer(&key);
        let secret = SecretString::from("whsec_secret");
        let text = sealer.seal(HERE, &secret, [7; NONCE]).unwrap();
        assert!(!text.contains("whsec"));
        let opened = sealer.open(HERE, &text).unwrap();
        assert_eq!(opened.expose_secret(), "whsec_secret");
        let elsewhere = Place {
            row: "we_2",
            ..HERE
        };
        assert_eq!(
            sealer.open(elsewhere, &text).unwrap_err(),
            SealError::Broken
        );
        let other = self::sealer(&"11".repeat(32).parse().unwrap());
        assert!(matches!(
            other.open(HERE, &text),
            Err(SealError::OtherKey { .. })
        ));
        for broken in ["", "v1", "v1.x", &text[..text.len() - 4], "v2.a.b"] {
            assert!(sealer.open(HERE, broken).is_err(), "{broken}");
        }
    }
}
