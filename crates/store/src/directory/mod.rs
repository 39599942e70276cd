//! Directories: the connections of organizations to their identity providers.

mod find;
mod operations;

use diesel::prelude::*;

use crate::Timestamp;
use crate::db::schema::{directories, workspaces};
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, DirectoryTokenId, OrganizationId, WorkspaceId};
use crate::workspace::DeactivatedUsers;

pub use find::{
    Filter, authenticate, by_ids, counts, counts_of, find, for_organization, for_organizations,
    page,
};
pub use operations::{activate, create, delete, rename};
pub(crate) use operations::{note_deletion, remove};

/// One connection of an organization to an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its id.
    pub id: DirectoryId,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// The customer.
    pub organization_id: OrganizationId,
    /// The provider's wire name, for example `okta scim v1.1`.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// The part of the endpoint's URL that names this directory; no underscore.
    pub endpoint_key: String,
    /// Whether the provider has called yet.
    pub state: DirectoryState,
    /// When it was linked.
    pub activated_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What its workspace has told of people whom the provider deactivates.
    pub deactivated_users: DeactivatedUsers,
    /// The host name that its workspace has its endpoints under; none is that of the public URL.
    pub endpoint_host: Option<String>,
}

/// Whether the provider has called yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryState {
    /// Made, and waiting for the provider's first authenticated call.
    Validating,
    /// The provider has called.
    Linked,
}

impl DirectoryState {
    /// The stored name; WorkOS's name in its REST API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validating => "validating",
            Self::Linked => "linked",
        }
    }
}

/// How many users and groups a directory has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All users.
    pub users: i64,
    /// The active ones.
    pub active_users: i64,
    /// Those whom the application does not see.
    pub hidden_users: i64,
    /// Groups.
    pub groups: i64,
}

/// What a bearer token is worth at an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The token opens the endpoint's directory.
    Accepted {
        /// The directory.
        directory: Directory,
        /// Which of its tokens it was.
        token_id: DirectoryTokenId,
    },
    /// It does not. The directory is known only so that the refusal can be logged where its admin looks.
    Refused {
        /// The endpoint's directory, if the endpoint exists.
        directory: Option<Directory>,
    },
}

/// A directory with what its workspace decides for it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = directories)]
struct Found {
    #[diesel(embed)]
    row: Row,
    #[diesel(select_expression = workspaces::deactivated_users)]
    deactivated_users: Option<String>,
    #[diesel(select_expression = workspaces::endpoint_host)]
    endpoint_host: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = directories, treat_none_as_default_value = false)]
struct Row {
    id: DirectoryId,
    workspace_id: WorkspaceId,
    organization_id: OrganizationId,
    provider: String,
    name: String,
    endpoint_key: String,
    state: String,
    activated_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<Found> for Directory {
    type Error = Error;

    fn try_from(found: Found) -> Result<Self> {
        let row = found.row;
        let deactivated_users =
            DeactivatedUsers::from_stored(found.deactivated_users.as_deref(), &row.workspace_id)?;
        let state = [DirectoryState::Validating, DirectoryState::Linked]
            .into_iter()
            .find(|state| state.as_str() == row.state)
            .ok_or_else(|| Error::Inconsistent {
                table: "directories",
                column: "state",
                row: row.id.to_string(),
                reason: format!("no state is called {:?}", row.state),
            })?;
        Ok(Self {
            id: row.id,
            workspace_id: row.workspace_id,
            organization_id: row.organization_id,
            provider: row.provider,
            name: row.name,
            endpoint_key: row.endpoint_key,
            state,
            activated_at: row.activated_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deactivated_users,
            endpoint_host: found.endpoint_host,
        })
    }
}
