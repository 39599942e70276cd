//! Directory groups: the groups a provider pushed.

mod by_age;
mod find;
mod operations;
mod row;

use serde_json::{Map, Value};

pub use by_age::{Filter, find_with_directory, of_users, page_by_age};
pub use find::{GroupLookup, after, by_ids, count, find, list, page};
pub use operations::{MemberChange, change, create, delete, lock};
pub(crate) use operations::{count_members, hold_of_user};

use crate::Timestamp;
use crate::ids::{DirectoryGroupId, DirectoryId};

/// What the provider says of a group, apart from its members.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupProfile {
    /// Its name; need not be unique.
    pub display_name: String,
    /// The provider's own id of it. Okta sends none.
    pub external_id: Option<String>,
    /// Every attribute as the provider sent it, without `id`, `meta` and `members`.
    pub resource: Map<String, Value>,
}

/// A group in a directory.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryGroup {
    /// Its id: ours, stable, never reused.
    pub id: DirectoryGroupId,
    /// Its directory.
    pub directory_id: DirectoryId,
    /// What the provider says of it.
    pub profile: GroupProfile,
    /// WorkOS's `idp_id`: the provider's id, or the name it first had; a rename does not change it.
    pub idp_id: String,
    /// How many members it has.
    pub member_count: i64,
    /// Counts the net changes, from 1; a change of members is one.
    pub version: i64,
    /// When it was first pushed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Why a group was not stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Some of the members to add are not people of this directory. Nothing was changed.
    #[error("{} member(s) are not in this directory", .0.len())]
    UnknownMembers(Vec<String>),
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
