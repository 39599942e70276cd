//! Why a backup could not be taken or restored.

use std::io;

use crate::OpenError;

/// Why a backup could not be taken or restored. A restore that is refused has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no database to take a backup of.
    #[error("there is no database {0}")]
    NoDatabase(String),
    /// The database has a table that this program does not know.
    #[error("the database has a table {0} that this program does not know; use the newer program")]
    UnknownTable(String),
    /// The file begins with something else.
    #[error("this is no Rollcall backup")]
    Foreign,
    /// The file ends before its last line.
    #[error("the backup is incomplete: it was cut off")]
    CutOff,
    /// The file is not what was written.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// The backup's form is not known here.
    #[error("the backup has form {theirs}, this program knows {ours}; use the newer program")]
    Newer {
        /// The form of the file.
        theirs: u32,
        /// The newest form that is known here.
        ours: u32,
    },
    /// The backup's schema is not that of this program.
    #[error(
        "the backup was made by rollcall {program} with schema {theirs}, this one has {ours}; restore it with that \
         program, then update"
    )]
    OtherSchema {
        /// The version of the program that made it.
        program: String,
        /// The newest migration of the backup.
        theirs: String,
        /// The newest migration of this program.
        ours: String,
    },
    /// The database holds something already.
    #[error("the database is not empty ({0} has rows); a backup is restored into a new one only")]
    NotEmpty(String),
    /// The file cannot be read or written.
    #[error("cannot read or write the backup: {0}")]
    Io(#[source] io::Error),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutOff,
            // What the decompressor says of bytes that were never compressed like this.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}
