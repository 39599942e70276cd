//! Rollcall: open, self-hosted directory sync. The binary puts the roles together.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints"
)]

mod account_settings;
mod apart;
mod cli;
mod commands;
mod health;
mod key_watch;
mod logs;
mod nowhere;
mod outermost;
mod roles;
mod secret_key;
mod server;
mod settings;
mod streams;
mod tls;

use std::process::ExitCode;

use clap::Parser as _;
use tikv_jemallocator::Jemalloc;

use crate::cli::{Cli, Command};
use crate::commands::{
    account, audit, backup, bootstrap, demo, doctor, migrate, okta, restore, rotate_key, routes,
    serve,
};

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => serve::run(cli.serve).await,
        Some(Command::Serve(args)) => serve::run(args).await,
        Some(Command::Demo(args)) => demo::run(args).await,
        Some(Command::Bootstrap(args)) => bootstrap::run(args).await,
        Some(Command::Okta(args)) => okta::run(args).await,
        Some(Command::Migrate(args)) => migrate::run(&args),
        Some(Command::Backup(args)) => backup::run(&args),
        Some(Command::Restore(args)) => restore::run(&args),
        Some(Command::RotateKey(args)) => rotate_key::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args).await,
        Some(Command::Audit(args)) => audit::run(&args).await,
        Some(Command::Account(args)) => account::run(args).await,
        Some(Command::Routes(args)) => routes::run(&args),
    }
}
