//! Secrets that prove one thing about an account, once and for a short time: what a mailed link
//! holds, and the cookie between the password and the one-time code. Only hashes are stored.

use std::time::Duration;

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::account_links;
use crate::error::{Error, Result};
use crate::ids::MemberId;
use crate::{Connection, Timestamp, Tx, token};

const PREFIX: &str = "rc_link_";

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To make an account for the address that the link was mailed to.
    SignUp,
    /// To prove that the account's address is read by its owner.
    VerifyEmail,
    /// To make the address that the link was mailed to the account's.
    ChangeEmail,
    /// To choose a new password.
    ResetPassword,
    /// To give the one-time code after the password. A cookie, not a link.
    SecondFactor,
}

impl Purpose {
    const ALL: [Self; 5] = [
        Self::SignUp,
        Self::VerifyEmail,
        Self::ChangeEmail,
        Self::ResetPassword,
        Self::SecondFactor,
    ];

    /// How long its secrets work.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::SignUp | Self::VerifyEmail => Duration::from_hours(24),
            Self::ChangeEmail => Duration::from_hours(1),
            Self::ResetPassword => Duration::from_mins(30),
            Self::SecondFactor => Duration::from_mins(10),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::ResetPassword => "reset_password",
            Self::SecondFactor => "second_factor",
        }
    }
}

/// A secret that works, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLink {
    /// What it is for.
    pub purpose: Purpose,
    /// Whose account it is about; none before there is one.
    pub member_id: Option<MemberId>,
    /// The address it was mailed to.
    pub email: String,
    secret_hash: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = account_links)]
struct Row {
    secret_hash: String,
    purpose: String,
    member_id: Option<MemberId>,
    email: String,
}

impl TryFrom<Row> for AccountLink {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let mut all = Purpose::ALL.into_iter();
        let purpose = all.find(|purpose| purpose.as_str() == row.purpose);
        Ok(Self {
            purpose: purpose.ok_or_else(|| Error::Inconsistent {
                table: "account_links",
                column: "purpose",
                row: row.email.clone(),
                reason: format!("no purpose is called {:?}", row.purpose),
            })?,
            member_id: row.member_id,
            email: row.email,
            secret_hash: row.secret_hash,
        })
    }
}

/// Makes a secret. Earlier ones of the same purpose go on working until one of them is used.
pub fn issue(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    member_id: Option<&MemberId>,
    email: &str,
) -> Result<SecretString> {
    diesel::delete(account_links::table.filter(account_links::expires_at.le(tx.now())))
        .execute(&mut **tx)?;
    let secret = tx.new_token(PREFIX);
    let values = (
        account_links::secret_hash.eq(token::hash(secret.expose_secret())),
        account_links::purpose.eq(purpose.as_str()),
        account_links::member_id.eq(member_id),
        account_links::email.eq(email),
        account_links::created_at.eq(tx.now()),
        account_links::expires_at.eq(tx.now().plus(purpose.lifetime())),
    );
    diesel::insert_into(account_links::table)
        .values(values)
        .execute(&mut **tx)?;
    Ok(secret)
}

/// What a secret is for, if it works at `now`.
pub fn find(conn: &mut Connection, secret: &str, now: Timestamp) -> Result<Option<AccountLink>> {
    if !token::is_well_formed(PREFIX, secret) {
        return Ok(None);
    }
    let works = account_links::secret_hash
        .eq(token::hash(secret))
        .and(account_links::expires_at.gt(now));
    let row: Option<Row> = account_links::table
        .filter(works)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(AccountLink::try_from).transpose()
}

/// Uses a secret up, and with it all others of its purpose for the same account or address.
/// None when it does not work (any more) or is for something else.
pub fn redeem(tx: &mut Tx<'_>, secret: &str, purpose: Purpose) -> Result<Option<AccountLink>> {
    let now = tx.now();
    let Some(link) = find(tx, secret, now)?.filter(|link| link.purpose == purpose) else {
        return Ok(None);
    };
    // Of two requests at once the deletion lets one through.
    let own = account_links::table.filter(account_links::secret_hash.eq(&link.secret_hash));
    if diesel::delete(own).execute(&mut **tx)? == 0 {
        return Ok(None);
    }
    let same = account_links::purpose.eq(purpose.as_str());
    if let Some(id) = &link.member_id {
        let account = same.and(account_links::member_id.eq(id));
        diesel::delete(account_links::table.filter(account)).execute(&mut **tx)?;
    } else {
        let address = same.and(account_links::email.eq(&link.email));
        diesel::delete(account_links::table.filter(address)).execute(&mut **tx)?;
    }
    Ok(Some(link))
}

/// Makes all secrets about an account useless, whatever they are for.
pub fn revoke_all(tx: &mut Tx<'_>, member_id: &MemberId) -> Result<()> {
    diesel::delete(account_links::table.filter(account_links::member_id.eq(member_id)))
        .execute(&mut **tx)?;
    Ok(())
}
