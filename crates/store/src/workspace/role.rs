//! Roles, as stored.

use crate::error::{Error, Result};
use crate::ids::MemberId;

/// What a member may do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything, also deleting the workspace.
    Owner,
    /// Everything but that.
    Admin,
    /// Runs directories.
    Operator,
    /// Looks.
    Viewer,
}

impl Role {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    /// Reads [`Role::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub(crate) fn from_stored(text: &str, member: &MemberId) -> Result<Self> {
        Self::parse(text).ok_or_else(|| Error::Inconsistent {
            table: "workspace_members",
            column: "role",
            row: member.to_string(),
            reason: format!("no role is called {text:?}"),
        })
    }
}
