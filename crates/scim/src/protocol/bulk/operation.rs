//! One operation of a bulk.

use serde_json::Value;

use crate::protocol::resource::take;
use crate::protocol::{Invalid, Object};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

/// To what it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `/Users`.
    User,
    /// `/Groups`.
    Group,
}

/// An operation that can be carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// What is done.
    pub verb: Verb,
    /// To what kind of resource.
    pub kind: Kind,
    /// To which one; empty for a create.
    pub id: String,
    /// With which body; empty for a delete.
    pub data: Object,
}

/// An operation as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The method's name, to be repeated in the answer.
    pub method: Option<String>,
    /// What others refer to it by.
    pub bulk_id: Option<String>,
    /// The version that the resource must have.
    pub version: Option<String>,
    /// What is to be done, or what is wrong with it.
    pub command: Result<Command, Invalid>,
}

impl Operation {
    pub(super) fn parse(value: Value) -> Self {
        let Value::Object(mut sent) = value else {
            return Self {
                method: None,
                bulk_id: None,
                version: None,
                command: Err(problem("it is no object")),
            };
        };
        let method = text(&mut sent, "method").map(|method| method.trim().to_ascii_uppercase());
        let bulk_id = text(&mut sent, "bulkId").filter(|id| !id.is_empty());
        Self {
            version: text(&mut sent, "version").filter(|version| !version.is_empty()),
            command: command(method.as_deref(), bulk_id.as_deref(), &mut sent),
            method,
            bulk_id,
        }
    }

    /// The `bulkId` under which this creates something.
    pub fn creates(&self) -> Option<&str> {
        let command = self.command.as_ref().ok()?;
        (command.verb == Verb::Create).then_some(self.bulk_id.as_deref()?)
    }
}

impl Command {
    /// The resource's path below the endpoint; for a create that of the collection.
    pub fn path(&self) -> String {
        let collection = match self.kind {
            Kind::User => "/Users",
            Kind::Group => "/Groups",
        };
        if self.id.is_empty() {
            collection.to_owned()
        } else {
            format!("{collection}/{}", self.id)
        }
    }
}

fn command(
    method: Option<&str>,
    bulk_id: Option<&str>,
    sent: &mut Object,
) -> Result<Command, Invalid> {
    let verb = match method {
        Some("POST") => Verb::Create,
        Some("PUT") => Verb::Replace,
        Some("PATCH") => Verb::Patch,
        Some("DELETE") => Verb::Delete,
        _ => {
            return Err(problem(
                "its \"method\" is none of POST, PUT, PATCH and DELETE",
            ));
        }
    };
    let (kind, id) = target(&text(sent, "path").unwrap_or_default()).ok_or_else(|| {
        problem("its \"path\" is neither /Users nor /Groups, nor a resource in them")
    })?;
    match (verb, id.is_empty()) {
        (Verb::Create, false) => return Err(problem("a POST goes to /Users or /Groups")),
        (Verb::Create, true) if bulk_id.is_none() => {
            return Err(problem("a POST needs a \"bulkId\""));
        }
        (Verb::Create, true) | (_, false) => {}
        (_, true) => return Err(problem("its \"path\" names no resource")),
    }
    let data = match take(sent, "data") {
        Some(Value::Object(data)) => data,
        _ if verb == Verb::Delete => Object::new(),
        _ => return Err(problem("its \"data\" is no object")),
    };
    Ok(Command {
        verb,
        kind,
        id,
        data,
    })
}

/// `/Users`, `/Users/{id}`, `/Groups`, `/Groups/{id}`.
fn target(path: &str) -> Option<(Kind, String)> {
    let path = path.trim().trim_matches('/');
    let path = path.strip_suffix(".json").unwrap_or(path);
    let (collection, id) = path.split_once('/').unwrap_or((path, ""));
    let kind = match collection {
        "Users" => Kind::User,
        "Groups" => Kind::Group,
        _ => return None,
    };
    Some((kind, id.to_owned()))
}

fn text(object: &mut Object, name: &str) -> Option<String> {
    match take(object, name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn problem(problem: &'static str) -> Invalid {
    Invalid::BulkOperation { problem }
}
