//! From what the store keeps to what the protocol answers.

use rollcall_store::Timestamp;
use rollcall_store::directory_group::DirectoryGroup;
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::membership::{GroupRef, MemberRef};
use serde_json::{Value, json};

use crate::reply::Place;

/// A user: every attribute as it was sent, and then what is ours. `password` is not stored and so never answered.
pub(crate) fn user(endpoint: &str, user: &DirectoryUser, groups: &[GroupRef]) -> Value {
    let mut resource = user.profile.resource.clone();
    let groups = groups
        .iter()
        .map(|group| json!({ "value": group.id, "display": group.display_name }));
    resource.insert("id".to_owned(), json!(user.id));
    resource.insert("groups".to_owned(), groups.collect());
    resource.insert(
        "meta".to_owned(),
        meta(
            &user_place(endpoint, user),
            user.created_at,
            user.updated_at,
        ),
    );
    Value::Object(resource)
}

/// A group with its members. `display` is the user name, as Okta writes it.
pub(crate) fn group(endpoint: &str, group: &DirectoryGroup, members: &[MemberRef]) -> Value {
    let mut resource = group.profile.resource.clone();
    let members = members
        .iter()
        .map(|member| json!({ "value": member.id, "display": member.user_name }));
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
    Value::Object(resource)
}

/// Where a user is.
pub(crate) fn user_place(endpoint: &str, user: &DirectoryUser) -> Place {
    Place {
        location: format!("{endpoint}/Users/{}", user.id),
        version: version(user.version),
    }
}

/// Where a group is.
pub(crate) fn group_place(endpoint: &str, group: &DirectoryGroup) -> Place {
    Place {
        location: format!("{endpoint}/Groups/{}", group.id),
        version: version(group.version),
    }
}

fn version(version: i64) -> String {
    format!("W/\"{version}\"")
}

fn meta(place: &Place, created: Timestamp, last_modified: Timestamp) -> Value {
    json!({
        "created": created,
        "lastModified": last_modified,
        "version": place.version,
        "location": place.location,
    })
}
