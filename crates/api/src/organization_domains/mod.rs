//! `/organization_domains`.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod show;
pub(crate) mod verify;

use rollcall_store::Connection;
use rollcall_store::ids::{OrganizationDomainId, WorkspaceId};
use rollcall_store::organization_domain::{self, Error, OrganizationDomain};

use crate::error::ApiError;
use crate::path::Named as _;

/// The domain of that id in the workspace, or the refusal that says there is none.
fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &OrganizationDomainId,
) -> Result<OrganizationDomain, ApiError> {
    organization_domain::find(conn, workspace_id, id)?.ok_or_else(|| id.not_found())
}

/// Why a domain was not added or changed; `gone` is what is said when it was deleted meanwhile.
pub(crate) fn refused(error: Error, gone: Option<ApiError>) -> ApiError {
    let message = format!("{error}.");
    match error {
        Error::AlreadyAdded(_) | Error::VerifiedElsewhere(_) => ApiError::Conflict {
            code: "domain_already_exists",
            message,
        },
        Error::AlreadyVerified(_) => ApiError::BadRequest {
            code: "domain_already_verified",
            message,
        },
        Error::Gone => gone.unwrap_or(ApiError::Internal(message)),
        Error::Store(error) => error.into(),
    }
}
