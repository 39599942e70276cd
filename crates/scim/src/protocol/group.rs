//! Groups: what POST, PUT and PATCH make of a stored group and of its members.

use serde_json::Value;

use super::invalid::kind_of;
use super::path::AttributePath;
use super::resource::{MAX_INDEXED_BYTES, canonical, finish, key_of, refuse_long, take};
use super::schema::GROUP;
use super::{Invalid, Object, multi, patch};

/// A whole group, as POST and PUT send it. Without `members` it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The attributes to store, without `id`, `meta` and `members`.
    pub resource: Object,
    /// The user ids of its members, each once.
    pub members: Vec<String>,
}

/// What happens to a group's members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberChange {
    /// Nothing.
    Keep,
    /// These and no others.
    Replace(Vec<String>),
    /// First these leave, then those join.
    Alter {
        /// Who joins.
        add: Vec<String>,
        /// Who leaves.
        remove: Vec<String>,
    },
}

/// A PATCH of a group that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    attributes: patch::Patch,
    /// What happens to the members.
    pub members: MemberChange,
}

impl Group {
    /// Reads a whole group.
    pub fn parse(mut body: Object) -> Result<Self, Invalid> {
        let sent = member_items(take(&mut body, "members"))?;
        multi::refuse_operations("members", &sent)?;
        let members = sent.iter().map(member_id).collect::<Result<_, _>>()?;
        let mut resource = canonical(&GROUP, body)?;
        checked(&mut resource)?;
        Ok(Self {
            resource,
            members: unique(members),
        })
    }
}

impl Patch {
    /// Reads a partial group. `members` in `meta.attributes` empties the group before the members sent are added,
    /// which is how Okta pushes a whole group.
    pub fn parse(mut body: Object) -> Result<Self, Invalid> {
        let sent = member_items(take(&mut body, "members"))?;
        let attributes = patch::Patch::parse(&GROUP, body)?;
        let emptied = empties_members(attributes.removals())?;
        let (mut add, mut remove) = (Vec::new(), Vec::new());
        for mut item in sent {
            let leaves = multi::take_delete("members", &mut item)?;
            let id = member_id(&item)?;
            if leaves {
                remove.push(id);
            } else {
                add.push(id);
            }
        }
        let (add, remove) = (unique(add), unique(remove));
        let members = if emptied {
            MemberChange::Replace(add)
        } else if add.is_empty() && remove.is_empty() {
            MemberChange::Keep
        } else {
            MemberChange::Alter { add, remove }
        };
        Ok(Self {
            attributes,
            members,
        })
    }

    /// Takes out what happens to the members, who may be many, and leaves nothing of it.
    pub fn take_members(&mut self) -> MemberChange {
        std::mem::replace(&mut self.members, MemberChange::Keep)
    }

    /// The stored attributes with the change made.
    pub fn over(self, current: &Object) -> Result<Object, Invalid> {
        let mut patched = self.attributes.apply(&GROUP, current)?;
        checked(&mut patched)?;
        Ok(patched)
    }
}

fn checked(resource: &mut Object) -> Result<(), Invalid> {
    finish(&GROUP, resource)?;
    for attribute in ["displayName", "externalId"] {
        refuse_long(
            attribute,
            resource.get(attribute).and_then(Value::as_str),
            MAX_INDEXED_BYTES,
        )?;
    }
    Ok(())
}

fn empties_members(removals: &[String]) -> Result<bool, Invalid> {
    let mut emptied = false;
    for path in removals {
        match AttributePath::parse(path) {
            Some(parsed) if parsed.is_core("members") => emptied = true,
            Some(parsed)
                if parsed.urn.is_none() && parsed.attribute.eq_ignore_ascii_case("members") =>
            {
                return Err(Invalid::MemberPart { path: path.clone() });
            }
            _ => {}
        }
    }
    Ok(emptied)
}

fn member_items(members: Option<Value>) -> Result<Vec<Value>, Invalid> {
    let items = match members {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) if text.is_empty() => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(wrong_type("a list", &other)),
    };
    items.into_iter().map(member_item).collect()
}

/// Spells the two parts that count, `value` and `operation`, as the schema does; a bare text is an id.
fn member_item(item: Value) -> Result<Value, Invalid> {
    match item {
        Value::String(id) => Ok(multi::item([("value", Value::String(id))])),
        Value::Object(mut object) => {
            for name in ["value", "operation"] {
                if key_of(&object, name).is_some_and(|key| key != name) {
                    let value = take(&mut object, name).unwrap_or(Value::Null);
                    object.insert(name.to_owned(), value);
                }
            }
            Ok(Value::Object(object))
        }
        other => Err(wrong_type("a list of objects", &other)),
    }
}

fn member_id(item: &Value) -> Result<String, Invalid> {
    let id = item
        .get("value")
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|id| !id.is_empty());
    id.map(str::to_owned).ok_or(Invalid::MemberWithoutValue)
}

fn unique(ids: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    ids.into_iter()
        .filter(|id| seen.insert(id.clone()))
        .collect()
}

fn wrong_type(expected: &'static str, found: &Value) -> Invalid {
    Invalid::WrongType {
        attribute: "members".to_owned(),
        expected,
        found: kind_of(found),
    }
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
