//! `rollcall migrate`.

use std::process::ExitCode;

use rollcall_store::migrations;

use super::fail;
use crate::settings::{DatabaseArgs, StartError};

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match migrate(args) {
        Ok(0) => println!("The schema is up to date."),
        Ok(count) => println!("{count} migration(s) ran; the schema is up to date."),
        Err(error) => return fail(&error),
    }
    ExitCode::SUCCESS
}

fn migrate(args: &Args) -> Result<usize, StartError> {
    Ok(migrations::migrate(&args.database.url()?)?)
}
