//! Answers to POST requests that carry an idempotency key, kept so that a request sent again is answered and not carried
//! out again.
//!
//! Some of the answers hold a secret that is shown once. So an answer is sealed with a key made from what only the caller
//! knows, its API key and its idempotency key; the database holds no more than hashes of these.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::db::connection::on_either;
use crate::db::schema::idempotency_keys;
use crate::error::{Error, Result};
use crate::ids::WorkspaceId;
use crate::{Tx, token};

/// How long an answer is given again.
pub const KEPT: Duration = Duration::from_hours(24);

/// Bytes of a nonce.
const NONCE: usize = 24;

/// A POST request that may come again.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// Its path: the same key elsewhere is another request.
    pub path: String,
    /// The key that the caller gave it.
    pub key: SecretString,
    /// The API key with which it came.
    pub api_key: SecretString,
    /// A hash of everything else in it.
    pub fingerprint: String,
}

/// What a request was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// What is known of a request's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: carry the request out and [`record`] the answer.
    Fresh,
    /// The request came before and was answered with this.
    Answered(Answer),
    /// Another request, or one with another API key, came with this key.
    Taken,
}

/// Takes a request's key. A second request with the key waits for the first and learns its answer;
/// if the first is not carried out in the end, the key is free again.
pub fn claim(tx: &mut Tx<'_>, workspace_id: &WorkspaceId, request: &KeyedRequest) -> Result<Claim> {
    let key_hash = token::hash(request.key.expose_secret());
    let mine = idempotency_keys::workspace_id
        .eq(workspace_id)
        .and(idempotency_keys::path.eq(&request.path))
        .and(idempotency_keys::idempotency_key.eq(&key_hash));
    let expired = idempotency_keys::created_at.lt(tx.now().minus(KEPT));
    diesel::delete(idempotency_keys::table.filter(mine.and(expired))).execute(&mut **tx)?;
    let values = (
        idempotency_keys::workspace_id.eq(workspace_id),
        idempotency_keys::path.eq(&request.path),
        idempotency_keys::idempotency_key.eq(&key_hash),
        idempotency_keys::request_hash.eq(&request.fingerprint),
        idempotency_keys::status.eq(0),
        idempotency_keys::body.eq(""),
        idempotency_keys::created_at.eq(tx.now()),
    );
    let inserted = on_either!(*tx, conn => diesel::insert_into(idempotency_keys::table)
        .values(&values)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if inserted == 1 {
        return Ok(Claim::Fresh);
    }
    let kept = idempotency_keys::table.filter(mine).select((
        idempotency_keys::request_hash,
        idempotency_keys::status,
        idempotency_keys::body,
    ));
    let (fingerprint, status, sealed): (String, i32, String) = kept.first(&mut **tx)?;
    if fingerprint != request.fingerprint {
        return Ok(Claim::Taken);
    }
    let answer = u16::try_from(status).ok().zip(open(request, &sealed));
    Ok(answer.map_or(Claim::Taken, |(status, body)| {
        Claim::Answered(Answer { status, body })
    }))
}

/// Writes down what a request was answered with.
pub fn record(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    request: &KeyedRequest,
    answer: &Answer,
) -> Result<()> {
    let key_hash = token::hash(request.key.expose_secret());
    let mine = idempotency_keys::workspace_id
        .eq(workspace_id)
        .and(idempotency_keys::path.eq(&request.path))
        .and(idempotency_keys::idempotency_key.eq(key_hash));
    let body = seal(tx, request, &answer.body)?;
    diesel::update(idempotency_keys::table.filter(mine))
        .set((
            idempotency_keys::status.eq(i32::from(answer.status)),
            idempotency_keys::body.eq(body),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Forgets at most about `limit` of the answers that are not given again, the oldest first. Returns how many.
pub fn prune(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let old = idempotency_keys::created_at.lt(tx.now().minus(KEPT));
    let ages: Vec<crate::Timestamp> = idempotency_keys::table
        .filter(old)
        .order(idempotency_keys::created_at)
        .limit(limit)
        .select(idempotency_keys::created_at)
        .load(&mut **tx)?;
    let Some(latest) = ages.last() else {
        return Ok(0);
    };
    let stale = idempotency_keys::table.filter(idempotency_keys::created_at.le(latest));
    Ok(diesel::delete(stale).execute(&mut **tx)?)
}

fn cipher(request: &KeyedRequest) -> XChaCha20Poly1305 {
    let mut hash = Sha256::new();
    hash.update(b"rollcall idempotency ");
    // A hash is of a fixed length, so no two pairs of keys look alike.
    hash.update(Sha256::digest(request.api_key.expose_secret()));
    hash.update(Sha256::digest(request.key.expose_secret()));
    hash.update(&request.path);
    XChaCha20Poly1305::new(&hash.finalize())
}

fn seal(tx: &Tx<'_>, request: &KeyedRequest, text: &str) -> Result<String> {
    let nonce: [u8; NONCE] = tx
        .new_key(NONCE)
        .into_bytes()
        .try_into()
        .unwrap_or_default();
    let sealed = cipher(request)
        .encrypt(&XNonce::from(nonce), text.as_bytes())
        .map_err(|_| Error::Inconsistent {
            table: "idempotency_keys",
            column: "body",
            row: request.path.clone(),
            reason: "the answer is too long to be sealed".to_owned(),
        })?;
    Ok(BASE64.encode([&nonce[..], &sealed].concat()))
}

fn open(request: &KeyedRequest, sealed: &str) -> Option<String> {
    let bytes = BASE64.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let opened = cipher(request).decrypt(&XNonce::from(*nonce), sealed);
    String::from_utf8(opened.ok()?).ok()
}
