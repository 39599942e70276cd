//! `/organizations`.

pub(crate) mod create;
pub(crate) mod delete;
mod fields;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod show_by_external_id;
pub(crate) mod update;

pub(crate) use fields::domain_name;
use rollcall_store::Connection;
use rollcall_store::ids::{OrganizationId, WorkspaceId};
use rollcall_store::organization::{self, Organization};
use rollcall_store::organization_domain::{self, OrganizationDomain};
use rollcall_store::representation;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::organization_domains;
use crate::path::Named as _;

/// As long as the dashboard takes.
const LONGEST_NAME: usize = 200;

/// The organization of that id in the workspace, or the refusal that says there is none.
pub(crate) fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &OrganizationId,
) -> Result<Organization, ApiError> {
    organization::find(conn, workspace_id, id)?.ok_or_else(|| id.not_found())
}

/// An organization with its domains.
fn shown(conn: &mut Connection, organization: &Organization) -> Result<Value, ApiError> {
    let ids = std::slice::from_ref(&organization.id);
    let domains = organization_domain::for_organizations(conn, ids)?;
    Ok(with_domains(organization, &domains))
}

/// As in events, and with what WorkOS shows in its REST API alone.
fn with_domains(organization: &Organization, domains: &[OrganizationDomain]) -> Value {
    let mut shown = representation::organization(organization, domains);
    shown["allow_profiles_outside_organization"] =
        json!(organization.allow_profiles_outside_organization);
    shown
}

/// Why an organization was not made or changed; `id` is the one that was to be changed.
fn refused(error: organization::Error, id: Option<&OrganizationId>) -> ApiError {
    let message = format!("{error}.");
    let bad = |code| ApiError::BadRequest {
        code,
        message: message.clone(),
    };
    match error {
        organization::Error::ExternalIdTaken => bad("external_id_already_used"),
        organization::Error::StripeCustomerIdTaken => bad("stripe_customer_id_already_used"),
        organization::Error::Metadata(_) => bad("invalid_metadata"),
        organization::Error::Domain(error) => organization_domains::refused(error, None),
        organization::Error::Gone => {
            id.map_or(ApiError::Internal(message), OrganizationId::not_found)
        }
        organization::Error::Store(error) => error.into(),
    }
}
