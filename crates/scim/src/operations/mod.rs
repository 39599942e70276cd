//! Writes: what a POST, PUT, PATCH or DELETE does, the same for a request of its own and inside of a bulk.

pub(crate) mod bulk;
pub(crate) mod groups;
pub(crate) mod users;

use crate::conditions::Versions;
use crate::error::ScimError;

/// How a change was asked for, beside what is to be changed.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// The versions of which the stored one must be one; without them any will do.
    pub(crate) if_match: Option<Versions>,
    /// Whether the answer shows the resource where it need not.
    pub(crate) shown: bool,
}

impl Terms {
    /// Refuses a change of another version than the client knows. To be asked while the row is held.
    fn check(&self, version: &str) -> Result<(), ScimError> {
        match &self.if_match {
            Some(versions) if !versions.include(version) => Err(ScimError::VersionMismatch {
                version: version.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}
