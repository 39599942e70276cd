//! Settings of accounts: who may sign up, how mail goes out, which proxies are believed.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::BoolishValueParser;
use rollcall_dashboard::SignUp;
use rollcall_mail::{Smtp, SmtpError};
use rollcall_store::webhook_target::Networks;
use secrecy::SecretString;

/// Who may make an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Whoever reads the address that they give
    Open,
    /// Who was invited into a workspace
    #[default]
    InviteOnly,
    /// Nobody
    Closed,
}

impl From<Policy> for SignUp {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Open => Self::Open,
            Policy::InviteOnly => Self::InviteOnly,
            Policy::Closed => Self::Closed,
        }
    }
}

/// Settings of accounts.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AccountArgs {
    /// Who may make an account, once the first one is there
    #[arg(long, env = "ROLLCALL_SIGN_UP", value_enum, default_value_t)]
    pub(crate) sign_up: Policy,
    /// Show workspaces only to members who sign in with two factors
    #[arg(long, env = "ROLLCALL_REQUIRE_SECOND_FACTOR", value_parser = BoolishValueParser::new())]
    pub(crate) require_second_factor: bool,
    /// The proxies in front of this server, by network, separated by commas: what they say in
    /// `X-Forwarded-For` is believed
    #[arg(
        long,
        env = "ROLLCALL_TRUSTED_PROXIES",
        value_name = "NETWORK,…",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) trusted_proxies: Networks,
    #[command(flatten)]
    pub(crate) mail: MailArgs,
}

/// Settings of mail.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct MailArgs {
    /// The mail server, as in `smtps://user:password@smtp.example.com` or
    /// `smtp://smtp.example.com:587?tls=required`; without one, mails are written to the log
    #[arg(
        long,
        env = "ROLLCALL_SMTP_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    smtp_url: Option<SecretString>,
    /// A file that holds this URL
    #[arg(long, env = "ROLLCALL_SMTP_URL_FILE", value_name = "FILE")]
    smtp_url_file: Option<PathBuf>,
    /// Whom mail comes from
    #[arg(
        long,
        env = "ROLLCALL_MAIL_FROM",
        value_name = "ADDRESS",
        default_value = "Rollcall <rollcall@localhost.localdomain>"
    )]
    mail_from: String,
}

/// Why no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailSettingsError {
    #[error(transparent)]
    Smtp(#[from] SmtpError),
    #[error("cannot read {path}: {source}")]
    File {
        path: String,
        source: std::io::Error,
    },
}

impl MailArgs {
    /// The mail server, if one is named.
    pub(crate) fn smtp(&self) -> Result<Option<Smtp>, MailSettingsError> {
        let url = match &self.smtp_url_file {
            Some(file) => {
                let path = file.display().to_string();
                let read = std::fs::read_to_string(file);
                let text = read.map_err(|source| MailSettingsError::File { path, source })?;
                Some(SecretString::from(text.trim().to_owned()))
            }
            None => self.smtp_url.clone(),
        };
        Ok(match url {
            Some(url) => Some(Smtp::new(&url, &self.mail_from)?),
            None => None,
        })
    }
}
