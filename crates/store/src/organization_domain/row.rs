//! Domains as stored.

use diesel::prelude::*;

use super::{Challenge, OrganizationDomain, Proof, State};
use crate::Timestamp;
use crate::db::schema::organization_domains;
use crate::error::Error;
use crate::ids::{OrganizationDomainId, OrganizationId, WorkspaceId};

const MANUAL: &str = "manual";
const DNS: &str = "dns";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(
    table_name = organization_domains,
    treat_none_as_default_value = false,
    treat_none_as_null = true
)]
pub(super) struct Row {
    pub(super) id: OrganizationDomainId,
    workspace_id: WorkspaceId,
    organization_id: OrganizationId,
    domain: String,
    state: String,
    verification_strategy: String,
    verification_token: Option<String>,
    verification_prefix: Option<String>,
    verification_expires_at: Option<Timestamp>,
    verification_next_check_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Row {
    /// A domain as it is to be stored, with the time at which its DNS is looked at next.
    pub(super) fn new(domain: &OrganizationDomain, next_check_at: Option<Timestamp>) -> Self {
        let challenge = match &domain.proof {
            Proof::Manual => None,
            Proof::Dns(challenge) => Some(challenge.clone()),
        };
        let expires_at = challenge
            .as_ref()
            .and_then(|challenge| challenge.expires_at);
        let (token, prefix) = challenge
            .map(|challenge| (challenge.token, challenge.prefix))
            .unzip();
        Self {
            id: domain.id.clone(),
            workspace_id: domain.workspace_id.clone(),
            organization_id: domain.organization_id.clone(),
            domain: domain.domain.clone(),
            state: domain.state.as_str().to_owned(),
            verification_strategy: domain.proof.strategy().to_owned(),
            verification_token: token,
            verification_prefix: prefix,
            verification_expires_at: expires_at,
            verification_next_check_at: next_check_at,
            created_at: domain.created_at,
            updated_at: domain.updated_at,
        }
    }
}

impl Proof {
    /// The stored name, which is WorkOS's.
    pub const fn strategy(&self) -> &'static str {
        match self {
            Self::Manual => MANUAL,
            Self::Dns(_) => DNS,
        }
    }
}

impl TryFrom<Row> for OrganizationDomain {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let inconsistent = |column, found: &str| Error::Inconsistent {
            table: "organization_domains",
            column,
            row: row.id.to_string(),
            reason: format!("it cannot be {found:?}"),
        };
        let state =
            State::from_stored(&row.state).ok_or_else(|| inconsistent("state", &row.state))?;
        let strategy = row.verification_strategy.as_str();
        let proof = match (strategy, row.verification_token, row.verification_prefix) {
            (MANUAL, ..) => Proof::Manual,
            (DNS, Some(token), Some(prefix)) => Proof::Dns(Challenge {
                prefix,
                token,
                expires_at: row.verification_expires_at,
            }),
            (other, ..) => return Err(inconsistent("verification_strategy", other)),
        };
        Ok(Self {
            id: row.id,
            workspace_id: row.workspace_id,
            organization_id: row.organization_id,
            domain: row.domain,
            state,
            proof,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
