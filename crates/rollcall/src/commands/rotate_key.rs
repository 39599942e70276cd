//! `rollcall rotate-key`: seals every secret anew with another key.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rollcall_store::audit::{Actor, Context};
use rollcall_store::seal::{self, KeyError, RotateError, Rotated, SecretKey};
use rollcall_store::{DatabaseUrl, Options};

use super::fail;
use crate::secret_key::{KeyArgs, NoKey};
use crate::settings::{DatabaseArgs, SettingsError};

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// The new key, as made by `openssl rand -hex 32`; unless said it is made, and put into the file of the present one
    #[arg(
        long,
        env = "ROLLCALL_NEW_SECRET_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    new_key: Option<SecretKey>,
    /// A file that holds the new key, made if it is not there
    #[arg(long, env = "ROLLCALL_NEW_SECRET_KEY_FILE", value_name = "FILE")]
    new_key_file: Option<PathBuf>,
}

/// Why the key was not changed.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    NoKey(#[from] NoKey),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Rotate(#[from] RotateError),
    #[error("there is no database {0}")]
    NoDatabase(String),
    #[error("there is no secret key that could be changed")]
    Nothing,
    #[error(
        "the present key does not come from a file: name the new one with --new-key-file or ROLLCALL_NEW_SECRET_KEY"
    )]
    Unnamed,
    #[error("the new key is the present one")]
    Same,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match rotate(args) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

fn rotate(args: &Args) -> Result<String, Error> {
    let url = args.database.url()?;
    if url.sqlite_path().is_some_and(|path| !path.exists()) {
        return Err(Error::NoDatabase(url.to_string()));
    }
    let present = args.key.find(&url)?.ok_or(Error::Nothing)?;
    match (&args.new_key_file, &args.new_key) {
        (Some(file), _) => elsewhere(&url, present, &SecretKey::read_or_make(file)?),
        (None, Some(new)) => elsewhere(&url, present, new),
        (None, None) => {
            let file = args.key.file(&url).ok_or(Error::Unnamed)?;
            in_place(&url, present, &file)
        }
    }
}

/// The operator keeps the new key, and gives it to the server.
fn elsewhere(url: &DatabaseUrl, present: SecretKey, new: &SecretKey) -> Result<String, Error> {
    let (old_id, new_id) = (present.id(), new.id());
    if old_id == new_id {
        return Err(Error::Same);
    }
    let done = seal_anew(url, present, new)?;
    Ok(format!(
        "{}\nStart the server with the new key. Keep {old_id} for the backups made before.",
        in_words(done, &new_id)
    ))
}

/// The new key takes the place of the old one.
fn in_place(url: &DatabaseUrl, present: SecretKey, file: &Path) -> Result<String, Error> {
    let old_id = present.id();
    // On the disk first: from the commit on, nothing else opens the secrets. One that waits here since
    // an interrupted attempt is used, since the database may be sealed with it.
    let new = SecretKey::read_or_make(&seal::next_file(file))?;
    let done = seal_anew(url, present, &new)?;
    seal::replace(file, &new.id())?;
    Ok(format!(
        "{}\nIt is in {}. The old key is in {} for the backups made before; delete it with the last of them.",
        in_words(done, &new.id()),
        file.display(),
        seal::old_file(file, &old_id).display(),
    ))
}

fn seal_anew(url: &DatabaseUrl, present: SecretKey, new: &SecretKey) -> Result<Rotated, Error> {
    let options = Options {
        secret_key: Some(present),
        ..Options::new(url.clone())
    };
    let context = Context::local(Actor::CommandLine);
    Ok(seal::rotate(&options, &context, new)?)
}

fn in_words(done: Rotated, new_id: &str) -> String {
    match done {
        Rotated::Now(count) => format!("Sealed {count} secrets anew with the key {new_id}."),
        Rotated::Before => format!("The secrets were sealed with the key {new_id} already."),
    }
}
