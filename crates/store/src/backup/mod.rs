//! Backups: everything worth keeping, in one form for both databases, so that they also move an
//! installation from one to the other.
//!
//! A backup is a gzip file (RFC 1952) of lines of JSON: a [`Header`]; for each table a line with its
//! name and columns and then a line with an array a row; at the end the SHA-256 of all lines before.
//! The key that secrets are sealed with is never in it, only the key's id.
//!
//! Columns come from the database's own catalogue, and so does the text of each row: a column that
//! a migration adds is in the next backup without a line of code.

mod catalogue;
mod error;
mod format;
mod history;
mod restore;
mod tables;
mod take;

pub use error::Error;
pub use format::{Header, is_backup};
pub use history::{History, history};
pub use restore::restore;
pub use tables::{COUNTER, LEFT_OUT, TABLES};
pub use take::take;

/// What went into a backup or came out of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The backup's first line.
    pub header: Header,
    /// How many rows in all.
    pub rows: u64,
}
