//! The command line. Every flag is also an environment variable.

use std::collections::BTreeSet;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::commands::{
    account, audit, backup, bootstrap, demo, doctor, migrate, okta, restore, rotate_key, routes,
    serve,
};

/// Open, self-hosted directory sync: your customers connect their Okta, your application reads
/// one clean picture of their users and groups.
#[derive(Debug, Parser)]
#[command(name = "rollcall", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Without a command, `serve` runs.
    #[command(flatten)]
    pub(crate) serve: serve::Args,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the dashboard and the SCIM endpoints (also what runs without a command)
    Serve(serve::Args),
    /// Show Rollcall at work: a directory, and a simulated Okta that fills it
    Demo(demo::Args),
    /// Make a workspace, an organization and a directory from a script; prints one JSON object
    Bootstrap(bootstrap::Args),
    /// Act as Okta towards a SCIM endpoint and check every answer
    Okta(okta::Args),
    /// Bring the database's schema up to date
    Migrate(migrate::Args),
    /// Write everything in the database to one file, while the server runs
    Backup(backup::Args),
    /// Put a backup into an empty database, of either kind
    Restore(restore::Args),
    /// Change the key that secrets are encrypted with, while the server runs
    RotateKey(rotate_key::Args),
    /// Say what is wrong with settings, database and schema
    Doctor(doctor::Args),
    /// Print the audit log of the installation, or of one workspace
    Audit(audit::Args),
    /// Help in who is locked out, and lock out: accounts of the dashboard, whatever workspaces they are in
    Account(account::Args),
    /// List every route and who may call it
    Routes(routes::Args),
}

/// Variables that begin with `ROLLCALL_` and that no flag knows: most likely misspelt.
pub(crate) fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = known_variables();
    names
        .filter(|name| name.starts_with("ROLLCALL_") && !known.contains(name))
        .collect()
}

fn known_variables() -> BTreeSet<String> {
    let command = Cli::command();
    let of = |command: &clap::Command| {
        let names = command.get_arguments().filter_map(clap::Arg::get_env);
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
    };
    command
        .get_subcommands()
        .flat_map(of)
        .chain(of(&command))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_misspelt_variable_is_noticed() {
        let names = ["ROLLCALL_LISTEN", "ROLLCALL_DATABASE_ULR", "HOME"].map(str::to_owned);
        assert_eq!(
            unknown_variables(names.into_iter()),
            ["ROLLCALL_DATABASE_ULR"]
        );
    }
}
