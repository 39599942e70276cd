//! `rollcall backup`: everything in the database, in one file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

use rollcall_store::Options;
use rollcall_store::audit::{Actor, Context};
use rollcall_store::backup::{self, Summary};

use super::fail;
use crate::settings::{DatabaseArgs, SettingsError};

/// What stands for standard output, and for standard input when restoring.
pub(super) const STREAM: &str = "-";

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The file to write, or `-` for standard output. An older backup of that name is replaced once
    /// the new one is whole
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Print the file's header as JSON (on standard error when the backup goes to standard output)
    #[arg(long)]
    json: bool,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Backup(#[from] backup::Error),
    #[error("{0} is there already and is no backup; choose another name")]
    Taken(String),
    #[error("cannot write {path}: {source}")]
    File { path: String, source: io::Error },
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match take(args) {
        Ok(summary) => say(args, &summary),
        Err(error) => fail(&error),
    }
}

fn say(args: &Args, summary: &Summary) -> ExitCode {
    let text = if args.json {
        match serde_json::to_string(&summary.header) {
            Ok(json) => json,
            Err(error) => return fail(&error),
        }
    } else {
        in_words(args, summary)
    };
    if args.file == Path::new(STREAM) {
        eprintln!("{text}");
    } else {
        println!("{text}");
    }
    ExitCode::SUCCESS
}

fn in_words(args: &Args, summary: &Summary) -> String {
    let (file, rows) = (args.file.display(), summary.rows);
    let wrote = format!("Wrote {rows} rows to {file}.");
    match &summary.header.key_id {
        Some(key) => {
            format!(
                "{wrote} Secrets in it open with the secret key {key} only, which is not in it."
            )
        }
        None => wrote,
    }
}

fn take(args: &Args) -> Result<Summary, Error> {
    let options = Options::new(args.database.url()?);
    let context = Context::local(Actor::CommandLine);
    if args.file == Path::new(STREAM) {
        let out = BufWriter::new(io::stdout().lock());
        return Ok(backup::take(&options, context, out)?);
    }
    let failed = |source| Error::File {
        path: args.file.display().to_string(),
        source,
    };
    if is_taken(&args.file).map_err(failed)? {
        return Err(Error::Taken(args.file.display().to_string()));
    }
    let draft = Draft::beside(&args.file).map_err(failed)?;
    let summary = backup::take(&options, context, BufWriter::new(&draft.file))?;
    draft.put_in_place().map_err(failed)?;
    Ok(summary)
}

/// Whether something else has that name, for example the database itself.
fn is_taken(path: &Path) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => Ok(file.metadata()?.len() > 0 && !backup::is_backup(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file that gets its name when it is whole, and goes away otherwise.
struct Draft {
    file: File,
    path: PathBuf,
    wanted: PathBuf,
}

impl Draft {
    fn beside(wanted: &Path) -> io::Result<Self> {
        let mut path = wanted.as_os_str().to_owned();
        path.push(format!(".{}.part", process::id()));
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        Ok(Self {
            file: options.write(true).create_new(true).open(&path)?,
            path: path.into(),
            wanted: wanted.to_owned(),
        })
    }

    fn put_in_place(self) -> io::Result<()> {
        (&self.file).flush()?;
        self.file.sync_all()?;
        fs::rename(&self.path, &self.wanted)?;
        let folder = self
            .wanted
            .parent()
            .filter(|folder| *folder != Path::new(""));
        // The name outlasts a power failure once its folder is written, where folders can be synced.
        let _ = File::open(folder.unwrap_or_else(|| Path::new(".")))
            .and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Not there any more when it got its name.
        let _ = fs::remove_file(&self.path);
    }
}
