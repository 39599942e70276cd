//! Workspaces: the tenants. Nothing crosses from one to another.

mod deletion;
mod find;
mod members;
mod operations;
mod role;
mod row;
mod slug;

use std::ops::RangeInclusive;

pub use deletion::{GRACE, delete, due, purge, restore};
pub use find::{contents, find, find_by_name, find_by_slug, of_member, retentions};
pub use members::admit;
pub use operations::{create, create_owned, update};
pub use role::Role;

use crate::Timestamp;
use crate::change::Change;
use crate::error::is_unique_violation;
use crate::ids::WorkspaceId;

/// How many days a workspace may have its events kept.
pub const EVENT_RETENTION_DAYS: RangeInclusive<i32> = 1..=3_650;

/// A tenant: one SaaS team, or one of its environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name in dashboard URLs: lower-case letters, digits and hyphens; unique; never changes.
    pub slug: String,
    /// What people read.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What the application is told of a user that the provider deactivates.
    pub deactivated_users: DeactivatedUsers,
    /// Since when every member has to sign in with a second factor, if they have to.
    pub second_factor_required_at: Option<Timestamp>,
    /// The host name, folded, under which its SCIM endpoints are shown and served; none is the installation's.
    pub endpoint_host: Option<String>,
    /// After how many days its events are forgotten, if that is sooner than what the installation says.
    pub event_retention_days: Option<i32>,
    /// What [`WebhookEndpoint::in_order`](crate::webhook_endpoint::WebhookEndpoint::in_order) is for a new endpoint, if decided.
    pub webhook_in_order: Option<bool>,
    /// What
    /// [`WebhookEndpoint::deliveries_per_second`](crate::webhook_endpoint::WebhookEndpoint::deliveries_per_second)
    /// is for a new endpoint, if decided.
    pub webhook_deliveries_per_second: Option<i32>,
    /// When it is taken away, if somebody deleted it; until then that can be undone.
    pub delete_after: Option<Timestamp>,
}

/// What the application is told of a user that the provider deactivates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeactivatedUsers {
    /// That the user changed, and is inactive now.
    #[default]
    Keep,
    /// That the user was deleted; the row stays, hidden, since the provider still asks for it.
    Delete,
}

impl DeactivatedUsers {
    /// `keep` or `delete`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Delete => "delete",
        }
    }

    /// Reads [`DeactivatedUsers::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Keep, Self::Delete]
            .into_iter()
            .find(|each| each.as_str() == text)
    }
}

/// How much a workspace holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Organizations.
    pub organizations: i64,
    /// Directories.
    pub directories: i64,
    /// Users in all of them.
    pub users: i64,
    /// Groups in all of them.
    pub groups: i64,
}

/// What to change of a workspace; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// See [`Workspace::name`].
    pub name: Option<String>,
    /// See [`Workspace::deactivated_users`].
    pub deactivated_users: Option<DeactivatedUsers>,
    /// Whether every member has to sign in with a second factor.
    pub second_factor_required: Option<bool>,
    /// See [`Workspace::endpoint_host`]; as [`endpoint_host::parse`](crate::endpoint_host::parse) gave it.
    pub endpoint_host: Change,
    /// See [`EVENT_RETENTION_DAYS`].
    pub event_retention_days: Change<i32>,
    /// See [`Workspace::webhook_in_order`].
    pub webhook_in_order: Change<bool>,
    /// See [`Workspace::webhook_deliveries_per_second`].
    pub webhook_deliveries_per_second: Change<i32>,
}

/// Why a workspace was not changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another workspace has this endpoint host.
    #[error("another workspace has this host name")]
    HostTaken,
    /// See [`EVENT_RETENTION_DAYS`].
    #[error("events are kept for 1 to 3,650 days")]
    InvalidRetention,
    /// See [`MOST_DELIVERIES_PER_SECOND`](crate::webhook_endpoint::MOST_DELIVERIES_PER_SECOND).
    #[error("deliveries per second are 1 to 1,000")]
    InvalidRate,
    /// It was taken away meanwhile.
    #[error("the workspace is gone")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        // Of what changes, the host alone is unique.
        if is_unique_violation(&error) {
            Self::HostTaken
        } else {
            Self::Store(error.into())
        }
    }
}
