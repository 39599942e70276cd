//! The names of events, as WorkOS gives them.

/// A directory was linked.
pub const ACTIVATED: &str = "dsync.activated";
/// A directory was deleted.
pub const DELETED: &str = "dsync.deleted";
/// A person was created.
pub const USER_CREATED: &str = "dsync.user.created";
/// A person changed.
pub const USER_UPDATED: &str = "dsync.user.updated";
/// A person was deleted.
pub const USER_DELETED: &str = "dsync.user.deleted";
/// A group was created.
pub const GROUP_CREATED: &str = "dsync.group.created";
/// A group changed.
pub const GROUP_UPDATED: &str = "dsync.group.updated";
/// A group was deleted.
pub const GROUP_DELETED: &str = "dsync.group.deleted";
/// A person joined a group.
pub const USER_ADDED: &str = "dsync.group.user_added";
/// A person left a group.
pub const USER_REMOVED: &str = "dsync.group.user_removed";
/// A bearer token was made.
pub const TOKEN_CREATED: &str = "dsync.token.created";
/// A bearer token was revoked.
pub const TOKEN_REVOKED: &str = "dsync.token.revoked";
/// An organization was created.
pub const ORGANIZATION_CREATED: &str = "organization.created";
/// An organization changed.
pub const ORGANIZATION_UPDATED: &str = "organization.updated";
/// An organization was deleted.
pub const ORGANIZATION_DELETED: &str = "organization.deleted";
/// A domain was given to an organization.
pub const DOMAIN_CREATED: &str = "organization_domain.created";
/// A domain of an organization changed.
pub const DOMAIN_UPDATED: &str = "organization_domain.updated";
/// A domain was taken from an organization.
pub const DOMAIN_DELETED: &str = "organization_domain.deleted";
/// A domain was shown to be the organization's.
pub const DOMAIN_VERIFIED: &str = "organization_domain.verified";
/// A domain was not shown to be the organization's in time.
pub const DOMAIN_VERIFICATION_FAILED: &str = "organization_domain.verification_failed";

/// Every name, in the order in which they are shown.
pub const ALL: [&str; 20] = [
    ACTIVATED,
    DELETED,
    USER_CREATED,
    USER_UPDATED,
    USER_DELETED,
    GROUP_CREATED,
    GROUP_UPDATED,
    GROUP_DELETED,
    USER_ADDED,
    USER_REMOVED,
    TOKEN_CREATED,
    TOKEN_REVOKED,
    ORGANIZATION_CREATED,
    ORGANIZATION_UPDATED,
    ORGANIZATION_DELETED,
    DOMAIN_CREATED,
    DOMAIN_UPDATED,
    DOMAIN_DELETED,
    DOMAIN_VERIFIED,
    DOMAIN_VERIFICATION_FAILED,
];

/// Whether a webhook endpoint can ask for events of that name: all but those of tokens, as at WorkOS.
pub fn is_selectable(name: &str) -> bool {
    ALL.contains(&name) && name != TOKEN_CREATED && name != TOKEN_REVOKED
}
