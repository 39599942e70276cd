//! The key that opens the secrets in the database: said, or else in a file beside the data.

use std::path::{Path, PathBuf};

use rollcall_store::DatabaseUrl;
use rollcall_store::seal::{self, KeyError, SecretKey};

/// The folder of the key when the database is no file.
const FOLDER: &str = "data";
const FILE: &str = "secret.key";

/// Which key.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct KeyArgs {
    /// The key that the secrets of webhooks are encrypted with, as made by `openssl rand -hex 32`;
    /// the file `secret.key` beside the data unless said, made at the first start
    #[arg(
        long,
        env = "ROLLCALL_SECRET_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    secret_key: Option<SecretKey>,
    /// A file that holds this key
    #[arg(long, env = "ROLLCALL_SECRET_KEY_FILE", value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoKey {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("there is no key file {0}")]
    Missing(String),
}

impl KeyArgs {
    /// The key that was said or stands in a file, if there is one.
    pub(crate) fn find(&self, url: &DatabaseUrl) -> Result<Option<SecretKey>, NoKey> {
        if let Some(file) = &self.secret_key_file {
            let key = SecretKey::read(file)?;
            return key
                .map(Some)
                .ok_or_else(|| NoKey::Missing(file.display().to_string()));
        }
        if let Some(key) = &self.secret_key {
            return Ok(Some(key.clone()));
        }
        Ok(SecretKey::read(&default_file(url))?)
    }

    /// The file that the key comes from, unless it was said itself.
    pub(crate) fn file(&self, url: &DatabaseUrl) -> Option<PathBuf> {
        match (&self.secret_key_file, &self.secret_key) {
            (Some(file), _) => Some(file.clone()),
            (None, Some(_)) => None,
            (None, None) => Some(default_file(url)),
        }
    }

    /// The key of that id: the one that [`find`](Self::find) finds, or the one that waits to take its
    /// place, which is then done.
    pub(crate) fn find_for(
        &self,
        url: &DatabaseUrl,
        key_id: &str,
    ) -> Result<Option<SecretKey>, NoKey> {
        let fits = |key: &SecretKey| key.id() == key_id;
        if let Some(key) = self.find(url)?.filter(fits) {
            return Ok(Some(key));
        }
        let Some(file) = self.file(url) else {
            return Ok(None);
        };
        let waiting = SecretKey::read(&seal::next_file(&file))?.filter(fits);
        if waiting.is_some()
            && let Err(error) = seal::replace(&file, key_id)
        {
            tracing::warn!("the new secret key stays beside the old one: {error}");
        }
        Ok(waiting)
    }

    /// The same, but a key is made when none is named and there is none yet. Without a place to
    /// write one, the server does without: then it delivers no webhooks, and says so.
    pub(crate) fn find_or_make(&self, url: &DatabaseUrl) -> Result<Option<SecretKey>, NoKey> {
        if let Some(key) = self.find(url)? {
            return Ok(Some(key));
        }
        let file = default_file(url);
        match SecretKey::read_or_make(&file) {
            Ok(key) => {
                tracing::info!("the key of secrets is in {}; back it up", file.display());
                Ok(Some(key))
            }
            Err(error) => {
                tracing::error!("{error}; set ROLLCALL_SECRET_KEY, or webhooks do not work");
                Ok(None)
            }
        }
    }
}

/// Where the key is kept unless something else is said.
pub(crate) fn default_file(url: &DatabaseUrl) -> PathBuf {
    let beside = url.sqlite_path().and_then(Path::parent);
    beside.unwrap_or_else(|| Path::new(FOLDER)).join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(folder: &Path) -> DatabaseUrl {
        format!("sqlite://{}/rollcall.db", folder.display())
            .parse()
            .unwrap()
    }

    #[test]
    fn a_key_is_made_beside_the_data_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = at(folder.path());
        let args = KeyArgs::default();
        assert!(args.find(&url).unwrap().is_none());
        let made = args.find_or_make(&url).unwrap().unwrap();
        assert!(folder.path().join(FILE).exists());
        assert_eq!(args.find(&url).unwrap().unwrap().id(), made.id());
    }

    #[test]
    fn a_named_file_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let url = at(folder.path());
        let args = KeyArgs {
            secret_key_file: Some(folder.path().join("nowhere")),
            ..KeyArgs::default()
        };
        assert!(matches!(args.find_or_make(&url), Err(NoKey::Missing(_))));
    }

    #[test]
    fn for_postgres_the_key_is_kept_in_the_data_folder() {
        let url: DatabaseUrl = "postgres://db.example.com/rollcall".parse().unwrap();
        assert_eq!(default_file(&url), Path::new("data/secret.key"));
    }
}
