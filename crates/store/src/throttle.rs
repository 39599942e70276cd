//! Throttles: how often something may be tried. They stand in the database, so that a restart
//! forgives nothing and all processes count together.
//!
//! The generic cell rate algorithm: a row holds the time at which all attempts so far are
//! forgiven; each attempt moves it on by its share, and one that would move it too far is refused.

use std::time::Duration;

use diesel::prelude::*;

use crate::db::connection::{first_locked, on_either};
use crate::db::schema::throttles;
use crate::error::Result;
use crate::{Timestamp, Tx, token};

/// So many attempts at once, and one more each time `every` has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    burst: u32,
    every: Duration,
}

impl Quota {
    /// `burst` attempts in each `window`.
    pub const fn new(burst: u32, window: Duration) -> Self {
        let every = match window.checked_div(burst) {
            Some(every) => every,
            None => window,
        };
        Self { burst, every }
    }
}

/// What is counted: a kind, and one of that kind. Stored as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key of `what` among all of that `kind`.
    pub fn new(kind: &str, what: &str) -> Self {
        Self(token::hash(&format!("{kind}:{what}")))
    }
}

/// Counts an attempt. `Some` says that it is refused, and for how long the next one is as well.
pub fn count(tx: &mut Tx<'_>, key: &Key, quota: Quota) -> Result<Option<Duration>> {
    let now = tx.now();
    let fresh = (
        throttles::throttle_key.eq(&key.0),
        throttles::forgiven_at.eq(now),
    );
    on_either!(*tx, conn => diesel::insert_into(throttles::table)
        .values(fresh)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let own = throttles::table.filter(throttles::throttle_key.eq(&key.0));
    let stored: Option<Timestamp> =
        first_locked!(*tx, for_no_key_update, own.select(throttles::forgiven_at))?;
    let forgiven_at = stored.map_or(now, |at| at.max(now));
    let allowed_at = forgiven_at.minus(quota.every * quota.burst.saturating_sub(1));
    if allowed_at > now {
        return Ok(Some(allowed_at.since(now)));
    }
    diesel::update(own)
        .set(throttles::forgiven_at.eq(forgiven_at.plus(quota.every)))
        .execute(&mut **tx)?;
    Ok(None)
}

/// Removes what is forgiven.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    let forgiven = throttles::forgiven_at.le(tx.now());
    Ok(diesel::delete(throttles::table.filter(forgiven)).execute(&mut **tx)?)
}
