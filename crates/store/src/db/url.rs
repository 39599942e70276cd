//! Which database, said by a URL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file, in this process.
    Sqlite,
    /// A server.
    Postgres,
}

/// `sqlite://path/to/file.db` or `postgres://user:password@host/database`.
/// Neither Debug nor Display shows a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Target);

#[derive(Clone, PartialEq, Eq)]
enum Target {
    Sqlite(PathBuf),
    Postgres(String),
}

/// A database URL that is neither of the two kinds.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a database URL starts with `sqlite://` (then a file's path) or `postgres://` (then user, host and database)"
)]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// The kind of database.
    pub const fn backend(&self) -> Backend {
        match self.0 {
            Target::Sqlite(_) => Backend::Sqlite,
            Target::Postgres(_) => Backend::Postgres,
        }
    }

    /// SQLite's file.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0 {
            Target::Sqlite(path) => Some(path),
            Target::Postgres(_) => None,
        }
    }

    /// What libpq connects with. A server that does not answer is given up after five seconds,
    /// unless the URL says otherwise.
    pub(crate) fn libpq(&self) -> Option<String> {
        match &self.0 {
            Target::Sqlite(_) => None,
            Target::Postgres(url) if url.contains("connect_timeout=") => Some(url.clone()),
            Target::Postgres(url) => {
                let separator = if url.contains('?') { '&' } else { '?' };
                Some(format!("{url}{separator}connect_timeout=5"))
            }
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return if path.is_empty() {
                Err(DatabaseUrlError)
            } else {
                Ok(Self(Target::Sqlite(path.into())))
            };
        }
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"));
        match rest {
            Some(rest) if !rest.is_empty() => Ok(Self(Target::Postgres(text.to_owned()))),
            _ => Err(DatabaseUrlError),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Target::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Keeps scheme, host and database of a server's URL; drops credentials and arguments.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", ""));
    let place = rest.split('?').next().unwrap_or_default();
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database() {
        let parse = |text: &str| text.parse::<DatabaseUrl>().map(|url| url.backend());
        assert_eq!(parse("sqlite://data/rollcall.db"), Ok(Backend::Sqlite));
        assert_eq!(parse("postgres://u:p@h/d"), Ok(Backend::Postgres));
        assert_eq!(parse("postgresql:///d?host=/tmp"), Ok(Backend::Postgres));
        for wrong in [
            "",
            "sqlite://",
            "postgres://",
            "rollcall.db",
            "mysql://h/d",
            "host=h dbname=d",
            "postgre://h/d",
        ] {
            assert_eq!(parse(wrong), Err(DatabaseUrlError), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://u:p@ss@db.example.com:5432/d?sslmode=require&password=x"
            .parse()
            .unwrap();
        assert_eq!(
            format!("{url} {url:?}"),
            "postgres://db.example.com:5432/d postgres://db.example.com:5432/d"
        );
    }
}
