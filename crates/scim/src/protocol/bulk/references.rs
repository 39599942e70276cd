//! `bulkId:x` in place of an id that is not known yet.

use std::collections::HashMap;

use serde_json::Value;

use super::Command;
use crate::protocol::Object;

const PREFIX: &str = "bulkId:";

/// The ids that operations of the bulk have made so far, by their `bulkId`.
pub type References = HashMap<String, String>;

/// A body in two: what can be stored now, and what has to wait for ids of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// Without the references.
    pub now: Object,
    /// The references alone, as a PATCH that adds them.
    pub later: Object,
}

/// What a text refers to.
pub(super) fn referred(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX)
}

/// Calls `found` for each reference of a command.
pub(super) fn each_in(command: &Command, found: &mut impl FnMut(&str)) {
    referred(&command.id).into_iter().for_each(&mut *found);
    command
        .data
        .values()
        .for_each(|value| each_in_value(value, found));
}

fn each_in_value(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => referred(text).into_iter().for_each(found),
        Value::Array(items) => items.iter().for_each(|item| each_in_value(item, found)),
        Value::Object(object) => object
            .values()
            .for_each(|value| each_in_value(value, found)),
        _ => {}
    }
}

/// Puts ids in the place of references; the first that is not known is the error.
pub fn resolve(command: &mut Command, ids: &References) -> Result<(), String> {
    if let Some(bulk_id) = referred(&command.id) {
        command.id = ids.get(bulk_id).ok_or_else(|| bulk_id.to_owned())?.clone();
    }
    command
        .data
        .values_mut()
        .try_for_each(|value| resolve_value(value, ids))
}

fn resolve_value(value: &mut Value, ids: &References) -> Result<(), String> {
    match value {
        Value::String(text) => {
            if let Some(bulk_id) = referred(text) {
                *text = ids.get(bulk_id).ok_or_else(|| bulk_id.to_owned())?.clone();
            }
            Ok(())
        }
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|item| resolve_value(item, ids)),
        Value::Object(object) => object
            .values_mut()
            .try_for_each(|value| resolve_value(value, ids)),
        _ => Ok(()),
    }
}

/// Sets aside what refers to anything of `pending`. Of a list whole items wait, of an object its members.
pub fn split(data: Object, pending: &dyn Fn(&str) -> bool) -> Split {
    let mut split = Split {
        now: Object::new(),
        later: Object::new(),
    };
    for (name, value) in data {
        let (now, later) = split_value(value, pending);
        if let Some(later) = later {
            split.later.insert(name.clone(), later);
        }
        if let Some(now) = now {
            split.now.insert(name, now);
        }
    }
    split
}

fn split_value(value: Value, pending: &dyn Fn(&str) -> bool) -> (Option<Value>, Option<Value>) {
    match value {
        Value::Object(object) => {
            let Split { now, later } = split(object, pending);
            let later = (!later.is_empty()).then_some(Value::Object(later));
            (Some(Value::Object(now)), later)
        }
        Value::Array(items) => {
            let (later, now): (Vec<_>, Vec<_>) =
                items.into_iter().partition(|item| waits(item, pending));
            let later = (!later.is_empty()).then_some(Value::Array(later));
            (Some(Value::Array(now)), later)
        }
        value if waits(&value, pending) => (None, Some(value)),
        value => (Some(value), None),
    }
}

fn waits(value: &Value, pending: &dyn Fn(&str) -> bool) -> bool {
    let mut waits = false;
    each_in_value(value, &mut |bulk_id| waits |= pending(bulk_id));
    waits
}
