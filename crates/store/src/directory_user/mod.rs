//! Directory users: the people a provider pushed.

mod by_age;
mod emails;
mod find;
mod lock;
mod operations;
mod rename;
mod row;
mod visibility;

use serde_json::{Map, Value};

pub use by_age::{Among, Filter, find_with_directory, ids_of_email, ids_of_idp_id, page_by_age};
pub(crate) use find::boundary;
pub use find::{Lookup, after, by_ids, count, find, list, page};
pub use lock::{Sent, lock, lock_to_change};
pub use operations::{create, delete, replace};
pub(crate) use row::Row;

use crate::Timestamp;
use crate::ids::{DirectoryId, DirectoryUserId};

/// What the provider says of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The name they sign in with; unique in the directory without regard to case.
    pub user_name: String,
    /// The provider's own id of them.
    pub external_id: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// Their given name.
    pub first_name: Option<String>,
    /// Their family name.
    pub last_name: Option<String>,
    /// Their primary e-mail address.
    pub email: Option<String>,
    /// Whether they may use the application.
    pub active: bool,
    /// Every attribute as the provider sent it, without `id`, `meta`, `groups` and `password`.
    pub resource: Map<String, Value>,
}

impl Profile {
    /// The name people are listed by: display name, else first and last name, else user name.
    pub fn label(&self) -> String {
        if let Some(name) = self
            .display_name
            .as_deref()
            .filter(|name| !name.trim().is_empty())
        {
            return name.to_owned();
        }
        let full: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if full.is_empty() {
            self.user_name.clone()
        } else {
            full.join(" ")
        }
    }
}

/// A person in a directory.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryUser {
    /// Their id: ours, stable, never reused.
    pub id: DirectoryUserId,
    /// Their directory.
    pub directory_id: DirectoryId,
    /// What the provider says of them.
    pub profile: Profile,
    /// Counts the net changes, from 1.
    pub version: i64,
    /// When they were first pushed.
    pub created_at: Timestamp,
    /// When they last changed.
    pub updated_at: Timestamp,
    /// Since when the application has been told that they are gone, though the provider only deactivated them.
    pub hidden_at: Option<Timestamp>,
}

/// Why a person was not stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another person of the directory has the user name, in whatever case.
    #[error("the user name {user_name:?} is taken")]
    UserNameTaken {
        /// The user name asked for.
        user_name: String,
        /// Who has it; `None` when they took it at this very moment.
        by: Option<Box<DirectoryUser>>,
    },
    /// The directory was deleted meanwhile.
    #[error("the directory is gone")]
    DirectoryGone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
