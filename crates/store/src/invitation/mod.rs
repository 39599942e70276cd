//! Invitations into a workspace. Each has a link that works once and for a week, of which only the
//! hash is stored; sending it again makes a new link. Who accepts has to be the one invited, by
//! address.

mod accept;
mod find;
mod operations;

use std::time::Duration;

use diesel::prelude::*;

use crate::audit::{self, Action, Difference, Target};
use crate::db::schema::invitations;
use crate::error::{Error as StoreError, Result};
use crate::ids::{InvitationId, MemberId, WorkspaceId};
use crate::rights::Right;
use crate::workspace::{Role, Workspace};
use crate::workspace_member::{self, stored_role};
use crate::{Timestamp, Tx};

pub use accept::{accept, accept_as_new};
pub use find::{find, find_by_secret, list};
pub use operations::{create, renew, revoke};
pub(crate) use operations::{revoke_all_of, revoke_of};

const PREFIX: &str = "rc_invite_";
/// How long a link works.
pub const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// How many a workspace may have open at a time, those past their time included.
pub const MOST: i64 = 100;

/// Somebody who may join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub workspace_id: WorkspaceId,
    /// Whom, by address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// By whom, while they have an account.
    pub invited_by: Option<MemberId>,
    /// When the invitation was made.
    pub created_at: Timestamp,
    /// When its present link was made.
    pub sent_at: Timestamp,
    /// When its present link stops working.
    pub expires_at: Timestamp,
}

/// An invitation, as whoever follows its link sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The workspace to join.
    pub workspace: Workspace,
    /// The name of who invited.
    pub inviter: Option<String>,
}

/// Why somebody was not invited, or did not join.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace has no such invitation (any more).
    #[error("there is no such invitation")]
    NotFound,
    /// Whoever invites may not (any more).
    #[error("this takes a right that they do not have")]
    NotAllowed(Right),
    /// The address is a member's.
    #[error("they are a member already")]
    AlreadyMember,
    /// The address is invited.
    #[error("they are invited already")]
    AlreadyInvited,
    /// The workspace has [`MOST`] of them.
    #[error("there are too many open invitations")]
    TooMany,
    /// The link was used, replaced or revoked, is too old, or is none.
    #[error("the link does not work any more")]
    LinkRefused,
    /// The account that would join has another address.
    #[error("the invitation is for another address")]
    OtherAddress,
    /// There is an account with the address, which has to be used.
    #[error("there is an account with that address already")]
    EmailTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<workspace_member::Error> for Error {
    fn from(error: workspace_member::Error) -> Self {
        match error {
            workspace_member::Error::NotAllowed(right) => Self::NotAllowed(right),
            workspace_member::Error::Store(error) => Self::Store(error),
            workspace_member::Error::NotFound
            | workspace_member::Error::LastOwner
            | workspace_member::Error::Changed(_) => Self::NotFound,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: InvitationId,
    workspace_id: WorkspaceId,
    email: String,
    role: String,
    invited_by: Option<MemberId>,
    created_at: Timestamp,
    sent_at: Timestamp,
    expires_at: Timestamp,
}

impl TryFrom<Row> for Invitation {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            role: stored_role(&row.role, "invitations", &row.id)?,
            id: row.id,
            workspace_id: row.workspace_id,
            email: row.email,
            invited_by: row.invited_by,
            created_at: row.created_at,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
        })
    }
}

fn note(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    action: Action,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&invitation.id, &invitation.email);
    audit::note(tx, &invitation.workspace_id, action, target, difference)
}
