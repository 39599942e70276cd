//! The document as the page shows it: calls by subject, and the shapes they speak of.

use serde_json::{Map, Value};

use super::complete::EXTENSION;

/// The calls about one thing.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) anchor: String,
    pub(super) calls: Vec<Call>,
}

/// One method on one path.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) is_extension: bool,
    pub(super) parameters: Vec<Field>,
    pub(super) body: Vec<Field>,
    pub(super) answers: Vec<Answer>,
}

/// A parameter, or a member of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
    pub(super) description: String,
}

/// The type of a value, and the shape it refers to, if any.
#[derive(Debug, Default)]
pub(super) struct Kind {
    pub(super) text: String,
    pub(super) shape: Option<String>,
}

/// An answer of a call.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) description: String,
    pub(super) kind: Option<Kind>,
}

/// An object that calls speak of.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) fields: Vec<Field>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The calls of a document by subject, in its order.
pub(super) fn subjects(document: &Value) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            let name = text(&operation["tags"][0]);
            let call = call(document, method, path, operation);
            match subjects.iter_mut().find(|subject| subject.name == name) {
                Some(subject) => subject.calls.push(call),
                None => subjects.push(Subject {
                    anchor: name.to_ascii_lowercase().replace(' ', "-"),
                    name,
                    calls: vec![call],
                }),
            }
        }
    }
    subjects
}

fn call(document: &Value, method: &str, path: &str, operation: &Value) -> Call {
    let body = kind(&operation["requestBody"]["content"]["application/json"]["schema"]);
    Call {
        id: text(&operation["operationId"]),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        is_extension: operation[EXTENSION] == true,
        parameters: items(&operation["parameters"]).map(parameter).collect(),
        body: body.shape.map_or_else(Vec::new, |name| {
            fields(document, &document["components"]["schemas"][&name])
        }),
        answers: members(&operation["responses"]).map(answer).collect(),
    }
}

fn parameter(parameter: &Value) -> Field {
    Field {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        kind: kind(&parameter["schema"]),
        is_required: parameter["required"] == true,
        description: text(&parameter["description"]),
    }
}

fn answer((status, answer): (&String, &Value)) -> Answer {
    let shape = &answer["content"]["application/json"]["schema"];
    Answer {
        status: status.clone(),
        description: text(&answer["description"]),
        kind: (!shape.is_null()).then(|| kind(shape)),
    }
}

/// The objects of a document, lists left out: their form is told once.
pub(super) fn shapes(document: &Value) -> Vec<Shape> {
    let all = members(&document["components"]["schemas"]);
    let told = all.filter(|(name, _)| !name.starts_with("List_"));
    told.map(|(name, shape)| Shape {
        name: name.clone(),
        description: text(&shape["description"]),
        fields: fields(document, shape),
    })
    .collect()
}

/// The members of an object; of one made from parts, those of all parts.
fn fields(document: &Value, shape: &Value) -> Vec<Field> {
    if let Some(name) = reference(shape) {
        return fields(document, &document["components"]["schemas"][&name]);
    }
    let of_parts = items(&shape["allOf"]).flat_map(|part| fields(document, part));
    let required = &shape["required"];
    let own = members(&shape["properties"]).map(|(name, value)| Field {
        name: name.clone(),
        place: String::new(),
        kind: kind(value),
        is_required: items(required).any(|each| each == name.as_str()),
        description: text(&value["description"]),
    });
    of_parts.chain(own).collect()
}

fn reference(shape: &Value) -> Option<String> {
    shape["$ref"]
        .as_str()?
        .rsplit('/')
        .next()
        .map(str::to_owned)
}

fn kind(shape: &Value) -> Kind {
    if let Some(name) = reference(shape) {
        let text = match name.strip_prefix("List_") {
            Some(of) => format!("list of {of}"),
            None => name.clone(),
        };
        let name = name.trim_start_matches("List_").to_owned();
        return Kind {
            text,
            shape: Some(name),
        };
    }
    let types: Vec<&str> = match &shape["type"] {
        Value::String(one) => vec![one],
        several => items(several).filter_map(Value::as_str).collect(),
    };
    if types.first() == Some(&"array") {
        let of = kind(&shape["items"]);
        return Kind {
            text: format!("array of {}", of.text),
            shape: of.shape,
        };
    }
    Kind {
        text: types.join(" or "),
        shape: None,
    }
}
