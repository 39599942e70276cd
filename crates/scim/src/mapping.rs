//! From what the protocol read to what the store keeps.

use rollcall_store::directory_group::{GroupProfile, MemberChange};
use rollcall_store::directory_user::Profile;
use rollcall_store::ids::{DirectoryUserId, Id as _};
use serde_json::Value;

use crate::protocol::{Object, group, user::User};

/// A user's columns beside the whole resource.
pub(crate) fn profile(user: User) -> Profile {
    let text = |attribute| user.text(attribute).map(str::to_owned);
    Profile {
        user_name: user.user_name().to_owned(),
        external_id: text("externalId"),
        display_name: text("displayName"),
        first_name: user.name("givenName").map(str::to_owned),
        last_name: user.name("familyName").map(str::to_owned),
        email: user.email().map(str::to_owned),
        active: user.active(),
        resource: user.into_resource(),
    }
}

/// A group's columns beside the whole resource.
pub(crate) fn group_profile(resource: Object) -> GroupProfile {
    let text = |attribute| {
        resource
            .get(attribute)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    GroupProfile {
        display_name: text("displayName").unwrap_or_default(),
        external_id: text("externalId"),
        resource,
    }
}

/// Members by id, and those whose id can be nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Members {
    /// Well-formed ids; whether there is such a person only the store knows.
    pub(crate) known: Vec<DirectoryUserId>,
    /// Texts that are no user id of ours.
    pub(crate) unknown: Vec<String>,
}

/// Reads member ids.
pub(crate) fn members(ids: Vec<String>) -> Members {
    let mut members = Members {
        known: Vec::with_capacity(ids.len()),
        unknown: Vec::new(),
    };
    for id in ids {
        match DirectoryUserId::parse(&id) {
            Some(id) => members.known.push(id),
            None => members.unknown.push(id),
        }
    }
    members
}

/// What the store does to a group's members, and which of those to add can be nobody. Removing somebody unknown is
/// no fault: they are not in the group, as was asked.
pub(crate) fn member_change(change: group::MemberChange) -> (MemberChange, Vec<String>) {
    match change {
        group::MemberChange::Keep => (MemberChange::Keep, Vec::new()),
        group::MemberChange::Replace(ids) => {
            let members = members(ids);
            (MemberChange::Replace(members.known), members.unknown)
        }
        group::MemberChange::Alter { add, remove } => {
            let add = members(add);
            (
                MemberChange::Alter {
                    add: add.known,
                    remove: members(remove).known,
                },
                add.unknown,
            )
        }
    }
}
