//! From what the store keeps to what the protocol answers.

use rollcall_store::Timestamp;
use rollcall_store::directory_group::DirectoryGroup;
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::ids::Id as _;
use rollcall_store::membership::{GroupRef, MemberRef};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::protocol::Object;
use crate::protocol::json::object;
use crate::reply::Place;

/// A user: every attribute as it was sent, and then what is ours. `password` is not stored and so never answered.
pub(crate) fn user(endpoint: &str, user: &DirectoryUser, groups: &[GroupRef]) -> Object {
    let mut resource = user.profile.resource.clone();
    let shown = groups
        .iter()
        .map(|group| reference(group.id.as_str(), &group.display_name));
    resource.insert("id".to_owned(), json!(user.id));
    resource.insert("groups".to_owned(), shown.collect());
    resource.insert(
        "meta".to_owned(),
        meta(
            &user_place(endpoint, user, groups),
            user.created_at,
            user.updated_at,
        ),
    );
    resource
}

/// A group with its members. `display` is the user name, as Okta writes it.
pub(crate) fn group(endpoint: &str, group: &DirectoryGroup, members: &[MemberRef]) -> Object {
    let mut resource = group.profile.resource.clone();
    let members = members
        .iter()
        .map(|member| reference(member.id.as_str(), &member.user_name));
    resource.insert("id".to_owned(), json!(group.id));
    resource.insert("members".to_owned(), members.collect());
    resource.insert(
        "meta".to_owned(),
        meta(
            &group_place(endpoint, group),
            group.created_at,
            group.updated_at,
        ),
    );
    resource
}

fn reference(id: &str, display: &str) -> Value {
    Value::Object(object([("value", id), ("display", display)]))
}

/// Where a user is.
pub(crate) fn user_place(endpoint: &str, user: &DirectoryUser, groups: &[GroupRef]) -> Place {
    Place {
        location: format!("{endpoint}/Users/{}", user.id),
        version: user_version(user, groups),
    }
}

/// Where a group is.
pub(crate) fn group_place(endpoint: &str, group: &DirectoryGroup) -> Place {
    Place {
        location: format!("{endpoint}/Groups/{}", group.id),
        version: group_version(group),
    }
}

/// A user's version: the count of their changes, and a fingerprint of the groups that their answer shows. A push of
/// a group so changes the versions of its people without a write to any of them.
pub(crate) fn user_version(user: &DirectoryUser, groups: &[GroupRef]) -> String {
    if groups.is_empty() {
        return format!("W/\"{}\"", user.version);
    }
    let mut hasher = Sha256::new();
    for group in groups {
        hasher.update(group.id.as_str());
        hasher.update([0]);
        hasher.update(&group.display_name);
        hasher.update([0]);
    }
    let fingerprint = hasher.finalize();
    let start = fingerprint.iter().take(8);
    let hex = start.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("W/\"{}-{hex}\"", user.version)
}

/// A group's version: the count of its changes, to which a new user name of a member belongs, since the group's
/// answer shows it.
pub(crate) fn group_version(group: &DirectoryGroup) -> String {
    format!("W/\"{}\"", group.version)
}

fn meta(place: &Place, created: Timestamp, last_modified: Timestamp) -> Value {
    json!({
        "created": created,
        "lastModified": last_modified,
        "version": place.version,
        "location": place.location,
    })
}
