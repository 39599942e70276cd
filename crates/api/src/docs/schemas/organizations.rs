//! Organizations and their domains.
#![expect(dead_code, reason = "the document alone reads it")]
#![expect(clippy::struct_field_names, reason = "the names are those of the wire")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// One enterprise customer of a workspace.
#[derive(ToSchema)]
pub(crate) struct Organization {
    /// `organization`.
    object: String,
    /// Its id.
    #[schema(example = "org_01EHZNVPK3SFK441A1RGBFSHRT")]
    id: String,
    /// Its name; need not be unique.
    name: String,
    /// Its domains.
    domains: Vec<OrganizationDomain>,
    /// What you keep with it.
    metadata: BTreeMap<String, String>,
    /// The id it has with you.
    external_id: Option<String>,
    /// The id it has with Stripe, if you said so.
    #[schema(required = false)]
    stripe_customer_id: String,
    /// Kept for applications that read it; nothing depends on it.
    allow_profiles_outside_organization: bool,
    /// When it was made.
    created_at: String,
    /// When it last changed.
    updated_at: String,
}

/// A domain of an organization.
#[derive(ToSchema)]
pub(crate) struct OrganizationDomain {
    /// `organization_domain`.
    object: String,
    /// Its id.
    id: String,
    /// Whose domain it is.
    organization_id: String,
    /// The domain, in lower case.
    domain: String,
    /// `pending`, `verified` or `failed`.
    state: String,
    /// `dns`, or `manual` when you vouched for it.
    verification_strategy: String,
    /// Where the TXT record with the token has to stand, while it is verified by DNS.
    #[schema(required = false)]
    verification_prefix: String,
    /// What the TXT record has to say.
    #[schema(required = false)]
    verification_token: String,
    /// When it was added.
    created_at: String,
    /// When it last changed.
    updated_at: String,
}

/// What an organization is made from.
#[derive(ToSchema)]
pub(crate) struct CreateOrganization {
    /// Its name, of at most 200 characters.
    name: String,
    /// Its domains.
    domain_data: Option<Vec<DomainData>>,
    /// Its domains, which you vouch for. Deprecated; use `domain_data`.
    domains: Option<Vec<String>>,
    /// The id it has with you: ASCII, at most 128 characters, unique in the workspace.
    external_id: Option<String>,
    /// At most 50 pairs; keys of at most 40, values of at most 600 characters.
    metadata: Option<BTreeMap<String, String>>,
    /// The id it has with Stripe.
    stripe_customer_id: Option<String>,
    /// Deprecated; nothing depends on it.
    allow_profiles_outside_organization: Option<bool>,
}

/// What to change of an organization; what is left out stays.
#[derive(ToSchema)]
pub(crate) struct UpdateOrganization {
    /// Its name, of at most 200 characters.
    name: Option<String>,
    /// All its domains: others are removed.
    domain_data: Option<Vec<DomainData>>,
    /// All its domains, which you vouch for. Deprecated; use `domain_data`.
    domains: Option<Vec<String>>,
    /// The id it has with you; null removes it.
    external_id: Option<String>,
    /// Pairs to set; a null value removes its key, an empty object all of them.
    metadata: Option<BTreeMap<String, Option<String>>>,
    /// The id it has with Stripe; null removes it.
    stripe_customer_id: Option<String>,
    /// Deprecated; nothing depends on it.
    allow_profiles_outside_organization: Option<bool>,
}

/// A domain to give to an organization.
#[derive(ToSchema)]
pub(crate) struct DomainData {
    /// The domain.
    domain: String,
    /// `verified` when you vouch for it, otherwise `pending`.
    state: String,
}

/// A domain to add to an organization.
#[derive(ToSchema)]
pub(crate) struct CreateOrganizationDomain {
    /// Whose domain it is.
    organization_id: String,
    /// The domain.
    domain: String,
}
