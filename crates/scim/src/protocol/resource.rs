//! Canonical resources: names spelt as the schema spells them, values in one shape, empty ones gone.

use serde_json::Value;

use super::body::MAX_ENTRIES;
use super::invalid::kind_of;
use super::schema::{Attribute, Kind, MANAGER, ResourceType, Sub, enterprise_spelling, is_urn};
use super::{CORE, ENTERPRISE, Invalid, Object, multi};

/// The longest value, in UTF-8 bytes, of an attribute that is looked up. A PostgreSQL index entry holds 2,704.
pub const MAX_INDEXED_BYTES: usize = 1_024;
/// The longest given or family name, in UTF-8 bytes: people are sorted by both together.
pub const MAX_NAME_BYTES: usize = 512;

/// Removes a member whatever its letter case. Of several spellings the last one sent counts.
pub fn take(object: &mut Object, name: &str) -> Option<Value> {
    let mut found = None;
    while let Some(key) = key_of(object, name) {
        found = object.shift_remove(&key).or(found);
    }
    found
}

/// The key under which a name is stored, whatever its letter case.
pub fn key_of(object: &Object, name: &str) -> Option<String> {
    object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))
        .cloned()
}

/// Brings a body into canonical form and checks the types of the attributes the schema knows.
///
/// What was sent empty stays as `null` (or as an empty list), because PATCH clears what it names; [`finish`] drops it.
pub fn canonical(resource: &ResourceType, body: Object) -> Result<Object, Invalid> {
    let mut canonical = Object::new();
    for (name, value) in body {
        if resource.ignores(&name) {
            continue;
        }
        let (name, value) = if name.eq_ignore_ascii_case("schemas") {
            ("schemas".to_owned(), schemas(value)?)
        } else if let Some(attribute) = resource.attribute(&name) {
            (attribute.name.to_owned(), known(attribute, value)?)
        } else if is_urn(&name) {
            let name = if name.eq_ignore_ascii_case(ENTERPRISE) {
                ENTERPRISE.to_owned()
            } else {
                name
            };
            let value = extension(&name, value)?;
            (name, value)
        } else {
            (name, cleaned(value))
        };
        canonical.insert(name, value);
    }
    Ok(canonical)
}

/// Makes a canonical object whole: empty values dropped, lists settled, `schemas` complete, required ones checked.
pub fn finish(resource: &ResourceType, object: &mut Object) -> Result<(), Invalid> {
    for attribute in resource.attributes {
        if let (Kind::Multi(_), Some(Value::Array(list))) =
            (attribute.kind, object.get_mut(attribute.name))
        {
            multi::settle(attribute.name, list);
        }
    }
    object.values_mut().for_each(prune);
    object.retain(|_, value| !is_empty(value));
    complete_schemas(object);
    resource
        .attributes
        .iter()
        .filter(|attribute| attribute.kind == Kind::Text)
        .try_for_each(|attribute| {
            let text = object.get(attribute.name).and_then(Value::as_str);
            if attribute.required && text.is_none_or(|text| text.trim().is_empty()) {
                return Err(Invalid::Required {
                    attribute: attribute.name,
                });
            }
            Ok(())
        })
}

/// Refuses an attribute that is too long for its column's index.
pub fn refuse_long(
    attribute: &'static str,
    value: Option<&str>,
    limit: usize,
) -> Result<(), Invalid> {
    let bytes = value.map_or(0, str::len);
    if bytes > limit {
        return Err(Invalid::TooLong {
            attribute,
            bytes,
            limit,
        });
    }
    Ok(())
}

fn known(attribute: &Attribute, value: Value) -> Result<Value, Invalid> {
    let empty = matches!(&value, Value::Null) || value.as_str() == Some("");
    match (attribute.kind, value) {
        (Kind::Multi(_), _) if empty => Ok(Value::Array(Vec::new())),
        (_, Value::Array(items)) if items.len() > MAX_ENTRIES => Err(Invalid::TooMany {
            attribute: attribute.name.to_owned(),
            limit: MAX_ENTRIES,
        }),
        (Kind::Multi(subs), Value::Array(items)) => items
            .into_iter()
            .filter(|item| !is_empty(item))
            .map(|item| list_item(attribute.name, subs, item))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        (_, Value::Array(items)) if items.is_empty() => Ok(Value::Null),
        _ if empty => Ok(Value::Null),
        (Kind::Text, value @ Value::String(_)) => Ok(value),
        (Kind::Boolean, value) => boolean(attribute.name, &value),
        (Kind::Complex(subs), Value::Object(object)) => complex(attribute.name, subs, object),
        (kind, other) => {
            let expected = match kind {
                Kind::Text => "a text",
                Kind::Complex(_) => "an object",
                _ => "a list",
            };
            Err(wrong_type(attribute.name, expected, &other))
        }
    }
}

fn list_item(attribute: &str, subs: &[Sub], item: Value) -> Result<Value, Invalid> {
    match item {
        Value::Object(object) => complex(attribute, subs, object),
        Value::String(value) if subs.iter().any(|sub| sub.name == "value") => Ok(Value::Object(
            Object::from_iter([("value".to_owned(), Value::String(value))]),
        )),
        other => Err(wrong_type(attribute, "a list of objects", &other)),
    }
}

fn complex(attribute: &str, subs: &[Sub], object: Object) -> Result<Value, Invalid> {
    let mut canonical = Object::new();
    for (name, value) in object {
        let Some(sub) = subs.iter().find(|sub| sub.name.eq_ignore_ascii_case(&name)) else {
            let name = if name.eq_ignore_ascii_case("operation") {
                "operation".to_owned()
            } else {
                name
            };
            canonical.insert(name, cleaned(value));
            continue;
        };
        let path = || format!("{attribute}.{}", sub.name);
        let value = match value {
            Value::Null => Value::Null,
            Value::String(text) if text.is_empty() => Value::Null,
            value if sub.boolean => boolean(&path(), &value)?,
            value @ Value::String(_) => value,
            other => return Err(wrong_type(&path(), "a text", &other)),
        };
        canonical.insert(sub.name.to_owned(), value);
    }
    Ok(Value::Object(canonical))
}

fn extension(urn: &str, value: Value) -> Result<Value, Invalid> {
    match value {
        Value::Object(object) => {
            let spelt = object.into_iter().map(|(name, value)| {
                let name = enterprise_spelling(urn, &name);
                let value = if urn == ENTERPRISE && name == "manager" {
                    manager(value)
                } else {
                    value
                };
                (name, cleaned(value))
            });
            Ok(Value::Object(spelt.collect()))
        }
        other => match cleaned(other) {
            Value::Null => Ok(Value::Null),
            Value::Array(list) if list.is_empty() => Ok(Value::Null),
            other if urn == ENTERPRISE => Err(wrong_type(urn, "an object", &other)),
            other => Ok(other),
        },
    }
}

/// Clients write the manager as an object or as the bare id; only the names are made canonical.
fn manager(value: Value) -> Value {
    let Value::Object(object) = value else {
        return value;
    };
    let spelt = object.into_iter().map(|(name, value)| {
        let known = MANAGER
            .iter()
            .find(|known| known.eq_ignore_ascii_case(&name));
        (known.map_or(name, |known| (*known).to_owned()), value)
    });
    Value::Object(spelt.collect())
}

/// Accepts the texts "True" and "False" beside booleans, since some providers send them.
fn boolean(path: &str, value: &Value) -> Result<Value, Invalid> {
    match value {
        Value::Bool(value) => Ok(Value::Bool(*value)),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        other => Err(wrong_type(path, "true or false", other)),
    }
}

fn schemas(value: Value) -> Result<Value, Invalid> {
    let urns = match value {
        Value::Null => Vec::new(),
        Value::Array(urns) if urns.len() > MAX_ENTRIES => {
            return Err(Invalid::TooMany {
                attribute: "schemas".to_owned(),
                limit: MAX_ENTRIES,
            });
        }
        Value::Array(urns) => urns,
        other => return Err(wrong_type("schemas", "a list of texts", &other)),
    };
    let mut unique: Vec<Value> = Vec::new();
    for urn in urns {
        let Value::String(text) = &urn else {
            return Err(wrong_type("schemas", "a list of texts", &urn));
        };
        if !unique.iter().any(|known| {
            known
                .as_str()
                .is_some_and(|known| known.eq_ignore_ascii_case(text))
        }) {
            unique.push(urn);
        }
    }
    Ok(Value::Array(unique))
}

/// The core URN first, then what was sent, then each extension that is present.
fn complete_schemas(object: &mut Object) {
    let mut urns = vec![Value::from(CORE)];
    let sent = object
        .get("schemas")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let present = object
        .iter()
        .filter(|(name, value)| is_urn(name) && value.is_object());
    for urn in sent
        .into_iter()
        .chain(present.map(|(name, _)| Value::from(name.as_str())))
    {
        let known = |other: &Value| matches!((other.as_str(), urn.as_str()), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b));
        if !urns.iter().any(known) {
            urns.push(urn);
        }
    }
    if object
        .insert("schemas".to_owned(), Value::Array(urns.clone()))
        .is_none()
    {
        object.shift_insert(0, "schemas".to_owned(), Value::Array(urns));
    }
}

/// Empty texts become null, however deep in objects; lists stay as they are.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::Null,
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(name, value)| (name, cleaned(value)))
                .collect(),
        ),
        other => other,
    }
}

/// Drops empty members of objects, from the inside out.
pub(super) fn prune(value: &mut Value) {
    if let Value::Object(object) = value {
        object.values_mut().for_each(prune);
        object.retain(|_, value| !is_empty(value));
    }
}

/// Whether a value says nothing: Okta's cleared attributes arrive as `""`, `null` or `[]`.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn wrong_type(attribute: &str, expected: &'static str, found: &Value) -> Invalid {
    Invalid::WrongType {
        attribute: attribute.to_owned(),
        expected,
        found: kind_of(found),
    }
}
