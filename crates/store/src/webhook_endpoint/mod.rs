//! Webhook endpoints: where an application is told of its workspace's events.

mod find;
mod operations;
mod row;
mod secret_reads;

use crate::Timestamp;
use crate::ids::{WebhookEndpointId, WorkspaceId};
use crate::seal::SealError;
use crate::workspace::Workspace;

pub use find::{find, page, page_by_age};
pub use operations::{create, delete, rotate_secret, update};
pub use row::secret;
pub(crate) use row::{Row, previous_secret};
pub use secret_reads::{NOTED_FOR, note_reads, unnoted_reads};

/// What [`New::deliveries_per_second`] is unless something else is said, or decided by the workspace.
pub const DELIVERIES_PER_SECOND: i32 = 100;
/// The most that can be asked for.
pub const MOST_DELIVERIES_PER_SECOND: i32 = 1_000;
/// Characters of a description at most.
pub const LONGEST_DESCRIPTION: usize = 500;

/// Where events are pushed, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEndpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// Where to.
    pub endpoint_url: String,
    /// What it is for.
    pub description: String,
    /// The names of the events it is told of.
    pub events: Vec<String>,
    /// Whether it is told at all.
    pub status: Status,
    /// Whether an event waits until the one before it of the same directory is delivered or given up.
    pub in_order: bool,
    /// How many deliveries a second it is sent at most.
    pub deliveries_per_second: i32,
    /// Since when no attempt has succeeded, if the last one failed.
    pub failing_since: Option<Timestamp>,
    /// Why it was disabled, when nobody did that by hand.
    pub disabled_reason: Option<String>,
    /// Until when the secret before the present one is still used as well.
    pub previous_secret_expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed by somebody.
    pub updated_at: Timestamp,
    pub(crate) sealed_secret: String,
    pub(crate) sealed_previous_secret: Option<String>,
}

/// Whether an endpoint is told of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is.
    Enabled,
    /// It is not: events are not kept for it, and what waited goes on waiting.
    Disabled,
}

impl Status {
    /// `enabled` or `disabled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// Reads [`Status::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Enabled, Self::Disabled]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// An endpoint to make.
#[derive(Clone, Debug)]
pub struct New {
    /// See [`WebhookEndpoint::endpoint_url`].
    pub endpoint_url: String,
    /// See [`WebhookEndpoint::description`].
    pub description: String,
    /// See [`WebhookEndpoint::events`].
    pub events: Vec<String>,
    /// See [`WebhookEndpoint::in_order`].
    pub in_order: bool,
    /// See [`WebhookEndpoint::deliveries_per_second`].
    pub deliveries_per_second: i32,
}

/// What a new endpoint is as far as nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// See [`WebhookEndpoint::in_order`].
    pub in_order: bool,
    /// See [`WebhookEndpoint::deliveries_per_second`].
    pub deliveries_per_second: i32,
}

impl From<&Workspace> for Defaults {
    /// What the workspace decided, or else the product's own.
    fn from(workspace: &Workspace) -> Self {
        Self {
            in_order: workspace.webhook_in_order.unwrap_or_default(),
            deliveries_per_second: workspace
                .webhook_deliveries_per_second
                .unwrap_or(DELIVERIES_PER_SECOND),
        }
    }
}

/// What to change of an endpoint; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// See [`WebhookEndpoint::endpoint_url`].
    pub endpoint_url: Option<String>,
    /// See [`WebhookEndpoint::description`].
    pub description: Option<String>,
    /// See [`WebhookEndpoint::events`].
    pub events: Option<Vec<String>>,
    /// See [`WebhookEndpoint::status`]. Enabling forgets past failures.
    pub status: Option<Status>,
    /// See [`WebhookEndpoint::in_order`].
    pub in_order: Option<bool>,
    /// See [`WebhookEndpoint::deliveries_per_second`].
    pub deliveries_per_second: Option<i32>,
}

/// Why an endpoint was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace has an endpoint of that URL.
    #[error("there is a webhook endpoint of that URL already")]
    DuplicateUrl,
    /// A webhook cannot go to that URL; the reason begins with "it" or "its".
    #[error("a webhook cannot go to that URL: {0}")]
    InvalidUrl(&'static str),
    /// No event was named.
    #[error("a webhook endpoint needs at least one event")]
    NoEvents,
    /// There is no event of that name, or none that an endpoint can ask for.
    #[error("there is no event `{0}` for webhooks")]
    UnknownEvent(String),
    /// See [`MOST_DELIVERIES_PER_SECOND`].
    #[error("deliveries per second are 1 to 1,000")]
    InvalidRate,
    /// See [`LONGEST_DESCRIPTION`].
    #[error("a description has 500 characters at most")]
    LongDescription,
    /// The endpoint was deleted meanwhile.
    #[error("the webhook endpoint is gone")]
    Gone,
    /// Its secret cannot be written down or read: the process lacks the right key.
    #[error(transparent)]
    Secret(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
