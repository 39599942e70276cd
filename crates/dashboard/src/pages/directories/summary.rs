//! A directory in a few words and numbers.

use rollcall_store::directory::{self, Counts, Directory, DirectoryState};
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::provisioning_request::{self, Listed};
use rollcall_store::{Connection, Result, provider};

/// A state: a word, and a tone that repeats it in colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Badge {
    pub(crate) tone: &'static str,
    pub(crate) word: &'static str,
}

impl Badge {
    /// Whether the provider has called yet.
    pub(crate) const fn of_state(state: DirectoryState) -> Self {
        match state {
            DirectoryState::Validating => Self {
                tone: "warn",
                word: "Waiting for the first request",
            },
            DirectoryState::Linked => Self {
                tone: "good",
                word: "Linked",
            },
        }
    }

    /// Whether somebody may use the application, and whether it still knows them.
    pub(crate) const fn of_user(user: &DirectoryUser) -> Self {
        match (user.profile.active, user.hidden_at) {
            (true, _) => Self {
                tone: "good",
                word: "Active",
            },
            (false, None) => Self {
                tone: "",
                word: "Inactive",
            },
            (false, Some(_)) => Self {
                tone: "",
                word: "Inactive, deleted",
            },
        }
    }
}

/// A directory with what happened in it.
pub(crate) struct Summary {
    pub(crate) directory: Directory,
    pub(crate) counts: Counts,
    pub(crate) latest: Option<Listed>,
}

/// Summaries of several directories, in their order.
pub(crate) fn summaries(
    conn: &mut Connection,
    directories: Vec<Directory>,
) -> Result<Vec<Summary>> {
    let mut all = Vec::with_capacity(directories.len());
    for directory in directories {
        let counts = directory::counts(conn, &directory.id)?;
        let latest = provisioning_request::latest(conn, &directory.id)?;
        all.push(Summary {
            directory,
            counts,
            latest,
        });
    }
    Ok(all)
}

/// What people call a provider.
pub(crate) fn provider_label(wire_name: &str) -> &str {
    provider::find(wire_name).map_or(wire_name, |provider| provider.label)
}
