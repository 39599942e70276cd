//! What can go wrong with the store as such. Each noun has its own error for its own refusals.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// The result of a finder or of an operation that cannot be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the store itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database does not answer just now. Nothing was changed; trying again later is right.
    #[error("the database is away: {0}")]
    Unavailable(String),
    /// The database refused a statement.
    #[error("the database refused a statement: {0}")]
    Database(#[source] DieselError),
    /// A stored value is not what this program writes.
    #[error("{table}.{column} of {row} holds what this program does not write: {reason}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
        /// What is wrong with the value.
        reason: String,
    },
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::BrokenTransactionManager => {
                Self::Unavailable("the connection broke inside a transaction".to_owned())
            }
            // Two writers met in opposite order: one was rolled back whole and may simply come again.
            DieselError::DatabaseError(_, ref info)
                if info.message().contains("deadlock detected") =>
            {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Database(other),
        }
    }
}

/// Says whether a statement was refused because a unique value is taken.
/// The constraint's name is no help: SQLite does not give it.
pub(crate) fn is_unique_violation(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    )
}

/// Says whether a statement was refused because the row it refers to is gone.
pub(crate) fn is_foreign_key_violation(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)
    )
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database does not answer.
    #[error("cannot reach the database {url}: {reason}")]
    Unreachable {
        /// The URL without its password.
        url: String,
        /// What the driver said.
        reason: String,
    },
    /// The database's schema is older than this program.
    #[error(
        "the database's schema is old: {pending} migration(s) are missing. Run `rollcall migrate` first"
    )]
    OldSchema {
        /// How many migrations are missing.
        pending: usize,
    },
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migration(String),
    /// The SQLite file or its folder cannot be made.
    #[error("cannot make {path}: {source}")]
    File {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}
