//! Webhook deliveries: one event for one endpoint, made when the event is published.

mod claim;
mod find;
mod make;
mod operations;
mod pace;
mod prune;
mod record;
mod row;

use crate::Timestamp;
use crate::ids::{DirectoryId, EventId, WebhookDeliveryId, WebhookEndpointId, WorkspaceId};

pub use claim::{Claim, ClaimError, Claimed, LEASE, MOST_AT_ONCE, claim, endpoints_due};
pub use find::{Backlog, ForEvent, backlog, find, for_event, page, page_by_age, waiting};
pub(crate) use make::make;
pub use operations::{MOST_RECOVERED, ResendError, recover, resend, send_test};
pub use prune::{endpoints_gone, prune, prune_of, prune_of_workspace};
pub use record::{DISABLE_AFTER, Outcome, Verdict, record};

/// One event for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Its id.
    pub id: WebhookDeliveryId,
    /// Where to.
    pub webhook_endpoint_id: WebhookEndpointId,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// What.
    pub event_id: EventId,
    /// The event's name.
    pub event_name: String,
    /// The event's directory; none for what happens to an organization.
    pub directory_id: Option<DirectoryId>,
    /// Whether it carries an example that somebody asked for.
    pub is_test: bool,
    /// How it stands.
    pub state: State,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next; while it is being tried, when that try counts as lost.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it succeeded or was given up.
    pub finished_at: Option<Timestamp>,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its first or next attempt.
    Pending,
    /// The receiver took it.
    Succeeded,
    /// It was given up.
    Failed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Succeeded, Self::Failed];

    /// `pending`, `succeeded` or `failed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
