//! One file a command: its arguments, then what it does.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod bootstrap;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod migrate;
pub(crate) mod okta;
pub(crate) mod restore;
pub(crate) mod rotate_key;
pub(crate) mod routes;
pub(crate) mod serve;

use std::fmt::Display;
use std::process::ExitCode;

/// Says why a command failed; the exit code is 1.
pub(crate) fn fail(reason: &dyn Display) -> ExitCode {
    eprintln!("rollcall: {reason}");
    ExitCode::FAILURE
}
