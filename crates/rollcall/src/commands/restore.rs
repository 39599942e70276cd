//! `rollcall restore`: a backup into an empty database.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rollcall_store::audit::{Actor, Context};
use rollcall_store::backup::{self, Header, Summary};
use rollcall_store::seal::SecretKey;
use rollcall_store::{DatabaseUrl, Options};

use super::backup::STREAM;
use super::fail;
use crate::secret_key::KeyArgs;
use crate::settings::{DatabaseArgs, SettingsError};

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The backup, or `-` for standard input
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    key: KeyArgs,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("nothing was restored: {0}")]
    Backup(#[from] backup::Error),
    #[error("cannot read {path}: {source}")]
    File { path: String, source: io::Error },
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let restored = args
        .database
        .url()
        .map_err(Error::from)
        .and_then(|url| restore(args, &url).map(|summary| (url, summary)));
    match restored {
        Ok((url, summary)) => {
            let made_at = &summary.header.made_at;
            println!("Restored {} rows of the backup of {made_at}.", summary.rows);
            println!("{}", about_key(&summary.header, &args.key, &url));
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

fn restore(args: &Args, url: &DatabaseUrl) -> Result<Summary, Error> {
    let input: Box<dyn Read> = if args.file == Path::new(STREAM) {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&args.file).map_err(|source| Error::File {
            path: args.file.display().to_string(),
            source,
        })?;
        Box::new(file)
    };
    let context = Context::local(Actor::CommandLine);
    Ok(backup::restore(&Options::new(url.clone()), context, input)?)
}

/// Which key the server has to be started with, and whether it is here.
fn about_key(header: &Header, key: &KeyArgs, url: &DatabaseUrl) -> String {
    let Some(theirs) = &header.key_id else {
        return "No secret key was in use; the server may make one.".to_owned();
    };
    // A key that cannot be read is as good as none for what is said here; `serve` says why.
    let ours = key.find(url).ok().flatten().map(|key: SecretKey| key.id());
    if ours.as_ref() == Some(theirs) {
        return format!("Its secrets open with the secret key {theirs}, which is here.");
    }
    format!(
        "Its secrets open with the secret key {theirs} only, which is not here: start the server with it \
         (ROLLCALL_SECRET_KEY or ROLLCALL_SECRET_KEY_FILE)."
    )
}
