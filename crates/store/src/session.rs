//! Dashboard sessions: a random reference in a cookie, of which only the hash is stored.

use std::time::Duration;

use diesel::dsl::AssumeNotNull;
use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::{members, sessions};
use crate::error::Result;
use crate::ids::{MemberId, SessionId};
use crate::member::Member;
use crate::{Connection, Timestamp, Tx, token};

const PREFIX: &str = "rc_session_";
/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE: Duration = Duration::from_hours(7 * 24);
/// A session ends when it was not used for this long.
pub const IDLE: Duration = Duration::from_hours(24);
/// For this long after the password was given, what is dangerous may be done without it.
pub const FRESH: Duration = Duration::from_mins(10);
/// "Last seen" is written at most this often.
const SEEN_EVERY: Duration = Duration::from_mins(1);
/// Characters of a browser's name that are kept.
const LONGEST_AGENT: usize = 300;

/// A signed-in browser. (Sessions without an id were begun by an older program; they have ended.)
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id, which names it to its member.
    #[diesel(select_expression = sessions::id.assume_not_null())]
    #[diesel(select_expression_type = AssumeNotNull<sessions::id>)]
    pub id: SessionId,
    /// Who signed in.
    pub member_id: MemberId,
    /// What the browser called itself then.
    pub user_agent: String,
    /// The address it came from then.
    #[diesel(select_expression = sessions::ip_address.assume_not_null())]
    #[diesel(select_expression_type = AssumeNotNull<sessions::ip_address>)]
    pub ip_address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When the password was last given.
    #[diesel(select_expression = sessions::authenticated_at.assume_not_null())]
    #[diesel(select_expression_type = AssumeNotNull<sessions::authenticated_at>)]
    pub authenticated_at: Timestamp,
    /// When a one-time code was given, if one was.
    pub second_factor_at: Option<Timestamp>,
}

impl Session {
    /// Whether it is time to write down that the session was used.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= SEEN_EVERY
    }

    /// Whether the password was given a short while ago.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.authenticated_at) < FRESH
    }
}

/// The browser that signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// What it calls itself.
    pub user_agent: String,
    /// The address it comes from.
    pub ip_address: String,
}

/// Which proofs a browser has given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The password alone.
    Password,
    /// The password and a one-time code.
    TwoFactors,
}

/// Starts a session; the answer is the cookie's value. Sessions that have ended are cleared away.
pub fn create(
    tx: &mut Tx<'_>,
    member_id: &MemberId,
    device: &Device,
    proof: Proof,
) -> Result<SecretString> {
    diesel::delete(sessions::table.filter(sessions::expires_at.le(tx.now()))).execute(&mut **tx)?;
    let secret = tx.new_token(PREFIX);
    let agent: String = device.user_agent.chars().take(LONGEST_AGENT).collect();
    let values = (
        sessions::token_hash.eq(token::hash(secret.expose_secret())),
        sessions::member_id.eq(member_id),
        sessions::user_agent.eq(agent),
        sessions::created_at.eq(tx.now()),
        sessions::last_seen_at.eq(tx.now()),
        sessions::expires_at.eq(tx.now().plus(ABSOLUTE)),
        sessions::id.eq(tx.new_id::<SessionId>()),
        sessions::ip_address.eq(&device.ip_address),
        sessions::authenticated_at.eq(tx.now()),
        sessions::second_factor_at.eq((proof == Proof::TwoFactors).then(|| tx.now())),
    );
    diesel::insert_into(sessions::table)
        .values(values)
        .execute(&mut **tx)?;
    Ok(secret)
}

/// The live session of a cookie's value, with its member, who is not disabled.
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
        .and(sessions::id.is_not_null())
        .and(sessions::expires_at.gt(now))
        .and(sessions::last_seen_at.gt(now.minus(IDLE)));
    let query = sessions::table.inner_join(members::table).filter(live);
    Ok(query
        .filter(members::disabled_at.is_null())
        .select((Session::as_select(), Member::as_select()))
        .first(conn)
        .optional()?)
}

/// A member's live sessions, the one used last first.
pub fn live(conn: &mut Connection, member_id: &MemberId, now: Timestamp) -> Result<Vec<Session>> {
    let live = sessions::member_id
        .eq(member_id)
        .and(sessions::id.is_not_null())
        .and(sessions::expires_at.gt(now))
        .and(sessions::last_seen_at.gt(now.minus(IDLE)));
    Ok(sessions::table
        .filter(live)
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .select(Session::as_select())
        .load(conn)?)
}

/// Writes down that the session is in use.
pub fn touch(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(&session.id)))
        .set(sessions::last_seen_at.eq(tx.now()))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes down that the password was given again, with a one-time code if there is one. The
/// cookie gets a new value, so that one known from before gains nothing. None when the session
/// has ended meanwhile.
pub fn renew(tx: &mut Tx<'_>, session: &Session, proof: Proof) -> Result<Option<SecretString>> {
    let secret = tx.new_token(PREFIX);
    let own = sessions::table.filter(sessions::id.eq(&session.id));
    let second_factor_at = match proof {
        Proof::TwoFactors => Some(tx.now()),
        Proof::Password => session.second_factor_at,
    };
    let renewed = diesel::update(own)
        .set((
            sessions::token_hash.eq(token::hash(secret.expose_secret())),
            sessions::authenticated_at.eq(tx.now()),
            sessions::second_factor_at.eq(second_factor_at),
        ))
        .execute(&mut **tx)?;
    Ok((renewed == 1).then_some(secret))
}

/// Ends the session of a cookie's value; `false` when there is none.
pub fn delete(tx: &mut Tx<'_>, cookie: &str) -> Result<bool> {
    let own = sessions::table.filter(sessions::token_hash.eq(token::hash(cookie)));
    Ok(diesel::delete(own).execute(&mut **tx)? == 1)
}

/// Ends one of a member's sessions; `false` when there is none of that id.
pub fn end(tx: &mut Tx<'_>, member_id: &MemberId, id: &SessionId) -> Result<bool> {
    let own = sessions::member_id.eq(member_id).and(sessions::id.eq(id));
    let ended = diesel::delete(sessions::table.filter(own)).execute(&mut **tx)?;
    Ok(ended == 1)
}

/// Ends a member's sessions, all but the one of that id if one is given.
pub fn end_all(tx: &mut Tx<'_>, member_id: &MemberId, but: Option<&SessionId>) -> Result<usize> {
    let own = sessions::member_id.eq(member_id);
    let ended = match but {
        Some(id) => {
            let others = own.and(sessions::id.is_null().or(sessions::id.ne(id)));
            diesel::delete(sessions::table.filter(others)).execute(&mut **tx)?
        }
        None => diesel::delete(sessions::table.filter(own)).execute(&mut **tx)?,
    };
    Ok(ended)
}
