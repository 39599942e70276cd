//! Settings that several commands share.

use std::net::SocketAddr;
use std::path::PathBuf;

use rollcall_store::{DatabaseUrl, OpenError, Options, Store};

use crate::secret_key::NoKey;

/// Where data lives unless something else is said.
pub(crate) const DEFAULT_DATABASE: &str = "sqlite://data/rollcall.db";

/// Which database.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DatabaseArgs {
    /// `sqlite://path/to/file.db` or `postgres://user:password@host/database`
    #[arg(long, env = "ROLLCALL_DATABASE_URL", hide_env_values = true, default_value = DEFAULT_DATABASE)]
    pub(crate) database_url: DatabaseUrl,
    /// A file that holds the database URL, for a secret that must not stand in the environment
    #[arg(long, env = "ROLLCALL_DATABASE_URL_FILE", value_name = "FILE")]
    pub(crate) database_url_file: Option<PathBuf>,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read {path}: {source}")]
    File {
        path: String,
        source: std::io::Error,
    },
    #[error("{path} holds no database URL: {source}")]
    DatabaseUrl {
        path: String,
        source: rollcall_store::DatabaseUrlError,
    },
}

impl DatabaseArgs {
    /// The URL, from the file if one is named.
    pub(crate) fn url(&self) -> Result<DatabaseUrl, SettingsError> {
        let Some(file) = &self.database_url_file else {
            return Ok(self.database_url.clone());
        };
        let path = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|source| SettingsError::File {
            path: path.clone(),
            source,
        })?;
        text.trim()
            .parse()
            .map_err(|source| SettingsError::DatabaseUrl { path, source })
    }
}

/// Why a command could not begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Key(#[from] NoKey),
}

/// Opens the database with the options of production.
pub(crate) fn open(database: &DatabaseArgs) -> Result<Store, StartError> {
    Ok(Store::open(&Options::new(database.url()?))?)
}

/// How a server is spoken to where it listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    /// It has a certificate of its own.
    Https,
}

impl Scheme {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The address at which the outside reaches this server: as said, or else where it listens.
pub(crate) fn public_url(said: Option<&str>, listen: SocketAddr, scheme: Scheme) -> String {
    let scheme = scheme.as_str();
    match said {
        Some(url) => url.trim().trim_end_matches('/').to_owned(),
        None if listen.ip().is_unspecified() => format!("{scheme}://localhost:{}", listen.port()),
        None => format!("{scheme}://{listen}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_url_follows_the_address_unless_it_is_said() {
        let listen = |text: &str| text.parse().unwrap();
        let http = Scheme::Http;
        assert_eq!(
            public_url(None, listen("127.0.0.1:8080"), http),
            "http://127.0.0.1:8080"
        );
        assert_eq!(
            public_url(None, listen("0.0.0.0:80"), http),
            "http://localhost:80"
        );
        assert_eq!(
            public_url(
                Some("https://sync.example.com/"),
                listen("0.0.0.0:80"),
                http
            ),
            "https://sync.example.com"
        );
        assert_eq!(
            public_url(None, listen("[::1]:8443"), Scheme::Https),
            "https://[::1]:8443"
        );
    }
}
