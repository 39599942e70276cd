//! The way out.

use std::fmt;
use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use rollcall_store::mail::Text;
use secrecy::{ExposeSecret as _, SecretString};

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// An SMTP server and the address that mail comes from.
pub struct Smtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Settings that are none.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The URL is not one of an SMTP server. What it holds is not repeated: it may be a password.
    #[error(
        "the SMTP URL is not understood; one looks like smtps://user:password@smtp.example.com or \
         smtp://smtp.example.com:587?tls=required"
    )]
    Url,
    /// The sender is no address.
    #[error("`{0}` is no sender; one looks like Rollcall <rollcall@example.com>")]
    From(String),
}

/// Why a mail did not go out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// It never will.
    #[error("it cannot be sent: {0}")]
    Never(String),
    /// It may later.
    #[error("it was not sent: {0}")]
    NotNow(String),
}

impl Smtp {
    /// The server at `url`, for mail from `from`. Nothing is connected yet.
    pub fn new(url: &SecretString, from: &str) -> Result<Self, SmtpError> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| SmtpError::Url)?;
        Ok(Self {
            server: server.timeout(Some(PATIENCE)).build(),
            from: from.parse().map_err(|_| SmtpError::From(from.to_owned()))?,
        })
    }

    /// Connects and signs in, and sends nothing; else says what is wrong.
    pub async fn check(&self) -> Result<(), String> {
        match self.server.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("it closes the connection".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends a text. The same `id` marks the same mail, sent twice.
    pub(crate) async fn send(&self, id: &str, to: &str, text: &Text) -> Result<(), SendError> {
        let never = |error: &dyn fmt::Display| SendError::Never(error.to_string());
        let message = Message::builder()
            .from(self.from.clone())
            .to(to
                .parse()
                .map_err(|error: lettre::address::AddressError| never(&error))?)
            .subject(&text.subject)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(text.body.expose_secret().to_owned())
            .map_err(|error| never(&error))?;
        match self.server.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(never(&error)),
            Err(error) => Err(SendError::NotNow(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked_and_passwords_not_repeated() {
        let new = |url: &str, from: &str| Smtp::new(&SecretString::from(url.to_owned()), from);
        let from = "Rollcall <rollcall@example.com>";
        assert!(new("smtp://127.0.0.1:1025", from).is_ok());
        assert!(new("smtps://ada:secret@smtp.example.com", from).is_ok());
        let error = new("https://ada:secret@smtp.example.com", from).unwrap_err();
        assert!(!error.to_string().contains("secret"));
        assert!(matches!(
            new("smtp://127.0.0.1", "nobody"),
            Err(SmtpError::From(_))
        ));
    }
}
