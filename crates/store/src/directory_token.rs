//! Bearer tokens of directories. Two may live at once, so that a token is changed without a gap.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::audit::{self, Action, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::{directories, directory_tokens};
use crate::directory::Directory;
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, DirectoryTokenId};
use crate::{Connection, Timestamp, Tx, event, token};

/// How many tokens of a directory may live at once.
pub const LIVE_AT_MOST: usize = 2;

/// A bearer token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = directory_tokens)]
pub struct DirectoryToken {
    /// Its id.
    pub id: DirectoryTokenId,
    /// The directory it opens.
    pub directory_id: DirectoryId,
    /// Its last characters, to tell it from the other.
    pub suffix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last opened the directory, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working, if that is decided.
    pub expires_at: Option<Timestamp>,
}

/// A token just made: the one time its secret can be read.
#[derive(Debug)]
pub struct NewToken {
    /// What is stored.
    pub token: DirectoryToken,
    /// The secret itself.
    pub secret: SecretString,
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Two are live: one has to be revoked first.
    #[error("two tokens are live already")]
    TwoLive,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for TokenError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Makes a token for a directory.
pub fn create(tx: &mut Tx<'_>, directory: &Directory) -> Result<NewToken, TokenError> {
    // The directory's row is held, so that two requests at once cannot make a third token.
    let own = directories::table
        .filter(directories::id.eq(&directory.id))
        .select(directories::id);
    let _held: Option<DirectoryId> = first_locked!(*tx, for_no_key_update, own)?;
    let now = tx.now();
    if live(tx, &directory.id, now)?.len() >= LIVE_AT_MOST {
        return Err(TokenError::TwoLive);
    }
    let secret = tx.new_token(token::SCIM_PREFIX);
    let token = DirectoryToken {
        id: tx.new_id(),
        directory_id: directory.id.clone(),
        suffix: token::suffix(secret.expose_secret()),
        created_at: now,
        last_used_at: None,
        expires_at: None,
    };
    let values = (
        directory_tokens::id.eq(&token.id),
        directory_tokens::directory_id.eq(&token.directory_id),
        directory_tokens::token_hash.eq(token::hash(secret.expose_secret())),
        directory_tokens::suffix.eq(&token.suffix),
        directory_tokens::created_at.eq(now),
    );
    diesel::insert_into(directory_tokens::table)
        .values(values)
        .execute(&mut **tx)?;
    event::append_token(tx, directory, &token, event::TOKEN_CREATED)?;
    note(tx, directory, &token, Action::TokenCreated, None)?;
    Ok(NewToken { token, secret })
}

fn note(
    tx: &mut Tx<'_>,
    directory: &Directory,
    token: &DirectoryToken,
    action: Action,
    end: Option<Timestamp>,
) -> Result<()> {
    let (target, was) = (Target::new(&token.id, &directory.name), token.expires_at);
    let difference = Difference::none()
        .set("directory", directory.id.to_string())
        .set("suffix", token.suffix.as_str())
        .changed(
            "expires_at",
            was.map(|at| at.to_string()),
            end.or(was).map(|at| at.to_string()),
        );
    audit::note(tx, &directory.workspace_id, action, target, difference)
}

/// Ends a token at once; `false` when the directory has none of that id.
pub fn revoke(tx: &mut Tx<'_>, directory: &Directory, id: &DirectoryTokenId) -> Result<bool> {
    let Some(token) = find(tx, &directory.id, id)? else {
        return Ok(false);
    };
    let gone = diesel::delete(directory_tokens::table.filter(directory_tokens::id.eq(id)))
        .execute(&mut **tx)?;
    if gone == 1 {
        event::append_token(tx, directory, &token, event::TOKEN_REVOKED)?;
        note(tx, directory, &token, Action::TokenRevoked, None)?;
    }
    Ok(gone == 1)
}

/// Lets a token work until `at` and no longer.
pub fn expire_at(
    tx: &mut Tx<'_>,
    directory: &Directory,
    id: &DirectoryTokenId,
    at: Timestamp,
) -> Result<()> {
    let Some(token) = find(tx, &directory.id, id)? else {
        return Ok(());
    };
    diesel::update(directory_tokens::table.filter(directory_tokens::id.eq(id)))
        .set(directory_tokens::expires_at.eq(at))
        .execute(&mut **tx)?;
    note(tx, directory, &token, Action::TokenLimited, Some(at))
}

/// The directory's tokens that work at `now`, oldest first.
pub fn live(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    now: Timestamp,
) -> Result<Vec<DirectoryToken>> {
    let unexpired = directory_tokens::expires_at
        .is_null()
        .or(directory_tokens::expires_at.gt(now));
    Ok(directory_tokens::table
        .filter(
            directory_tokens::directory_id
                .eq(directory_id)
                .and(unexpired),
        )
        .order(directory_tokens::id)
        .select(DirectoryToken::as_select())
        .load(conn)?)
}

/// Writes down when tokens were last used.
pub fn touch(tx: &mut Tx<'_>, uses: &[(DirectoryTokenId, Timestamp)]) -> Result<()> {
    for (id, at) in uses {
        diesel::update(directory_tokens::table.filter(directory_tokens::id.eq(id)))
            .set(directory_tokens::last_used_at.eq(at))
            .execute(&mut **tx)?;
    }
    Ok(())
}

fn find(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    id: &DirectoryTokenId,
) -> Result<Option<DirectoryToken>> {
    let own = directory_tokens::directory_id
        .eq(directory_id)
        .and(directory_tokens::id.eq(id));
    Ok(directory_tokens::table
        .filter(own)
        .select(DirectoryToken::as_select())
        .first(conn)
        .optional()?)
}
