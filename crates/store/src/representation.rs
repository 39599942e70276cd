//! The shapes in which events show directories, people and groups: those of WorkOS's events, so
//! that an application written for them reads ours (WorkOS docs, "Directory Sync" reference).

mod event;
mod organization;
mod sample;

use std::fmt;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

use crate::directory::{Directory, DirectoryState};
use crate::directory_group::DirectoryGroup;
use crate::directory_token::DirectoryToken;
use crate::directory_user::DirectoryUser;

pub use event::event;
pub(crate) use event::test_event;
pub use organization::{organization, organization_domain};
pub(crate) use sample::sample;

const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";

/// Events say `active` where the REST API says `linked`.
const fn event_state(directory: &Directory) -> &'static str {
    match directory.state {
        DirectoryState::Linked => "active",
        DirectoryState::Validating => "validating",
    }
}

/// A directory, as events show it.
pub fn directory(directory: &Directory) -> Value {
    json!({
        "object": "directory",
        "id": directory.id,
        "organization_id": directory.organization_id,
        "external_key": directory.endpoint_key,
        "type": directory.provider,
        "state": event_state(directory),
        "name": directory.name,
        "domains": [],
        "created_at": directory.created_at,
        "updated_at": directory.updated_at,
    })
}

/// `dsync.deleted` has neither key nor domains, and the state from before.
pub(crate) fn deleted_directory(directory: &Directory) -> Value {
    json!({
        "object": "directory",
        "id": directory.id,
        "organization_id": directory.organization_id,
        "type": directory.provider,
        "state": event_state(directory),
        "name": directory.name,
        "created_at": directory.created_at,
        "updated_at": directory.updated_at,
    })
}

/// A bearer token, as events show it.
pub fn token(directory: &Directory, token: &DirectoryToken) -> Value {
    json!({
        "object": "directory_token",
        "id": token.id,
        "directory_id": directory.id,
        "organization_id": directory.organization_id,
        "token_suffix": token.suffix,
        "created_at": token.created_at,
    })
}

/// A person, as events show them.
pub fn user(directory: &Directory, user: &DirectoryUser) -> Value {
    json!(User { directory, user })
}

/// The same as text: a push of 50,000 members writes as many, so nothing is copied on the way.
pub(crate) fn user_text(directory: &Directory, user: &DirectoryUser) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let text = serde_json::to_string(&User { directory, user }).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    })
}

struct User<'a> {
    directory: &'a Directory,
    user: &'a DirectoryUser,
}

impl Serialize for User<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { directory, user } = self;
        let profile = &user.profile;
        let idp_id = profile.external_id.as_ref().unwrap_or(&profile.user_name);
        let state = if profile.active { "active" } else { "inactive" };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("object", "directory_user")?;
        map.serialize_entry("id", &user.id)?;
        map.serialize_entry("directory_id", &directory.id)?;
        map.serialize_entry("organization_id", &directory.organization_id)?;
        map.serialize_entry("idp_id", idp_id)?;
        map.serialize_entry("email", &profile.email)?;
        map.serialize_entry("first_name", &profile.first_name)?;
        map.serialize_entry("last_name", &profile.last_name)?;
        map.serialize_entry("name", &profile.label())?;
        map.serialize_entry("state", state)?;
        map.serialize_entry("username", &profile.user_name)?;
        map.serialize_entry("job_title", &text(&profile.resource, "title"))?;
        map.serialize_entry("emails", &emails(&profile.resource))?;
        map.serialize_entry("custom_attributes", &custom_attributes(&profile.resource))?;
        map.serialize_entry("raw_attributes", &profile.resource)?;
        map.serialize_entry("created_at", &user.created_at)?;
        map.serialize_entry("updated_at", &user.updated_at)?;
        map.end()
    }
}

/// A group, as events show it.
pub fn group(directory: &Directory, group: &DirectoryGroup) -> Value {
    json!({
        "object": "directory_group",
        "id": group.id,
        "idp_id": group.idp_id,
        "directory_id": directory.id,
        "organization_id": directory.organization_id,
        "name": group.profile.display_name,
        "raw_attributes": group.profile.resource,
        "created_at": group.created_at,
        "updated_at": group.updated_at,
    })
}

/// `after` with `previous_attributes`: the old values of what changed, one level deep, and of the
/// custom attributes that changed. What was not there before has the old value null.
pub(crate) fn updated(before: &Value, mut after: Value) -> Value {
    if let (Value::Object(before), Value::Object(after)) = (before, &mut after) {
        let previous = previous_attributes(before, after);
        after.insert("previous_attributes".to_owned(), Value::Object(previous));
    }
    after
}

fn previous_attributes(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Map<String, Value> {
    let mut previous = Map::new();
    for (key, new) in after {
        let old = before.get(key).unwrap_or(&Value::Null);
        if key == "updated_at" || old == new {
            continue;
        }
        let old = match (key.as_str(), old, new) {
            ("custom_attributes", Value::Object(old), Value::Object(new)) => {
                Value::Object(changed(old, new))
            }
            _ => old.clone(),
        };
        previous.insert(key.clone(), old);
    }
    previous
}

fn changed(old: &Map<String, Value>, new: &Map<String, Value>) -> Map<String, Value> {
    let names = old
        .keys()
        .chain(new.keys().filter(|name| !old.contains_key(*name)));
    names
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| (name.clone(), old.get(name).cloned().unwrap_or(Value::Null)))
        .collect()
}

fn text<'a>(attributes: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    attributes
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

fn emails(resource: &Map<String, Value>) -> Vec<Value> {
    let Some(Value::Array(emails)) = resource.get("emails") else {
        return Vec::new();
    };
    let shown = |email: &Value| {
        json!({
            "primary": email.get("primary").and_then(Value::as_bool).unwrap_or(false),
            "type": email.get("type"),
            "value": email.get("value"),
        })
    };
    emails.iter().map(shown).collect()
}

/// WorkOS's predefined attributes, as far as SCIM has them; those without a value are left out.
fn custom_attributes(resource: &Map<String, Value>) -> Map<String, Value> {
    let empty = Map::new();
    let enterprise = resource
        .get(ENTERPRISE)
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let manager = enterprise
        .get("manager")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let pairs = [
        ("job_title", text(resource, "title")),
        ("employee_type", text(resource, "userType")),
        ("employee_number", text(enterprise, "employeeNumber")),
        ("cost_center_name", text(enterprise, "costCenter")),
        ("organization", text(enterprise, "organization")),
        ("division_name", text(enterprise, "division")),
        ("department_name", text(enterprise, "department")),
        (
            "manager_id",
            text(manager, "managerId").or_else(|| text(manager, "value")),
        ),
        ("manager_name", text(manager, "displayName")),
    ];
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previous_attributes_hold_old_values_of_what_changed_only() {
        let before = json!({"name": "Ada", "job_title": null, "updated_at": 1, "custom_attributes": {"a": "1", "b": "2"}});
        let after = json!({"name": "Ada", "job_title": "Lead", "updated_at": 2, "custom_attributes": {"a": "1", "c": "3"}});
        assert_eq!(
            updated(&before, after)["previous_attributes"],
            json!({"job_title": null, "custom_attributes": {"b": "2", "c": null}})
        );
    }

    #[test]
    fn custom_attributes_come_from_the_enterprise_extension() {
        let resource = json!({"title": "Engineer", "userType": "", ENTERPRISE: {"department": "R&D", "manager": {"managerId": "7"}}});
        let resource = resource.as_object().unwrap();
        assert_eq!(
            Value::Object(custom_attributes(resource)),
            json!({"job_title": "Engineer", "department_name": "R&D", "manager_id": "7"})
        );
    }
}
