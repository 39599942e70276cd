//! The second factor: one-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes
//! for who has lost it. The seed is sealed, recovery codes are hashed; each code works once.

use std::time::Duration;

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::{Builder, Totp};

use crate::db::schema::{members, recovery_codes};
use crate::error::Error as StoreError;
use crate::ids::{Id as _, MemberId};
use crate::member::Member;
use crate::seal::{Place, SealError, Sealer};
use crate::{Connection, Tx, token};

/// Bytes of a seed: what RFC 4226 §4 recommends.
const SEED: usize = 20;
/// How many recovery codes somebody has.
pub const RECOVERY_CODES: usize = 10;
/// Letters and digits of a recovery code, 124 bits: enough for a hash without salt.
const RECOVERY_CODE: usize = 24;
const GROUP: usize = 6;
/// The name that authenticator apps show.
const ISSUER: &str = "Rollcall";
/// Seconds that a code lasts.
const STEP: Duration = Duration::from_secs(30);

/// Why a second factor was not switched on, off or accepted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The code is wrong, too old, or was used before.
    #[error("the code is wrong or was used before")]
    CodeRefused,
    /// There is no seed that the code could belong to.
    #[error("no authenticator app is being set up")]
    NotBegun,
    /// The process has no key that opens the seed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What an authenticator app is given.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// An `otpauth://` URL, for a QR code.
    pub url: SecretString,
    /// The seed in base 32, to be typed.
    pub seed: SecretString,
}

/// Which kind of code was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// One of the authenticator app.
    OneTimeCode,
    /// A recovery code; it is used up.
    RecoveryCode,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
struct Row {
    email: String,
    sealed_totp: Option<String>,
}

/// Makes a seed that counts once [`enable`] was given a code of it. One that counts already stays.
pub fn begin(tx: &mut Tx<'_>, member: &Member) -> Result<(), Error> {
    let seed = totp_rs::Secret::from(tx.new_bytes::<SEED>());
    let sealed = tx.seal(place(&member.id), &SecretString::from(seed.to_base32()))?;
    let waiting = members::id
        .eq(&member.id)
        .and(members::totp_enabled_at.is_null());
    diesel::update(members::table.filter(waiting))
        .set((
            members::sealed_totp.eq(sealed),
            members::totp_last_step.eq(None::<i64>),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// What to give to the authenticator app, while it is being set up.
pub fn enrolment(
    conn: &mut Connection,
    sealer: &Sealer,
    member: &Member,
) -> Result<Enrolment, Error> {
    if member.has_second_factor() {
        return Err(Error::NotBegun);
    }
    let totp = open(&row(conn, &member.id)?, sealer, &member.id)?;
    let url = totp.to_url().map_err(|_| Error::NotBegun)?;
    Ok(Enrolment {
        url: SecretString::from(url),
        seed: SecretString::from(totp.secret().to_base32()),
    })
}

/// Switches the second factor on, once the app shows the right code; the answer are the recovery
/// codes, which are shown this once.
pub fn enable(
    tx: &mut Tx<'_>,
    member: &Member,
    code: &SecretString,
) -> Result<Vec<SecretString>, Error> {
    if member.has_second_factor() {
        return Err(Error::NotBegun);
    }
    use_one_time_code(tx, &member.id, code)?;
    diesel::update(members::table.filter(members::id.eq(&member.id)))
        .set((
            members::totp_enabled_at.eq(tx.now()),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    renew_recovery_codes(tx, &member.id)
}

/// Switches the second factor off; `false` when it was off.
pub fn disable(tx: &mut Tx<'_>, member_id: &MemberId) -> Result<bool, Error> {
    let on = members::id
        .eq(member_id)
        .and(members::totp_enabled_at.is_not_null());
    let switched = diesel::update(members::table.filter(on))
        .set((
            members::sealed_totp.eq(None::<String>),
            members::totp_enabled_at.eq(None::<i64>),
            members::totp_last_step.eq(None::<i64>),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    remove_recovery_codes(tx, member_id)?;
    Ok(switched == 1)
}

/// Checks a code of either kind and uses it up.
pub fn check(tx: &mut Tx<'_>, member_id: &MemberId, code: &SecretString) -> Result<Given, Error> {
    let letters = plain(code.expose_secret());
    if letters.len() == RECOVERY_CODE {
        return use_recovery_code(tx, member_id, &letters).map(|()| Given::RecoveryCode);
    }
    use_one_time_code(tx, member_id, code).map(|()| Given::OneTimeCode)
}

/// Makes new recovery codes in place of all old ones; they are shown this once.
pub fn renew_recovery_codes(
    tx: &mut Tx<'_>,
    member_id: &MemberId,
) -> Result<Vec<SecretString>, Error> {
    remove_recovery_codes(tx, member_id)?;
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| tx.new_key(RECOVERY_CODE))
        .collect();
    for code in &codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::code_hash.eq(token::hash(code)),
                recovery_codes::member_id.eq(member_id),
                recovery_codes::created_at.eq(tx.now()),
            ))
            .execute(&mut **tx)?;
    }
    Ok(codes.iter().map(|code| grouped(code)).collect())
}

/// How many recovery codes are left.
pub fn recovery_codes_left(conn: &mut Connection, member_id: &MemberId) -> Result<i64, StoreError> {
    Ok(recovery_codes::table
        .filter(recovery_codes::member_id.eq(member_id))
        .count()
        .get_result(conn)?)
}

fn use_one_time_code(
    tx: &mut Tx<'_>,
    member_id: &MemberId,
    code: &SecretString,
) -> Result<(), Error> {
    let row = row(tx, member_id)?;
    let totp = open(&row, tx.sealer(), member_id)?;
    let seconds = u64::try_from(tx.now().millis() / 1000).unwrap_or(0);
    let digits = plain(code.expose_secret());
    let step = totp
        .check(&digits, seconds)
        .and_then(|step| i64::try_from(step).ok())
        .ok_or(Error::CodeRefused)?;
    // RFC 6238 §5.2: a code is accepted once, so neither its step nor an earlier one comes again.
    let later = members::id.eq(member_id).and(
        members::totp_last_step
            .is_null()
            .or(members::totp_last_step.lt(step)),
    );
    let used = diesel::update(members::table.filter(later))
        .set(members::totp_last_step.eq(step))
        .execute(&mut **tx)?;
    if used == 1 {
        Ok(())
    } else {
        Err(Error::CodeRefused)
    }
}

fn use_recovery_code(tx: &mut Tx<'_>, member_id: &MemberId, letters: &str) -> Result<(), Error> {
    let own = recovery_codes::code_hash
        .eq(token::hash(letters))
        .and(recovery_codes::member_id.eq(member_id));
    let used = diesel::delete(recovery_codes::table.filter(own)).execute(&mut **tx)?;
    if used == 1 {
        Ok(())
    } else {
        Err(Error::CodeRefused)
    }
}

fn remove_recovery_codes(tx: &mut Tx<'_>, member_id: &MemberId) -> Result<(), Error> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::member_id.eq(member_id)))
        .execute(&mut **tx)?;
    Ok(())
}

fn row(conn: &mut Connection, member_id: &MemberId) -> Result<Row, Error> {
    let query = members::table
        .filter(members::id.eq(member_id))
        .select(Row::as_select());
    query.first(conn).optional()?.ok_or(Error::NotBegun)
}

fn open(row: &Row, sealer: &Sealer, member_id: &MemberId) -> Result<Totp, Error> {
    let stored = row.sealed_totp.as_deref().ok_or(Error::NotBegun)?;
    let text = sealer.open(place(member_id), stored)?;
    let seed = totp_rs::Secret::try_from_base32(text.expose_secret())
        .map_err(|_| Error::Seal(SealError::Broken))?;
    Builder::new()
        .with_secret(seed)
        .with_step_duration(STEP.as_secs())
        .with_issuer(Some(ISSUER))
        // The library takes no colon in it, and addresses may hold one.
        .with_account_name(row.email.replace(':', " "))
        .build()
        .map_err(|_| Error::Seal(SealError::Broken))
}

/// A code without what people put between its characters.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase())
        .collect()
}

fn grouped(code: &str) -> SecretString {
    let mut text = String::with_capacity(code.len() + code.len() / GROUP);
    for (index, character) in code.chars().enumerate() {
        if index > 0 && index.is_multiple_of(GROUP) {
            text.push('-');
        }
        text.push(character);
    }
    SecretString::from(text)
}

fn place(id: &MemberId) -> Place<'_> {
    Place {
        table: "members",
        column: "sealed_totp",
        row: id.as_str(),
    }
}
