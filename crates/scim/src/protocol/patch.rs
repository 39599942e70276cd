//! PATCH as SCIM 1.1 means it (draft-scim-api-01 §3.3.2): a partial resource laid over the stored one.
//!
//! First what `meta.attributes` names is removed, then list items marked "delete", then the rest is merged.

use serde_json::Value;

use super::invalid::kind_of;
use super::path::AttributePath;
use super::resource::{canonical, finish, key_of, take};
use super::schema::ResourceType;
use super::{Invalid, Object, multi};

/// A PATCH that was read and can be applied to any stored resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    removals: Vec<String>,
    changes: Object,
}

impl Patch {
    /// Reads a body. Types of known attributes are checked here, before anything is locked.
    pub fn parse(resource: &ResourceType, mut body: Object) -> Result<Self, Invalid> {
        if key_of(&body, "Operations").is_some() {
            return Err(Invalid::Scim2Patch);
        }
        let removals = removals(take(&mut body, "meta"))?;
        Ok(Self {
            removals,
            changes: canonical(resource, body)?,
        })
    }

    /// The paths that `meta.attributes` names.
    pub fn removals(&self) -> &[String] {
        &self.removals
    }

    /// What is sent for an attribute of this canonical name.
    pub fn sent(&self, attribute: &str) -> Option<&Value> {
        self.changes.get(attribute)
    }

    /// Whether `meta.attributes` names this core attribute.
    pub fn removes(&self, attribute: &str) -> bool {
        let mut paths = self
            .removals
            .iter()
            .filter_map(|path| AttributePath::parse(path));
        paths.any(|path| path.is_core(attribute))
    }

    /// The stored resource with this change made, or why it cannot be.
    pub fn apply(self, resource: &ResourceType, current: &Object) -> Result<Object, Invalid> {
        let mut patched = current.clone();
        for path in &self.removals {
            remove(resource, &mut patched, path);
        }
        for (name, value) in self.changes {
            merge_member(&mut patched, &name, value)?;
        }
        finish(resource, &mut patched)?;
        Ok(patched)
    }
}

fn removals(meta: Option<Value>) -> Result<Vec<String>, Invalid> {
    let mut meta = match meta {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(meta)) => meta,
        Some(other) => return Err(wrong_type("meta", "an object", &other)),
    };
    let names = match take(&mut meta, "attributes") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(names)) => names,
        Some(other) => {
            return Err(wrong_type(
                "meta.attributes",
                "a list of attribute names",
                &other,
            ));
        }
    };
    names.into_iter().map(removal).collect()
}

/// The JSON form is a list of texts; the XML schema's form, objects with a `value`, is taken too.
fn removal(name: Value) -> Result<String, Invalid> {
    let name = match name {
        Value::Object(mut object) => object.shift_remove("value").unwrap_or(Value::Null),
        other => other,
    };
    match name {
        Value::String(name) => Ok(name.trim().to_owned()),
        other => Err(wrong_type(
            "meta.attributes",
            "a list of attribute names",
            &other,
        )),
    }
}

/// Removes one attribute or a part of it. What is absent, unknown or not the client's to remove stays as it is.
fn remove(resource: &ResourceType, object: &mut Object, path: &str) {
    if resource.ignores(path) || path.eq_ignore_ascii_case("schemas") {
        return;
    }
    // A whole extension is named by its URN, which read as a path would lose its last part.
    if take(object, path).is_some() {
        return;
    }
    let Some(path) = AttributePath::parse(path) else {
        return;
    };
    let within = match &path.urn {
        Some(urn) => key_of(object, urn)
            .and_then(|key| object.get_mut(&key))
            .and_then(Value::as_object_mut),
        None => Some(object),
    };
    let Some(within) = within else { return };
    match &path.sub {
        None => {
            take(within, &path.attribute);
        }
        Some(sub) => {
            if let Some(value) =
                key_of(within, &path.attribute).and_then(|key| within.get_mut(&key))
            {
                remove_part(value, sub);
            }
        }
    }
}

fn remove_part(value: &mut Value, sub: &str) {
    match value {
        Value::Object(object) => {
            take(object, sub);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove_part(item, sub)),
        _ => {}
    }
}

/// Merges one member: null clears, objects merge member by member, lists by their items' values, the rest replaces.
fn merge_member(object: &mut Object, name: &str, value: Value) -> Result<(), Invalid> {
    let key = key_of(object, name).unwrap_or_else(|| name.to_owned());
    match value {
        Value::Null => {
            object.shift_remove(&key);
        }
        Value::Object(members) => {
            let stored = object
                .entry(key)
                .or_insert_with(|| Value::Object(Object::new()));
            if !stored.is_object() {
                *stored = Value::Object(Object::new());
            }
            if let Value::Object(stored) = stored {
                members
                    .into_iter()
                    .try_for_each(|(name, value)| merge_member(stored, &name, value))?;
            }
        }
        Value::Array(items) => {
            let stored = object
                .entry(key)
                .or_insert_with(|| Value::Array(Vec::new()));
            if !stored.is_array() {
                *stored = Value::Array(Vec::new());
            }
            if let Value::Array(stored) = stored {
                multi::merge(name, stored, items)?;
            }
        }
        simple => {
            object.insert(key, simple);
        }
    }
    Ok(())
}

fn wrong_type(attribute: &str, expected: &'static str, found: &Value) -> Invalid {
    Invalid::WrongType {
        attribute: attribute.to_owned(),
        expected,
        found: kind_of(found),
    }
}

#[cfg(test)]
#[path = "patch_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "patch_properties.rs"]
mod properties;

#[cfg(test)]
#[path = "patch_model.rs"]
mod model;
