//! Known devices: browsers that a member has signed in with. A cookie tells them apart, so that
//! whoever guesses from elsewhere cannot lock the member out.

use std::time::Duration;

use diesel::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use crate::db::connection::on_either;
use crate::db::schema::known_devices;
use crate::error::Result;
use crate::ids::MemberId;
use crate::{Connection, Tx, token};

const PREFIX: &str = "rc_device_";
/// A device that was not used for this long is a stranger again.
pub const KEPT: Duration = Duration::from_hours(365 * 24);

/// Whether the browser with that cookie is one of the member's.
pub fn is_known(conn: &mut Connection, cookie: &str, member_id: &MemberId) -> Result<bool> {
    if !token::is_well_formed(PREFIX, cookie) {
        return Ok(false);
    }
    let own = known_devices::token_hash
        .eq(token::hash(cookie))
        .and(known_devices::member_id.eq(member_id));
    let found: Option<String> = known_devices::table
        .filter(own)
        .select(known_devices::token_hash)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether the member has signed in with any browser that is still known.
pub fn has_any(conn: &mut Connection, member_id: &MemberId) -> Result<bool> {
    let found: Option<String> = known_devices::table
        .filter(known_devices::member_id.eq(member_id))
        .select(known_devices::token_hash)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Makes the browser one of the member's. The answer is the cookie's new value; none when the
/// browser keeps the one it has, because it was made here before.
pub fn remember(
    tx: &mut Tx<'_>,
    member_id: &MemberId,
    cookie: Option<&str>,
) -> Result<Option<SecretString>> {
    let kept = match cookie.filter(|cookie| token::is_well_formed(PREFIX, cookie)) {
        // A value that nobody was given may have been planted: it gets no meaning.
        Some(cookie) if is_anybodys(tx, cookie)? => Some(cookie),
        _ => None,
    };
    let made = kept.is_none().then(|| tx.new_token(PREFIX));
    let value = kept.or(made.as_ref().map(ExposeSecret::expose_secret));
    let values = (
        known_devices::token_hash.eq(token::hash(value.unwrap_or_default())),
        known_devices::member_id.eq(member_id),
        known_devices::created_at.eq(tx.now()),
        known_devices::last_seen_at.eq(tx.now()),
    );
    let now = tx.now();
    on_either!(*tx, conn => diesel::insert_into(known_devices::table)
        .values(&values)
        .on_conflict((known_devices::token_hash, known_devices::member_id))
        .do_update()
        .set(known_devices::last_seen_at.eq(now))
        .execute(conn))?;
    Ok(made)
}

/// Makes strangers of all the member's devices.
pub fn forget_all(tx: &mut Tx<'_>, member_id: &MemberId) -> Result<()> {
    diesel::delete(known_devices::table.filter(known_devices::member_id.eq(member_id)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Forgets the devices that were not used for [`KEPT`].
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    let unused = known_devices::last_seen_at.lt(tx.now().minus(KEPT));
    Ok(diesel::delete(known_devices::table.filter(unused)).execute(&mut **tx)?)
}

fn is_anybodys(conn: &mut Connection, cookie: &str) -> Result<bool> {
    let found: Option<String> = known_devices::table
        .filter(known_devices::token_hash.eq(token::hash(cookie)))
        .select(known_devices::token_hash)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}
