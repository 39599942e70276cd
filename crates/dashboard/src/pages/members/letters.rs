//! What is mailed to people about a workspace. The texts are written here, since they name it, and
//! wait sealed in the outbox.

use rollcall_store::invitation::Invitation;
use rollcall_store::mail::{self, Text};
use rollcall_store::workspace::Role;
use rollcall_store::{Error, Timestamp, Tx};
use secrecy::{ExposeSecret as _, SecretString};

use super::{CHOICES, with_article};
use crate::auth::InWorkspace;
use crate::limits;
use crate::settings::Mail;

/// More of a name is not said in a mail.
const LONGEST_NAME: usize = 100;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    /// It waits to be sent.
    Sent,
    /// It waits to be written to the server's log.
    Logged,
    /// There is no key to seal it with, so there is none.
    Locked,
    /// The address had many of them just now, so there is none.
    TooMany,
}

/// Who writes, and about what.
#[derive(Clone, Debug)]
pub(in crate::pages) struct Writer {
    sender: String,
    workspace: String,
    public_url: String,
    mail: Mail,
}

impl Writer {
    pub(in crate::pages) fn new(who: &InWorkspace) -> Self {
        let settings = who.visit.app.settings();
        Self {
            sender: format!("{} ({})", name(&who.member.name), name(&who.member.email)),
            workspace: name(&who.workspace.name),
            public_url: settings.public_url.trim_end_matches('/').to_owned(),
            mail: settings.mail,
        }
    }

    /// The address behind the secret of an invitation.
    pub(super) fn link(&self, secret: &SecretString) -> SecretString {
        let link = format!("{}/links/{}", self.public_url, secret.expose_secret());
        SecretString::from(link)
    }

    /// Mails an invitation, unless the address had too many.
    pub(super) fn invite(
        &self,
        tx: &mut Tx<'_>,
        invitation: &Invitation,
        link: &SecretString,
    ) -> Result<Posted, Error> {
        if !limits::mail(tx, &invitation.email)? {
            return Ok(Posted::TooMany);
        }
        let (sender, workspace, until) = (&self.sender, &self.workspace, invitation.expires_at);
        let (role, meaning) = (with_article(invitation.role), meaning(invitation.role));
        let link = link.expose_secret();
        let body = format!(
            "{sender} invites you to the workspace “{workspace}” on Rollcall, as {role}. {meaning}\n\n\
             Accept with this link. It works once, until {until}.\n\n{link}\n\n\
             If you do not know what this is about, ignore it: nothing happens then."
        );
        let subject = format!("You are invited to “{workspace}” on Rollcall");
        self.post(tx, &invitation.email, subject, body)
    }

    /// Tells somebody of their new role.
    pub(super) fn tell_role(&self, tx: &mut Tx<'_>, email: &str, role: Role) -> Result<(), Error> {
        let (sender, workspace, at) = (&self.sender, &self.workspace, tx.now());
        let body = format!(
            "In the workspace “{workspace}” on Rollcall you are {} now. {}\n\n{}",
            with_article(role),
            meaning(role),
            self.signature(sender, at)
        );
        let subject = format!("Your role in “{workspace}” was changed");
        self.post(tx, email, subject, body).map(drop)
    }

    /// Tells somebody that they are out.
    pub(super) fn tell_removal(&self, tx: &mut Tx<'_>, email: &str) -> Result<(), Error> {
        let (sender, workspace, at) = (&self.sender, &self.workspace, tx.now());
        let body = format!(
            "You are no member of the workspace “{workspace}” on Rollcall any more. Your account stays.\n\n{}",
            self.signature(sender, at)
        );
        let subject = format!("You were removed from “{workspace}”");
        self.post(tx, email, subject, body).map(drop)
    }

    /// Tells somebody that a workspace of theirs is deleted, and until when an owner can undo that on that page.
    pub(in crate::pages) fn tell_deletion(
        &self,
        tx: &mut Tx<'_>,
        email: &str,
        (until, path): (Timestamp, &str),
    ) -> Result<(), Error> {
        let (sender, workspace, at) = (&self.sender, &self.workspace, tx.now());
        let body = format!(
            "The workspace “{workspace}” on Rollcall is deleted. Its API keys and bearer tokens are refused, and at {until} it is \
             removed for good with everything in it. Until then you can undo this:\n\n{}{path}\n\nBy {sender}, at {at}.",
            self.public_url
        );
        let subject = format!("The workspace “{workspace}” is deleted");
        self.post(tx, email, subject, body).map(drop)
    }

    fn signature(&self, sender: &str, at: Timestamp) -> String {
        format!("By {sender}, at {at}.\n\n{}", self.public_url)
    }

    fn post(
        &self,
        tx: &mut Tx<'_>,
        email: &str,
        subject: String,
        body: String,
    ) -> Result<Posted, Error> {
        let body = SecretString::from(body);
        match mail::write(tx, email, &Text { subject, body }) {
            Ok(()) if self.mail == Mail::Sent => Ok(Posted::Sent),
            Ok(()) => Ok(Posted::Logged),
            Err(mail::Error::Seal(_)) => Ok(Posted::Locked),
            Err(mail::Error::Store(error)) => Err(error),
        }
    }
}

fn meaning(role: Role) -> &'static str {
    let choice = CHOICES.iter().find(|choice| choice.role == role);
    choice.map_or("", |choice| choice.meaning)
}

/// A name as one short line that turns no direction of writing, so that it cannot pass for a part of the mail.
fn name(text: &str) -> String {
    let plain = text.chars().map(|character| match character {
        '“' | '”' => '"',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        character if character.is_control() => ' ',
        character => character,
    });
    plain.take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_line() {
        assert_eq!(name("A\r\nBcc: b@example.com"), "A  Bcc: b@example.com");
        assert_eq!(name("Acme” deletes you. “").matches('”').count(), 0);
        assert_eq!(name("a\u{202e}b\u{2066}c"), "a b c");
        assert_eq!(name(&"x".repeat(1_000_000)).len(), LONGEST_NAME);
    }
}
