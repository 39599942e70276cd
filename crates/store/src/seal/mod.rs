//! Sealing: secrets that must be readable again, such as those that sign webhooks, stand in the
//! database encrypted (XChaCha20-Poly1305) under a key that is kept elsewhere.
//!
//! A sealed text is bound to its table, row and column, so that moved to another it does not open.
//! The database remembers which key it is sealed with; a process that holds another one neither
//! opens nor seals anything.

mod key;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::connection::on_either;
use crate::db::schema::sealing_key;
use crate::{Connection, Timestamp};

pub use key::{KeyError, SecretKey};

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
}

/// Where a sealed text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: &'a str,
}

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Sealer(Arc<State>);

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
            return Ok(Self(Arc::new(State::Useless(SealError::NoKey))));
        };
        let ours = key.id();
        let theirs = claim(conn, &ours, now)?;
        let state = if ours == theirs {
            State::Ready {
                id: ours,
                cipher: Box::new(XChaCha20Poly1305::new(&(*key.bytes()).into())),
            }
        } else {
            State::Useless(SealError::OtherKey { ours, theirs })
        };
        Ok(Self(Arc::new(state)))
    }

    /// Says whether secrets can be sealed and opened.
    pub fn check(&self) -> Result<(), SealError> {
        match &*self.0 {
            State::Ready { .. } => Ok(()),
            State::Useless(reason) => Err(reason.clone()),
        }
    }

    pub(crate) fn seal(
        &self,
        place: Place<'_>,
        secret: &SecretString,
        nonce: [u8; NONCE],
    ) -> Result<String, SealError> {
        let (id, cipher) = self.ready()?;
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
        let (ours, cipher) = self.ready()?;
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

    fn ready(&self) -> Result<(&str, &XChaCha20Poly1305), SealError> {
        match &*self.0 {
            State::Ready { id, cipher } => Ok((id, cipher)),
            State::Useless(reason) => Err(reason.clone()),
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
        Sealer(Arc::new(State::Ready {
            id: key.id(),
            cipher: Box::new(XChaCha20Poly1305::new(&(*key.bytes()).into())),
        }))
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
