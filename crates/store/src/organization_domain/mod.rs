//! Domains of organizations: which mail addresses are an organization's own.
//!
//! A domain is verified because the application says so (`manual`), or because somebody put a TXT record into its DNS
//! (`dns`). Several organizations of a workspace may try to verify a domain; the first one has it, and the others fail.

mod find;
mod name;
mod operations;
mod row;
mod verification;

use std::time::Duration;

pub use find::{find, for_organizations};
pub(crate) use name::well_formed;
pub use name::{DomainName, DomainNameError};
pub(crate) use operations::{Fact, replace};
pub use operations::{create, delete};
pub use verification::{due_checks, expire, start, verify};

use crate::Timestamp;
use crate::event::Subject;
use crate::ids::{OrganizationDomainId, OrganizationId, WorkspaceId};

/// How long a domain's DNS is looked at (WorkOS docs, "Domain Verification": thirty days).
pub const VERIFICATION_PERIOD: Duration = Duration::from_hours(30 * 24);

/// A domain of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationDomain {
    /// Its id.
    pub id: OrganizationDomainId,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// Whose it is, or is to be.
    pub organization_id: OrganizationId,
    /// Its name, as [`DomainName`] writes it.
    pub domain: String,
    /// Whether it was shown to be the organization's.
    pub state: State,
    /// How that is shown.
    pub proof: Proof,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl<'a> From<&'a OrganizationDomain> for Subject<'a> {
    fn from(domain: &'a OrganizationDomain) -> Self {
        Self {
            workspace: &domain.workspace_id,
            organization: &domain.organization_id,
            directory: None,
        }
    }
}

/// Whether a domain was shown to be an organization's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not yet.
    Pending,
    /// Yes.
    Verified,
    /// Not in time, or another organization was quicker.
    Failed,
}

impl State {
    /// The stored name, which is WorkOS's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Failed => "failed",
        }
    }

    fn from_stored(text: &str) -> Option<Self> {
        [Self::Pending, Self::Verified, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// How a domain is shown to be an organization's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The application said so.
    Manual,
    /// By a TXT record.
    Dns(Challenge),
}

/// What the DNS of a domain has to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// What stands before the equals sign, for example `rollcall-domain-verification-k3x9zq`.
    pub prefix: String,
    /// What stands after it.
    pub token: String,
    /// When it is given up; none once that is decided.
    pub expires_at: Option<Timestamp>,
}

impl Challenge {
    /// The value of the TXT record that the domain itself has to have.
    pub fn record(&self) -> String {
        format!("{}={}", self.prefix, self.token)
    }

    /// Whether a TXT record of the domain is the one. WorkOS's guide has people write `verification_token` before
    /// the equals sign, so that is taken as well.
    pub fn is_met_by(&self, record: &str) -> bool {
        let (name, token) = record.trim().split_once('=').unwrap_or_default();
        (name == self.prefix || name == "verification_token") && token == self.token
    }
}

/// A domain that an organization is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub domain: DomainName,
    /// Whether the application says that it is the organization's; otherwise DNS has to show it.
    pub verified: bool,
}

/// Why a domain was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The organization has the domain already.
    #[error("the organization has the domain {0} already")]
    AlreadyAdded(String),
    /// Another organization of the workspace has it.
    #[error("the domain {0} is verified for another organization")]
    VerifiedElsewhere(String),
    /// It is verified already.
    #[error("the domain {0} is verified already")]
    AlreadyVerified(String),
    /// The organization or the domain was deleted meanwhile.
    #[error("it was deleted meanwhile")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_meets_a_challenge_by_its_token() {
        let challenge = Challenge {
            prefix: "rollcall-domain-verification-k3x9zq".to_owned(),
            token: "t0ken".to_owned(),
            expires_at: None,
        };
        assert!(challenge.is_met_by(&challenge.record()));
        assert!(challenge.is_met_by(" verification_token=t0ken "));
        for other in [
            "",
            "t0ken",
            "=t0ken",
            "a=t0ken",
            "verification_token=T0KEN",
            "v=spf1 -all",
        ] {
            assert!(!challenge.is_met_by(other), "{other}");
        }
    }
}
