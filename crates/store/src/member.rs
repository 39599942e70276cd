//! Members: the people who sign in to the dashboard.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::members;
use crate::error::{Error, Result};
use crate::fold::fold;
use crate::ids::MemberId;
use crate::password::PasswordHash;
use crate::workspace::{self, Role, Workspace};
use crate::{Connection, Timestamp, Tx, setup_code};

/// A person who signs in to the dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = members)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their e-mail address as they wrote it; unique without regard to case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// When they joined.
    pub created_at: Timestamp,
}

/// What a new member is made from.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Their e-mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The hash of their password.
    pub password_hash: PasswordHash,
}

/// Why the first account was not made.
#[derive(Debug, thiserror::Error)]
pub enum FirstAccountError {
    /// The setup code is not one that the server printed.
    #[error("the setup code is not right")]
    CodeRefused,
    /// There is an account already.
    #[error("the first account exists already")]
    AlreadySetUp,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for FirstAccountError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Whether anybody has an account.
pub fn any(conn: &mut Connection) -> Result<bool> {
    let first: Option<MemberId> = members::table.select(members::id).first(conn).optional()?;
    Ok(first.is_some())
}

/// Makes the first account of an empty installation with its workspace, and uses up all setup codes.
pub fn create_first(
    tx: &mut Tx<'_>,
    code: &SecretString,
    new: NewMember,
    workspace_name: &str,
) -> Result<(Member, Workspace), FirstAccountError> {
    if any(tx)? {
        return Err(FirstAccountError::AlreadySetUp);
    }
    // Deleting the codes also makes a second request with one of them wait, then find none.
    if !setup_code::redeem(tx, code.expose_secret())? {
        return Err(FirstAccountError::CodeRefused);
    }
    let member = create(tx, new)?;
    let workspace = workspace::create(tx, workspace_name)?;
    workspace::admit(tx, &workspace.id, &member.id, Role::Owner)?;
    Ok((member, workspace))
}

/// Makes a member. The caller has looked that the e-mail address is free.
pub fn create(tx: &mut Tx<'_>, new: NewMember) -> Result<Member> {
    let member = Member {
        id: tx.new_id(),
        email: new.email,
        name: new.name,
        created_at: tx.now(),
    };
    let values = (
        members::id.eq(&member.id),
        members::email.eq(&member.email),
        members::email_folded.eq(fold(&member.email)),
        members::name.eq(&member.name),
        members::password_hash.eq(new.password_hash.as_str()),
        members::created_at.eq(tx.now()),
        members::updated_at.eq(tx.now()),
    );
    diesel::insert_into(members::table)
        .values(values)
        .execute(&mut **tx)?;
    Ok(member)
}

/// The member with that e-mail address, in any case, and the hash of the password.
pub fn find_by_email(conn: &mut Connection, email: &str) -> Result<Option<(Member, PasswordHash)>> {
    let row: Option<(Member, String)> = members::table
        .filter(members::email_folded.eq(fold(email)))
        .select((Member::as_select(), members::password_hash))
        .first(conn)
        .optional()?;
    Ok(row.map(|(member, hash)| (member, PasswordHash::from_stored(hash))))
}
