//! What mails say.

use rollcall_store::account_link::{self, Purpose};
use rollcall_store::ids::MemberId;
use rollcall_store::mail::{Kind, Mail, Text};
use rollcall_store::member::{self, Member};
use rollcall_store::{Error, Timestamp, Tx};
use secrecy::{ExposeSecret as _, SecretString};

const IGNORE: &str = "If you did not ask for this, ignore this mail: nothing changes.";
const ACT: &str = "If this was not you, change your password at once, look at your sessions, and tell whoever runs the \
     installation.";

/// A text and whom it goes to.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) text: Text,
}

/// Writes a mail, and makes its link. None when there is nothing to say to that address: nobody
/// has an account with it, or it was changed meanwhile.
pub(crate) fn compose(
    tx: &mut Tx<'_>,
    mail: &Mail,
    public_url: &str,
) -> Result<Option<Letter>, Error> {
    let text = match mail.kind {
        // Not to the address as it was typed: two that differ may be the same to us, not to a mail server.
        Kind::ResetPassword => return reset_password(tx, mail, public_url),
        Kind::SignUp => Some(sign_up(tx, mail, public_url)?),
        Kind::VerifyEmail => verify_email(tx, mail, public_url)?,
        Kind::ChangeEmail => change_email(tx, mail, public_url)?,
        Kind::Text => None,
        _ => notice(mail.kind, mail.created_at, public_url),
    };
    let to = mail.recipient.clone();
    Ok(text.map(|text| Letter { to, text }))
}

fn sign_up(tx: &mut Tx<'_>, mail: &Mail, public_url: &str) -> Result<Text, Error> {
    if member::find_by_email(tx, &mail.recipient)?.is_some() {
        return Ok(text(
            "You have an account already",
            format!(
                "Somebody asked for a Rollcall account with this address. You have one already.\n\n\
                 Sign in: {public_url}/login\nForgot the password: {public_url}/forgot_password\n\n{IGNORE}"
            ),
        ));
    }
    let link = link(tx, Purpose::SignUp, None, &mail.recipient, public_url)?;
    Ok(text(
        "Your Rollcall account",
        format!(
            "Make your account with this link. It works once, within a day.\n\n{link}\n\n{IGNORE}"
        ),
    ))
}

fn reset_password(tx: &mut Tx<'_>, mail: &Mail, public_url: &str) -> Result<Option<Letter>, Error> {
    let found = member::find_by_email(tx, &mail.recipient)?;
    let Some((member, _)) = found.filter(|(member, _)| !member.is_disabled()) else {
        return Ok(None);
    };
    let Member { id, email, .. } = member;
    let link = link(tx, Purpose::ResetPassword, Some(&id), &email, public_url)?;
    let body = format!(
        "Choose a new password with this link. It works once, within half an hour.\n\n{link}\n\n{IGNORE}"
    );
    Ok(Some(Letter {
        to: email,
        text: text("A new password for Rollcall", body),
    }))
}

fn verify_email(tx: &mut Tx<'_>, mail: &Mail, public_url: &str) -> Result<Option<Text>, Error> {
    let Some(member) = own(tx, mail)?.filter(|member| member.email == mail.recipient) else {
        return Ok(None);
    };
    let (purpose, id) = (Purpose::VerifyEmail, Some(&member.id));
    let link = link(tx, purpose, id, &member.email, public_url)?;
    let body = format!(
        "Confirm your address with this link. It works once, within a day.\n\n{link}\n\n{IGNORE}"
    );
    Ok(Some(text("Confirm your address", body)))
}

fn change_email(tx: &mut Tx<'_>, mail: &Mail, public_url: &str) -> Result<Option<Text>, Error> {
    let Some(member) = own(tx, mail)? else {
        return Ok(None);
    };
    let other = member::find_by_email(tx, &mail.recipient)?;
    if other.is_some_and(|(other, _)| other.id != member.id) {
        return Ok(None);
    }
    let (purpose, id) = (Purpose::ChangeEmail, Some(&member.id));
    let link = link(tx, purpose, id, &mail.recipient, public_url)?;
    let body = format!(
        "Make this the address of your Rollcall account with this link. It works once, within an hour.\n\n\
         {link}\n\n{IGNORE}"
    );
    Ok(Some(text("Your new address", body)))
}

/// What happened to the account, and what to do if it was somebody else.
fn notice(kind: Kind, at: Timestamp, public_url: &str) -> Option<Text> {
    let (subject, happened) = match kind {
        Kind::PasswordChanged => (
            "Your password was changed",
            "The password of your Rollcall account was changed, and its other sessions have ended.",
        ),
        Kind::EmailChanged => (
            "Your address was changed",
            "Your Rollcall account has another address now. Mail about it no longer comes here.",
        ),
        Kind::SecondFactorOn => (
            "Two-factor sign-in is on",
            "Signing in to your Rollcall account asks for a code of your authenticator app from now on.",
        ),
        Kind::SecondFactorOff => (
            "Two-factor sign-in is off",
            "Signing in to your Rollcall account asks for no code any more.",
        ),
        Kind::RecoveryCodesRenewed => (
            "Your recovery codes were replaced",
            "New recovery codes were made for your Rollcall account; the old ones are useless.",
        ),
        Kind::RecoveryCodeUsed => (
            "A recovery code was used",
            "Somebody signed in to your Rollcall account with a recovery code.",
        ),
        Kind::NewDevice => (
            "A new browser signed in",
            "Your Rollcall account was signed in to from a browser that it did not know.",
        ),
        Kind::SignUp | Kind::ResetPassword | Kind::VerifyEmail | Kind::ChangeEmail | Kind::Text => {
            return None;
        }
    };
    let body = format!("{happened}\n\nAt {at}.\n\n{ACT}\n\n{public_url}/account");
    Some(text(subject, body))
}

fn own(tx: &mut Tx<'_>, mail: &Mail) -> Result<Option<Member>, Error> {
    match &mail.member_id {
        Some(id) => member::find(tx, id),
        None => Ok(None),
    }
}

fn link(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    member_id: Option<&MemberId>,
    email: &str,
    public_url: &str,
) -> Result<String, Error> {
    let secret = account_link::issue(tx, purpose, member_id, email)?;
    Ok(format!("{public_url}/links/{}", secret.expose_secret()))
}

fn text(subject: &str, body: String) -> Text {
    Text {
        subject: subject.to_owned(),
        body: SecretString::from(body),
    }
}
