//! Members: the people who sign in to the dashboard.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::account_link::{self, Purpose};
use crate::audit::{self, Action, Difference};
use crate::db::schema::members;
use crate::error::{Error, Result, is_unique_violation};
use crate::fold::fold;
use crate::ids::MemberId;
use crate::mail::{self, Kind};
use crate::password::PasswordHash;
use crate::workspace::{self, Role, Workspace};
use crate::{Connection, Timestamp, Tx, known_device, session, setup_code};

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
    /// When they proved that they read that address, if they did.
    pub email_verified_at: Option<Timestamp>,
    /// Since when signing in asks for a one-time code, if it does.
    pub totp_enabled_at: Option<Timestamp>,
    /// Since when they may not sign in, if they may not.
    pub disabled_at: Option<Timestamp>,
}

impl Member {
    /// Whether signing in asks for a one-time code.
    pub const fn has_second_factor(&self) -> bool {
        self.totp_enabled_at.is_some()
    }

    /// Whether they may not sign in.
    pub const fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }
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

/// Why a mailed link did not do what it was for.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The link was used, is too old, or is none.
    #[error("the link does not work any more")]
    LinkRefused,
    /// There is an account with the address already.
    #[error("there is an account with that address already")]
    EmailTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for LinkError {
    fn from(error: diesel::result::Error) -> Self {
        if is_unique_violation(&error) {
            Self::EmailTaken
        } else {
            Self::Store(error.into())
        }
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
        email_verified_at: None,
        totp_enabled_at: None,
        disabled_at: None,
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

/// The member of that id.
pub fn find(conn: &mut Connection, id: &MemberId) -> Result<Option<Member>> {
    let query = members::table.filter(members::id.eq(id));
    Ok(query.select(Member::as_select()).first(conn).optional()?)
}

/// The hash of a member's password.
pub fn password_hash(conn: &mut Connection, id: &MemberId) -> Result<Option<PasswordHash>> {
    let query = members::table.filter(members::id.eq(id));
    let hash: Option<String> = query
        .select(members::password_hash)
        .first(conn)
        .optional()?;
    Ok(hash.map(PasswordHash::from_stored))
}

/// Makes the account, with a workspace, for the address that a link was mailed to. Whatever the
/// caller gives as the address does not count.
pub fn sign_up(
    tx: &mut Tx<'_>,
    link: &SecretString,
    new: NewMember,
    workspace_name: &str,
) -> Result<(Member, Workspace), LinkError> {
    let redeemed = account_link::redeem(tx, link.expose_secret(), Purpose::SignUp)?;
    let email = redeemed.ok_or(LinkError::LinkRefused)?.email;
    if find_by_email(tx, &email)?.is_some() {
        return Err(LinkError::EmailTaken);
    }
    let mut member = create(tx, NewMember { email, ..new })?;
    member.email_verified_at = Some(tx.now());
    set_verified(tx, &member.id)?;
    let workspace = workspace::create(tx, workspace_name)?;
    workspace::admit(tx, &workspace.id, &member.id, Role::Owner)?;
    Ok((member, workspace))
}

/// Notes that the owner of the account reads its address.
pub fn verify_email(tx: &mut Tx<'_>, link: &SecretString) -> Result<Member, LinkError> {
    let redeemed = account_link::redeem(tx, link.expose_secret(), Purpose::VerifyEmail)?;
    let (id, email) = of_account(redeemed)?;
    // The address may have been changed since the link was mailed.
    let member = find(tx, &id)?.filter(|member| member.email == email);
    let member = member.ok_or(LinkError::LinkRefused)?;
    set_verified(tx, &member.id)?;
    note(tx, &member, Action::EmailVerified, &Difference::none())?;
    Ok(member)
}

/// Writes down what happened to an account.
fn note(tx: &mut Tx<'_>, member: &Member, action: Action, difference: &Difference) -> Result<()> {
    let actor = tx.context().actor.clone();
    let who = (&member.id, member.email.as_str());
    audit::record_of_member(tx, actor, action, who, difference)
}

/// Makes the address that a link was mailed to the account's; the former one is told.
pub fn change_email(tx: &mut Tx<'_>, link: &SecretString) -> Result<Member, LinkError> {
    let redeemed = account_link::redeem(tx, link.expose_secret(), Purpose::ChangeEmail)?;
    let (id, email) = of_account(redeemed)?;
    let member = find(tx, &id)?.ok_or(LinkError::LinkRefused)?;
    let other = find_by_email(tx, &email)?;
    if other.is_some_and(|(other, _)| other.id != id) {
        return Err(LinkError::EmailTaken);
    }
    diesel::update(members::table.filter(members::id.eq(&id)))
        .set((
            members::email.eq(&email),
            members::email_folded.eq(fold(&email)),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    set_verified(tx, &id)?;
    account_link::revoke_all(tx, &id)?;
    mail::ask(tx, Kind::EmailChanged, &member.email, Some(&id))?;
    let difference = Difference::none().changed("email", member.email.as_str(), email.as_str());
    note(tx, &member, Action::EmailChanged, &difference)?;
    Ok(Member { email, ..member })
}

/// Gives the account a new password by a mailed link. All its sessions end and its devices are
/// strangers again, since somebody else may have known the old one.
pub fn reset_password(
    tx: &mut Tx<'_>,
    link: &SecretString,
    hash: &PasswordHash,
) -> Result<Member, LinkError> {
    let redeemed = account_link::redeem(tx, link.expose_secret(), Purpose::ResetPassword)?;
    let (id, email) = of_account(redeemed)?;
    let member = find(tx, &id)?.filter(|member| member.email == email);
    let member = member.ok_or(LinkError::LinkRefused)?;
    session::end_all(tx, &id, None)?;
    set_password(tx, &member, hash)?;
    // Who has the link reads the address.
    set_verified(tx, &id)?;
    Ok(member)
}

/// Gives the account a new password. Links about the account stop working and its devices are
/// strangers again; the caller ends the sessions that are to end.
pub fn set_password(tx: &mut Tx<'_>, member: &Member, hash: &PasswordHash) -> Result<()> {
    diesel::update(members::table.filter(members::id.eq(&member.id)))
        .set((
            members::password_hash.eq(hash.as_str()),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    account_link::revoke_all(tx, &member.id)?;
    known_device::forget_all(tx, &member.id)?;
    mail::ask(tx, Kind::PasswordChanged, &member.email, Some(&member.id))?;
    note(tx, member, Action::PasswordChanged, &Difference::none())
}

/// Gives the account a new password as [`set_password`] does, for who proved to know the one with
/// the hash `known`; `false` when the account has another one by now.
pub fn replace_password(
    tx: &mut Tx<'_>,
    member: &Member,
    known: &PasswordHash,
    hash: &PasswordHash,
) -> Result<bool> {
    let unchanged = members::id
        .eq(&member.id)
        .and(members::password_hash.eq(known.as_str()));
    let found = diesel::update(members::table.filter(unchanged))
        .set(members::updated_at.eq(tx.now()))
        .execute(&mut **tx)?;
    if found == 0 {
        return Ok(false);
    }
    set_password(tx, member, hash)?;
    Ok(true)
}

fn of_account(link: Option<account_link::AccountLink>) -> Result<(MemberId, String), LinkError> {
    let link = link.ok_or(LinkError::LinkRefused)?;
    Ok((link.member_id.ok_or(LinkError::LinkRefused)?, link.email))
}

fn set_verified(tx: &mut Tx<'_>, id: &MemberId) -> Result<()> {
    diesel::update(members::table.filter(members::id.eq(id)))
        .set(members::email_verified_at.eq(tx.now()))
        .execute(&mut **tx)?;
    Ok(())
}
