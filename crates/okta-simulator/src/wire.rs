//! The bodies that Okta sends (Okta SCIM 1.1 protocol reference).

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::people::Person;

/// SCIM 1.1 core schema, users and groups alike.
pub(crate) const CORE_URN: &str = "urn:scim:schemas:core:1.0";
/// Okta sends a group's description here, always, if it has one.
pub(crate) const GROUP_URN: &str = "urn:okta:custom:group:1.0";

/// A member as Okta names it: our id, and the `userName` for humans. The id alone makes it the same member.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) display: String,
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Member {}

impl PartialOrd for Member {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Member {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

/// `POST /Users`: the whole metadata form; a password always, even when passwords are not synchronised.
pub(crate) fn create_user(person: &Person, password: &str) -> Value {
    let mut body = Map::new();
    body.insert("schemas".to_owned(), schemas(&person.profile).into());
    body.extend(person.profile.clone());
    body.insert("groups".to_owned(), json!([]));
    body.insert("password".to_owned(), password.into());
    body.insert("active".to_owned(), true.into());
    body.into()
}

/// `PUT /Users/{id}`: everything that the server returned, the app's profile laid over it.
pub(crate) fn replace_user(
    returned: &Map<String, Value>,
    profile: &Map<String, Value>,
) -> Map<String, Value> {
    let mut body = returned.clone();
    lay_over(&mut body, profile);
    let mut urns = body
        .get("schemas")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for urn in schemas(profile) {
        if !urns.iter().any(|known| known == urn) {
            urns.push(urn.into());
        }
    }
    body.insert("schemas".to_owned(), urns.into());
    body
}

/// `PATCH /Users/{id}` to activate or deactivate.
pub(crate) fn set_active(id: &str, active: bool) -> Value {
    json!({ "schemas": [CORE_URN], "id": id, "active": active })
}

/// `PATCH /Users/{id}` to push a password.
pub(crate) fn set_password(id: &str, password: &str) -> Value {
    json!({ "schemas": [CORE_URN], "id": id, "password": password })
}

/// `POST /Groups`, with members or without, with a description or without.
pub(crate) fn create_group(
    name: &str,
    description: Option<&str>,
    members: Option<&[Member]>,
) -> Value {
    let mut body = json!({ "schemas": [CORE_URN], "displayName": name });
    if let Some(members) = members {
        body["members"] = members.iter().map(present).collect();
    }
    if let Some(description) = description {
        body["schemas"] = json!([CORE_URN, GROUP_URN]);
        body[GROUP_URN] = json!({ "description": description });
    }
    body
}

/// `PATCH /Groups/{id}` with the name: sent with every change of members too, whether the name changed or not.
pub(crate) fn rename_group(id: &str, name: &str) -> Value {
    json!({ "schemas": [CORE_URN], "id": id, "displayName": name })
}

/// `PATCH /Groups/{id}` with people who joined and people who left.
pub(crate) fn change_members(added: &[Member], removed: &[Member]) -> Value {
    let left = removed.iter().map(
        |member| json!({ "value": member.id, "display": member.display, "operation": "delete" }),
    );
    let members: Vec<_> = added.iter().map(present).chain(left).collect();
    json!({ "schemas": [CORE_URN], "members": members })
}

/// `PATCH /Groups/{id}` of "Push Now": what `meta.attributes` names is cleared first.
pub(crate) fn push_members(members: &[Member]) -> Value {
    let members: Vec<_> = members.iter().map(present).collect();
    json!({ "schemas": [CORE_URN], "meta": { "attributes": ["members"] }, "members": members })
}

/// `PUT /Groups/{id}` of wizard apps.
pub(crate) fn replace_group(id: &str, name: &str, members: &[Member]) -> Value {
    let members: Vec<_> = members.iter().map(present).collect();
    json!({ "schemas": [CORE_URN], "id": id, "displayName": name, "members": members })
}

fn present(member: &Member) -> Value {
    json!({ "value": member.id, "display": member.display })
}

/// The core URN and that of every extension in use.
fn schemas(profile: &Map<String, Value>) -> Vec<&str> {
    let extensions = profile
        .keys()
        .map(String::as_str)
        .filter(|name| name.starts_with("urn:"));
    std::iter::once(CORE_URN).chain(extensions).collect()
}

/// Lays attributes over others: objects member by member, of a list only the primary entry, the rest whole.
fn lay_over(under: &mut Map<String, Value>, over: &Map<String, Value>) {
    for (name, value) in over {
        match (under.get_mut(name), value) {
            (Some(Value::Object(under)), Value::Object(over)) => lay_over(under, over),
            (Some(Value::Array(under)), Value::Array(over)) if !over.is_empty() => {
                lay_over_list(under, over);
            }
            _ => {
                under.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Okta knows the entry with `primary: true` of a list, and those of a type that the admin mapped;
/// other entries are the server's and come back as they were.
fn lay_over_list(under: &mut Vec<Value>, over: &[Value]) {
    let mapped = |entry: &Value| {
        entry.as_object().is_none()
            || is_primary(entry)
            || over
                .iter()
                .any(|ours| ours.get("type") == entry.get("type"))
    };
    let kept: Vec<_> = under.drain(..).filter(|entry| !mapped(entry)).collect();
    under.extend(over.iter().cloned().chain(kept));
}

fn is_primary(entry: &Value) -> bool {
    entry.get("primary") == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use insta::assert_json_snapshot;

    use super::*;
    use crate::people::People;

    fn member(id: &str) -> Member {
        Member {
            id: id.to_owned(),
            display: format!("{id}@example.com"),
        }
    }

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_create_is_the_whole_form() {
        let person = People::new(1).next_person();
        let body = create_user(&person, "k3x0pq71");
        assert_eq!(body["schemas"][0], CORE_URN);
        assert_eq!(body["schemas"].as_array().unwrap().len(), 3);
        assert_eq!(
            (&body["password"], &body["active"]),
            (&json!("k3x0pq71"), &json!(true))
        );
        assert_eq!(
            (&body["groups"], &body["externalId"]),
            (&json!([]), &json!(person.okta_id))
        );
    }

    #[test]
    fn a_put_echoes_what_came_and_changes_what_okta_knows() {
        let returned = object(&json!({
            "schemas": [CORE_URN], "id": "u1", "meta": { "version": "\"3\"" }, "groups": [{ "value": "g1" }],
            "name": { "givenName": "Ada", "formatted": "Ada Example" },
            "emails": [
                { "primary": true, "value": "old@example.com", "type": "work" },
                { "value": "home@example.com", "type": "home" }
            ],
            "nickName": "Countess",
        }));
        let profile = object(&json!({
            "name": { "givenName": "Augusta" },
            "emails": [{ "primary": true, "value": "new@example.com", "type": "work" }],
            "nickName": "",
            "urn:x:1.0": { "badge": "7" },
        }));
        assert_json_snapshot!(replace_user(&returned, &profile), @r#"
        {
          "schemas": [
            "urn:scim:schemas:core:1.0",
            "urn:x:1.0"
          ],
          "id": "u1",
          "meta": {
            "version": "\"3\""
          },
          "groups": [
            {
              "value": "g1"
            }
          ],
          "name": {
            "givenName": "Augusta",
            "formatted": "Ada Example"
          },
          "emails": [
            {
              "primary": true,
              "value": "new@example.com",
              "type": "work"
            },
            {
              "value": "home@example.com",
              "type": "home"
            }
          ],
          "nickName": "",
          "urn:x:1.0": {
            "badge": "7"
          }
        }
        "#);
    }

    #[test]
    fn user_patches_have_no_operations() {
        assert_json_snapshot!([set_active("u1", false), set_password("u1", "s")], @r#"
        [
          {
            "schemas": [
              "urn:scim:schemas:core:1.0"
            ],
            "id": "u1",
            "active": false
          },
          {
            "schemas": [
              "urn:scim:schemas:core:1.0"
            ],
            "id": "u1",
            "password": "s"
          }
        ]
        "#);
    }

    #[test]
    fn a_group_is_created_in_three_shapes() {
        assert_eq!(
            create_group("Eng", None, None),
            json!({ "schemas": [CORE_URN], "displayName": "Eng" })
        );
        assert_eq!(
            create_group("Eng", None, Some(&[member("a")])),
            json!({ "schemas": [CORE_URN], "displayName": "Eng",
                    "members": [{ "value": "a", "display": "a@example.com" }] })
        );
        assert_eq!(
            create_group("Eng", Some("West of the lake"), None),
            json!({ "schemas": [CORE_URN, GROUP_URN], "displayName": "Eng",
                    GROUP_URN: { "description": "West of the lake" } })
        );
    }

    #[test]
    fn members_change_in_one_patch() {
        assert_eq!(
            change_members(&[member("a")], &[member("b")]),
            json!({ "schemas": [CORE_URN], "members": [
                { "value": "a", "display": "a@example.com" },
                { "value": "b", "display": "b@example.com", "operation": "delete" },
            ] })
        );
        assert_eq!(
            push_members(&[]),
            json!({ "schemas": [CORE_URN], "meta": { "attributes": ["members"] }, "members": [] })
        );
    }
}
