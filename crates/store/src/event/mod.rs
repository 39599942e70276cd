//! Events: facts that happened, appended in the transaction that makes them true.
//!
//! An operation first holds the rows it changes and then appends, so the `seq` an event draws is
//! greater than that of every event it depends on. Transactions commit in another order than they
//! draw, so readers do not go by `seq`: the [publisher](crate::publisher) gives each committed
//! event the next `position`, and only then it is seen.

mod append;
mod find;
mod names;
mod published;

use serde_json::Value;

use crate::Timestamp;
use crate::ids::{DirectoryId, EventId, OrganizationId, ProvisioningRequestId, WorkspaceId};

pub(crate) use append::{
    Subject, append, append_directory, append_group, append_group_updated, append_memberships,
    append_memberships_of, append_token, append_user, append_user_updated,
};
pub use find::{count_for_request, for_directory, for_request};
pub use names::*;
pub use published::{Order, Published, Query, find, page, place_of, prune, prune_of};
pub(crate) use published::{at_positions, first_published_since};

/// One fact that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Drawn when it was written: greater than that of every event it depends on.
    pub seq: i64,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// The customer.
    pub organization_id: OrganizationId,
    /// The directory; none for what happens to an organization.
    pub directory_id: Option<DirectoryId>,
    /// What happened, for example `dsync.user.created`.
    pub name: String,
    /// To whom, in the shape of WorkOS's events.
    pub data: Value,
    /// The provisioning request that asked for it.
    pub provisioning_request_id: Option<ProvisioningRequestId>,
    /// When.
    pub created_at: Timestamp,
}
