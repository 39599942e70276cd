//! Dashboard sessions: a random reference in a cookie, of which only the hash is stored.

use std::time::Duration;

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::{members, sessions};
use crate::error::Result;
use crate::ids::MemberId;
use crate::member::Member;
use crate::{Connection, Timestamp, Tx, token};

const PREFIX: &str = "rc_session_";
/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE: Duration = Duration::from_hours(7 * 24);
/// A session ends when it was not used for this long.
pub const IDLE: Duration = Duration::from_hours(24);
/// "Last seen" is written at most this often.
const SEEN_EVERY: Duration = Duration::from_mins(1);

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// The hash of the cookie's value: the session's name inside the program.
    pub token_hash: String,
    /// Who signed in.
    pub member_id: MemberId,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether it is time to write down that the session was used.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= SEEN_EVERY
    }
}

/// Starts a session; the answer is the cookie's value. Sessions that have ended are cleared away.
pub fn create(tx: &mut Tx<'_>, member_id: &MemberId, user_agent: &str) -> Result<SecretString> {
    diesel::delete(sessions::table.filter(sessions::expires_at.le(tx.now()))).execute(&mut **tx)?;
    let secret = tx.new_token(PREFIX);
    let values = (
        sessions::token_hash.eq(token::hash(secret.expose_secret())),
        sessions::member_id.eq(member_id),
        sessions::user_agent.eq(user_agent.chars().take(300).collect::<String>()),
        sessions::created_at.eq(tx.now()),
        sessions::last_seen_at.eq(tx.now()),
        sessions::expires_at.eq(tx.now().plus(ABSOLUTE)),
    );
    diesel::insert_into(sessions::table)
        .values(values)
        .execute(&mut **tx)?;
    Ok(secret)
}

/// The live session of a cookie's value, with its member.
pub fn find(
    conn: &mut Connection,
    cookie: &str,
    now: Timestamp,
) -> Result<Option<(Session, Member)>> {
    if !token::is_well_formed(PREFIX, cookie) {
        return Ok(None);
    }
    let live = sessions::token_hash
        .eq(token::hash(cookie))
        .and(sessions::expires_at.gt(now))
        .and(sessions::last_seen_at.gt(now.minus(IDLE)));
    let query = sessions::table.inner_join(members::table).filter(live);
    Ok(query
        .select((Session::as_select(), Member::as_select()))
        .first(conn)
        .optional()?)
}

/// Writes down that the session is in use.
pub fn touch(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::token_hash.eq(&session.token_hash)))
        .set(sessions::last_seen_at.eq(tx.now()))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends the session of a cookie's value.
pub fn delete(tx: &mut Tx<'_>, cookie: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::token_hash.eq(token::hash(cookie))))
        .execute(&mut **tx)?;
    Ok(())
}
