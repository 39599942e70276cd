//! Multi-valued attributes: matching by `value`, deleting, merging, the one primary value.

use serde_json::Value;

use super::body::MAX_ENTRIES;
use super::resource::{is_empty, prune};
use super::{Invalid, Object};

/// Applies the items of a PATCH to a stored list: its deletes first, then its additions and changes, so that one
/// request can delete a value and add it anew.
pub fn merge(attribute: &str, list: &mut Vec<Value>, items: Vec<Value>) -> Result<(), Invalid> {
    if list.len() + items.len() > MAX_ENTRIES {
        return Err(Invalid::TooMany {
            attribute: attribute.to_owned(),
            limit: MAX_ENTRIES,
        });
    }
    let mut additions = Vec::new();
    for mut item in items {
        if take_delete(attribute, &mut item)? {
            delete(attribute, list, item)?;
        } else {
            additions.push(item);
        }
    }
    for item in additions {
        add(attribute, list, item);
    }
    Ok(())
}

/// Makes a list fit to store: no empty items, no two with the same value and type, at most one primary, and that
/// one first in `emails`, since Okta reads the first address of an answer.
pub fn settle(attribute: &str, list: &mut Vec<Value>) {
    let mut settled: Vec<Value> = Vec::with_capacity(list.len());
    for mut item in list.drain(..) {
        prune(&mut item);
        if is_empty(&item) {
            continue;
        }
        let twin = settled.iter_mut().find(|known| {
            item.get("value").is_some()
                && same_value(attribute, known, &item)
                && known.get("type") == item.get("type")
        });
        match twin {
            Some(twin) => merge_members(twin, item),
            None => settled.push(item),
        }
    }
    let primary = settled.iter().position(is_primary);
    if let Some(primary) = primary {
        make_primary(&mut settled, primary);
        if attribute == "emails" {
            settled[..=primary].rotate_right(1);
        }
    }
    *list = settled;
}

/// Refuses an `operation` where it has no meaning.
pub fn refuse_operations(attribute: &str, list: &[Value]) -> Result<(), Invalid> {
    let found = list.iter().any(|item| {
        item.get("operation")
            .is_some_and(|operation| !operation.is_null())
    });
    if found {
        return Err(Invalid::OperationOutsidePatch {
            attribute: attribute.to_owned(),
        });
    }
    Ok(())
}

/// Takes `operation` off an item; true if it says "delete". Any other operation is refused, never ignored.
pub fn take_delete(attribute: &str, item: &mut Value) -> Result<bool, Invalid> {
    let operation = item
        .as_object_mut()
        .and_then(|object| object.shift_remove("operation"));
    match operation {
        None | Some(Value::Null) => Ok(false),
        Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("delete") => Ok(true),
        Some(other) => {
            let text = other
                .as_str()
                .map_or_else(|| other.to_string(), str::to_owned);
            let operation = text.chars().take(40).collect();
            Err(Invalid::UnknownOperation {
                attribute: attribute.to_owned(),
                operation,
            })
        }
    }
}

/// Removes the stored item of the same value; where the value is missing or not unique, the items that agree in
/// all that was sent. Nothing to remove is success.
fn delete(attribute: &str, list: &mut Vec<Value>, mut wanted: Value) -> Result<(), Invalid> {
    prune(&mut wanted);
    if is_empty(&wanted) {
        return Err(Invalid::EmptyDelete {
            attribute: attribute.to_owned(),
        });
    }
    let unique = wanted.get("value").is_some() && same_values(attribute, list, &wanted).len() == 1;
    list.retain(|item| {
        if unique {
            !same_value(attribute, item, &wanted)
        } else {
            !agrees(attribute, item, &wanted)
        }
    });
    Ok(())
}

fn add(attribute: &str, list: &mut Vec<Value>, item: Value) {
    let becomes_primary = is_primary(&item);
    let same = same_values(attribute, list, &item);
    let same_type = |index: &&usize| list[**index].get("type") == item.get("type");
    let place = match same.as_slice() {
        [] => list.iter().position(|known| *known == pruned(&item)),
        [only] => Some(*only),
        several => several.iter().find(same_type).copied(),
    };
    let place = if let Some(place) = place {
        merge_members(&mut list[place], item);
        place
    } else {
        list.push(pruned(&item));
        list.len() - 1
    };
    if becomes_primary {
        make_primary(list, place);
    }
}

/// Lays sub-attributes over a stored item; null clears.
fn merge_members(stored: &mut Value, item: Value) {
    if let (Value::Object(stored), Value::Object(item)) = (stored, item) {
        for (name, value) in item {
            if value.is_null() {
                stored.shift_remove(&name);
            } else {
                stored.insert(name, value);
            }
        }
    }
}

fn make_primary(list: &mut [Value], place: usize) {
    let others = list
        .iter_mut()
        .enumerate()
        .filter(|(index, item)| *index != place && is_primary(item));
    for (_, item) in others {
        item["primary"] = Value::Bool(false);
    }
}

pub(super) fn is_primary(item: &Value) -> bool {
    item.get("primary")
        .and_then(Value::as_bool)
        .unwrap_or(false)
}

fn same_values(attribute: &str, list: &[Value], item: &Value) -> Vec<usize> {
    let Some(_) = item.get("value") else {
        return Vec::new();
    };
    list.iter()
        .enumerate()
        .filter(|(_, known)| same_value(attribute, known, item))
        .map(|(index, _)| index)
        .collect()
}

/// E-mail addresses compare without case; ids and all other values exactly.
fn same_value(attribute: &str, a: &Value, b: &Value) -> bool {
    match (a.get("value"), b.get("value")) {
        (Some(Value::String(a)), Some(Value::String(b))) if attribute == "emails" => {
            a.to_lowercase() == b.to_lowercase()
        }
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn agrees(attribute: &str, item: &Value, wanted: &Value) -> bool {
    let (Some(item_object), Some(wanted_object)) = (item.as_object(), wanted.as_object()) else {
        return item == wanted;
    };
    wanted_object.iter().all(|(name, value)| {
        if name == "value" {
            same_value(attribute, item, wanted)
        } else {
            item_object.get(name) == Some(value)
        }
    })
}

fn pruned(item: &Value) -> Value {
    let mut item = item.clone();
    prune(&mut item);
    item
}

/// The primary value of a list, or its first one.
pub fn main_value(list: Option<&Value>) -> Option<&str> {
    let list = list?.as_array()?;
    let main = list
        .iter()
        .find(|item| is_primary(item))
        .or_else(|| list.first())?;
    main.get("value")?.as_str()
}

/// One item of a list, as an object.
pub fn item(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let members = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::Object(members.collect::<Object>())
}
