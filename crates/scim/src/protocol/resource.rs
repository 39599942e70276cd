//! Canonical resources: names spelt as the schema spells them, values in one shape, empty ones gone.

use serde_json::Value;

use super::body::MAX_ENTRIES;
use super::invalid::kind_of;
use super::schema::{Attribute, Keeping, ResourceType, Type, is_password, is_urn};
use super::{CORE, Invalid, Object, multi};

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
    for (name, mut value) in body {
        if resource.ignores(&name) {
            continue;
        }
        forget_passwords(&mut value);
        let (name, value) = if name.eq_ignore_ascii_case("schemas") {
            ("schemas".to_owned(), schemas(value)?)
        } else if let Some(attribute) = resource.attribute(&name) {
            (attribute.name.to_owned(), known(attribute, value)?)
        } else if is_urn(&name) {
            extension(resource, name, value)?
        } else {
            (name, cleaned(value))
        };
        canonical.insert(name, value);
    }
    Ok(canonical)
}

/// Passwords are not kept, wherever they come.
fn forget_passwords(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !is_password(name));
            object.values_mut().for_each(forget_passwords);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_passwords),
        _ => {}
    }
}

/// Makes a canonical object whole: empty values dropped, lists settled, `schemas` complete, required ones checked.
pub fn finish(resource: &ResourceType, object: &mut Object) -> Result<(), Invalid> {
    for attribute in resource.lists() {
        if let Some(Value::Array(list)) = object.get_mut(attribute.name) {
            multi::settle(attribute.name, list);
        }
    }
    object.values_mut().for_each(prune);
    object.retain(|_, value| !is_empty(value));
    complete_schemas(object);
    let required =
        |attribute: &&Attribute| attribute.required && attribute.keeping == Keeping::Stored;
    for attribute in resource.attributes.iter().filter(required) {
        let text = object.get(attribute.name).and_then(Value::as_str);
        if text.is_none_or(|text| text.trim().is_empty()) {
            return Err(Invalid::Required {
                attribute: attribute.name,
            });
        }
    }
    Ok(())
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
    let list = attribute.is_multi_valued();
    match value {
        _ if empty && list => Ok(Value::Array(Vec::new())),
        _ if empty => Ok(Value::Null),
        Value::Array(items) if items.len() > MAX_ENTRIES => Err(Invalid::TooMany {
            attribute: attribute.name.to_owned(),
            limit: MAX_ENTRIES,
        }),
        Value::Array(items) if list => items
            .into_iter()
            .filter(|item| !is_empty(item))
            .map(|item| list_item(attribute, item))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        other if list => Err(wrong_type(attribute.name, "a list", &other)),
        Value::Array(items) if items.is_empty() => Ok(Value::Null),
        Value::Object(object) if attribute.kind == Type::Complex => complex(attribute, object),
        other => simple(attribute.name, attribute.kind, other),
    }
}

/// One value that has no parts.
fn simple(path: &str, kind: Type, value: Value) -> Result<Value, Invalid> {
    match (kind, value) {
        (Type::Boolean, value) => boolean(path, &value),
        (Type::String | Type::DateTime | Type::Binary, value @ Value::String(_))
        | (Type::Decimal | Type::Integer, value @ Value::Number(_)) => Ok(value),
        (kind, other) => {
            let expected = match kind {
                Type::Complex => "an object",
                Type::Decimal | Type::Integer => "a number",
                _ => "a text",
            };
            Err(wrong_type(path, expected, &other))
        }
    }
}

fn list_item(attribute: &Attribute, item: Value) -> Result<Value, Invalid> {
    match item {
        Value::Object(object) => complex(attribute, object),
        Value::String(value) if attribute.sub_attribute("value").is_some() => Ok(Value::Object(
            Object::from_iter([("value".to_owned(), Value::String(value))]),
        )),
        other => Err(wrong_type(attribute.name, "a list of objects", &other)),
    }
}

fn complex(attribute: &Attribute, object: Object) -> Result<Value, Invalid> {
    let mut canonical = Object::new();
    for (name, value) in object {
        let Some(sub) = attribute.sub_attribute(&name) else {
            let name = if name.eq_ignore_ascii_case("operation") {
                "operation".to_owned()
            } else {
                name
            };
            canonical.insert(name, cleaned(value));
            continue;
        };
        let value = match value {
            Value::Null => Value::Null,
            Value::String(text) if text.is_empty() => Value::Null,
            value => simple(&format!("{}.{}", attribute.name, sub.name), sub.kind, value)?,
        };
        canonical.insert(sub.name.to_owned(), value);
    }
    Ok(Value::Object(canonical))
}

/// An extension's name and value. Those that the schema knows are spelt as it spells them; types are taken as they
/// come, since clients write the manager as an object or as the bare id.
fn extension(
    resource: &ResourceType,
    urn: String,
    value: Value,
) -> Result<(String, Value), Invalid> {
    let known = resource.extension(&urn);
    let urn = known.map_or(urn, str::to_owned);
    let value = match value {
        Value::Object(object) => {
            let spelt = object.into_iter().map(|(name, value)| {
                let attribute = known.and_then(|urn| resource.attribute_in(urn, &name));
                let Some(attribute) = attribute else {
                    return (name, cleaned(value));
                };
                (
                    attribute.name.to_owned(),
                    cleaned(respelt(attribute, value)),
                )
            });
            Value::Object(spelt.collect())
        }
        Value::Array(list) if list.is_empty() => Value::Null,
        other => match cleaned(other) {
            Value::Null => Value::Null,
            other if known.is_some() => return Err(wrong_type(&urn, "an object", &other)),
            other => other,
        },
    };
    Ok((urn, value))
}

/// Spells the parts of an object as the schema does.
fn respelt(attribute: &Attribute, value: Value) -> Value {
    let Value::Object(object) = value else {
        return value;
    };
    let spelt = object.into_iter().map(|(name, value)| {
        let known = attribute.sub_attribute(&name);
        (known.map_or(name, |known| known.name.to_owned()), value)
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
