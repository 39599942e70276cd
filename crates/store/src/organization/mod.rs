//! Organizations: the enterprise customers of a workspace.

mod find;
mod metadata;
mod operations;

use diesel::prelude::*;

pub use find::{Filter, by_age, find, find_by_external_id, find_by_name, names, page};
pub use metadata::{
    LONGEST_KEY, LONGEST_VALUE, MOST_PAIRS, Metadata, MetadataChange, MetadataError,
};
pub(crate) use operations::hold;
pub use operations::{create, create_with, delete, rename, update};

use crate::Timestamp;
pub use crate::change::Change;
use crate::db::schema::organizations;
use crate::event::Subject;
use crate::ids::{OrganizationId, WorkspaceId};
use crate::organization_domain::{self, Wanted};

/// One enterprise customer of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Whose customer it is.
    pub workspace_id: WorkspaceId,
    /// Its name; need not be unique.
    pub name: String,
    /// The application's own id of it; unique in the workspace.
    pub external_id: Option<String>,
    /// What the application keeps with it.
    pub metadata: Metadata,
    /// Its customer at Stripe; unique in the workspace.
    pub stripe_customer_id: Option<String>,
    /// Kept for applications that set it; WorkOS has deprecated it, and nothing depends on it here.
    pub allow_profiles_outside_organization: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What an organization is made from.
#[derive(Clone, Debug, Default)]
pub struct New {
    /// Its name.
    pub name: String,
    /// The application's own id of it.
    pub external_id: Option<String>,
    /// What the application keeps with it.
    pub metadata: Metadata,
    /// Its customer at Stripe.
    pub stripe_customer_id: Option<String>,
    /// See [`Organization::allow_profiles_outside_organization`].
    pub allow_profiles_outside_organization: bool,
    /// Its domains, each once.
    pub domains: Vec<Wanted>,
}

/// What changes about an organization; none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// The application's own id of it.
    pub external_id: Change,
    /// What the application keeps with it.
    pub metadata: Option<MetadataChange>,
    /// Its customer at Stripe.
    pub stripe_customer_id: Change,
    /// See [`Organization::allow_profiles_outside_organization`].
    pub allow_profiles_outside_organization: Option<bool>,
    /// All of its domains, each once.
    pub domains: Option<Vec<Wanted>>,
}

/// Why an organization was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another organization of the workspace has this external id.
    #[error("another organization has this external_id")]
    ExternalIdTaken,
    /// Another organization of the workspace has this Stripe customer.
    #[error("another organization has this stripe_customer_id")]
    StripeCustomerIdTaken,
    /// The metadata is not taken.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// A domain is not taken.
    #[error(transparent)]
    Domain(organization_domain::Error),
    /// It was deleted meanwhile.
    #[error("the organization was deleted meanwhile")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<organization_domain::Error> for Error {
    fn from(error: organization_domain::Error) -> Self {
        match error {
            organization_domain::Error::Store(error) => Self::Store(error),
            organization_domain::Error::Gone => Self::Gone,
            other => Self::Domain(other),
        }
    }
}

impl<'a> From<&'a Organization> for Subject<'a> {
    fn from(organization: &'a Organization) -> Self {
        Self {
            workspace: &organization.workspace_id,
            organization: &organization.id,
            directory: None,
        }
    }
}
