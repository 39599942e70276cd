//! The outbox: mail that is to be sent, written in the transaction of what it tells of.
//!
//! A row says what kind of mail goes to whom. A link in it is made by the process that sends it,
//! so that no secret waits in the database, and so that asking for a link writes the same row
//! whether there is such an account or not.

use std::time::Duration;

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::mails;
use crate::error::{Error as StoreError, Result};
use crate::ids::{Id as _, MailId, MemberId};
use crate::seal::{Place, SealError, Sealer};
use crate::{Connection, Timestamp, Tx};

/// A claimed mail that nobody reports on is somebody else's after this long.
const CLAIM: Duration = Duration::from_mins(2);
/// A mail is given up after so many attempts, about a day.
pub const ATTEMPTS: i32 = 12;
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_hours(4);
/// Between the subject and the body of a sealed text. A subject is one line.
const BREAK: char = '\n';

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody wants an account for the address.
    SignUp,
    /// Somebody forgot the password of the account with the address.
    ResetPassword,
    /// A member is to prove that they read the address.
    VerifyEmail,
    /// A member wants the address to be theirs.
    ChangeEmail,
    /// The account's password was changed.
    PasswordChanged,
    /// The account's address was changed; goes to the former one.
    EmailChanged,
    /// Signing in asks for a one-time code from now on.
    SecondFactorOn,
    /// Signing in asks for no code any more.
    SecondFactorOff,
    /// The recovery codes were replaced.
    RecoveryCodesRenewed,
    /// A recovery code was used instead of a one-time code.
    RecoveryCodeUsed,
    /// Somebody signed in from a browser that was not known.
    NewDevice,
    /// A text that was written elsewhere.
    Text,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::SignUp,
        Self::ResetPassword,
        Self::VerifyEmail,
        Self::ChangeEmail,
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::SecondFactorOn,
        Self::SecondFactorOff,
        Self::RecoveryCodesRenewed,
        Self::RecoveryCodeUsed,
        Self::NewDevice,
        Self::Text,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
            Self::SecondFactorOn => "second_factor_on",
            Self::SecondFactorOff => "second_factor_off",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::NewDevice => "new_device",
            Self::Text => "text",
        }
    }
}

/// A subject and a body.
#[derive(Clone, Debug)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Plain text; it may hold a link.
    pub body: SecretString,
}

/// A mail that is to be sent.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// What it is about.
    pub kind: Kind,
    /// The address it goes to.
    pub recipient: String,
    /// Whose account it is about, if that is known.
    pub member_id: Option<MemberId>,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it was written.
    pub created_at: Timestamp,
    sealed_text: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails)]
struct Row {
    id: MailId,
    kind: String,
    recipient: String,
    member_id: Option<MemberId>,
    sealed_text: Option<String>,
    attempts: i32,
    next_attempt_at: Timestamp,
    created_at: Timestamp,
}

/// Why a text was not written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The process has no key to seal it with.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts a mail of that kind into the outbox.
pub fn ask(
    tx: &mut Tx<'_>,
    kind: Kind,
    recipient: &str,
    member_id: Option<&MemberId>,
) -> Result<()> {
    let id = tx.new_id();
    insert(tx, &id, kind, recipient, member_id, None)
}

/// Puts a text into the outbox. It is sealed, since it may hold a link.
pub fn write(tx: &mut Tx<'_>, recipient: &str, text: &Text) -> Result<(), Error> {
    let id: MailId = tx.new_id();
    let subject = text.subject.replace(BREAK, " ");
    let whole = format!("{subject}{BREAK}{}", text.body.expose_secret());
    let sealed = tx.seal(place(&id), &SecretString::from(whole))?;
    Ok(insert(tx, &id, Kind::Text, recipient, None, Some(sealed))?)
}

fn insert(
    tx: &mut Tx<'_>,
    id: &MailId,
    kind: Kind,
    recipient: &str,
    member_id: Option<&MemberId>,
    sealed_text: Option<String>,
) -> Result<()> {
    let values = (
        mails::id.eq(id),
        mails::kind.eq(kind.as_str()),
        mails::recipient.eq(recipient),
        mails::member_id.eq(member_id),
        mails::sealed_text.eq(sealed_text),
        mails::attempts.eq(0),
        mails::next_attempt_at.eq(tx.now()),
        mails::created_at.eq(tx.now()),
    );
    diesel::insert_into(mails::table)
        .values(values)
        .execute(&mut **tx)?;
    Ok(())
}

/// Whether a mail is due.
pub fn is_due(conn: &mut Connection, now: Timestamp) -> Result<bool> {
    let due = mails::table
        .filter(mails::next_attempt_at.le(now))
        .select(mails::id);
    Ok(due.first::<MailId>(conn).optional()?.is_some())
}

/// Takes the mail that has been due longest; no other process gets it for two minutes.
pub fn claim(tx: &mut Tx<'_>) -> Result<Option<Mail>> {
    let due = mails::table
        .filter(mails::next_attempt_at.le(tx.now()))
        .order((mails::next_attempt_at, mails::id))
        .select(Row::as_select());
    let Some(row) = due.first(&mut **tx).optional()? else {
        return Ok(None);
    };
    // Of two processes that found the same one, the update lets one through.
    let as_found = mails::id
        .eq(&row.id)
        .and(mails::next_attempt_at.eq(row.next_attempt_at));
    let claimed = diesel::update(mails::table.filter(as_found))
        .set((
            mails::attempts.eq(mails::attempts + 1),
            mails::next_attempt_at.eq(tx.now().plus(CLAIM)),
        ))
        .execute(&mut **tx)?;
    if claimed == 0 {
        return Ok(None);
    }
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
    Ok(Some(Mail {
        kind: kind.ok_or_else(|| StoreError::Inconsistent {
            table: "mails",
            column: "kind",
            row: row.id.to_string(),
            reason: format!("no kind is called {:?}", row.kind),
        })?,
        id: row.id,
        recipient: row.recipient,
        member_id: row.member_id,
        attempts: row.attempts + 1,
        created_at: row.created_at,
        sealed_text: row.sealed_text,
    }))
}

/// Takes a mail out of the outbox: it was sent, or is not to be.
pub fn remove(tx: &mut Tx<'_>, id: &MailId) -> Result<()> {
    diesel::delete(mails::table.filter(mails::id.eq(id))).execute(&mut **tx)?;
    Ok(())
}

/// Says when to try a mail again; after [`ATTEMPTS`] it is given up and the answer is `false`.
pub fn postpone(tx: &mut Tx<'_>, mail: &Mail) -> Result<bool> {
    if mail.attempts >= ATTEMPTS {
        remove(tx, &mail.id)?;
        return Ok(false);
    }
    let doubled = u32::try_from(mail.attempts - 1).unwrap_or(0).min(16);
    let pause = (FIRST_PAUSE * 2_u32.pow(doubled)).min(LONGEST_PAUSE);
    diesel::update(mails::table.filter(mails::id.eq(&mail.id)))
        .set(mails::next_attempt_at.eq(tx.now().plus(pause)))
        .execute(&mut **tx)?;
    Ok(true)
}

/// How many mails wait.
pub fn waiting(conn: &mut Connection) -> Result<i64> {
    Ok(mails::table.count().get_result(conn)?)
}

/// The text of a mail of the kind [`Kind::Text`].
pub fn text(sealer: &Sealer, mail: &Mail) -> Result<Text, SealError> {
    let text = mail.sealed_text.as_deref().ok_or(SealError::Broken)?;
    let whole = sealer.open(place(&mail.id), text)?;
    let (subject, body) = whole
        .expose_secret()
        .split_once(BREAK)
        .ok_or(SealError::Broken)?;
    Ok(Text {
        subject: subject.to_owned(),
        body: SecretString::from(body.to_owned()),
    })
}

fn place(id: &MailId) -> Place<'_> {
    Place {
        table: "mails",
        column: "sealed_text",
        row: id.as_str(),
    }
}
