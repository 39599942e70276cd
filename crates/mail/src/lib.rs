//! Mail: takes what waits in the outbox, writes its text, and sends it over SMTP. Without an SMTP
//! server the mail stands in the log, so that a trial works with nothing else.
//!
//! A link is made when its mail is sent, in a transaction of its own, and is stored only as a hash.

mod compose;
mod sender;
mod transport;

pub use sender::Sender;
pub use transport::{Smtp, SmtpError};

/// How mail is sent.
#[derive(Debug)]
pub struct Settings {
    /// Where browsers reach this installation: what links begin with.
    pub public_url: String,
    /// The SMTP server; without one mails are written to the log.
    pub smtp: Option<Smtp>,
}
