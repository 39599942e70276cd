//! What a provider sent of a person, sorted into sections with names that people read.
//! Attribute names are those of the SCIM 1.1 core schema, §5 to §7.

use serde_json::{Map, Value};

const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";
/// Shown elsewhere on the page, or of no interest to people.
const ELSEWHERE: &[&str] = &["schemas", "userName", "displayName", "active", "externalId"];
const MULTI_VALUED: &[(&str, &str)] = &[
    ("emails", "E-mail addresses"),
    ("phoneNumbers", "Phone numbers"),
    ("addresses", "Addresses"),
    ("ims", "Instant messaging"),
    ("photos", "Photos"),
    ("roles", "Roles"),
    ("entitlements", "Entitlements"),
];

/// A section of a person's page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
}

/// An attribute.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// All sections with something in them: the profile, the multi-valued attributes, the extensions.
pub(crate) fn sections(resource: &Map<String, Value>) -> Vec<Section> {
    let mut profile = Vec::new();
    let mut sections = Vec::new();
    for (key, value) in resource
        .iter()
        .filter(|(key, _)| !ELSEWHERE.contains(&key.as_str()))
    {
        let multi_valued = MULTI_VALUED.iter().find(|(name, _)| name == key);
        match (multi_valued, value) {
            (Some((_, title)), Value::Array(entries)) => {
                sections.push(Section {
                    title: (*title).to_owned(),
                    rows: entries.iter().map(entry).collect(),
                });
            }
            (None, Value::Object(members)) if key.starts_with("urn:") => {
                sections.push(extension(key, members));
            }
            (None, Value::Object(members)) if key == "name" => profile.extend(rows(members)),
            _ => profile.push(Row {
                label: label(key),
                value: text(value),
            }),
        }
    }
    sections.insert(
        0,
        Section {
            title: "Profile".to_owned(),
            rows: profile,
        },
    );
    for section in &mut sections {
        section.rows.retain(|row| !row.value.is_empty());
    }
    sections.retain(|section| !section.rows.is_empty());
    sections
}

fn extension(urn: &str, members: &Map<String, Value>) -> Section {
    let title = if urn == ENTERPRISE { "Enterprise" } else { urn };
    Section {
        title: title.to_owned(),
        rows: rows(members),
    }
}

fn rows(members: &Map<String, Value>) -> Vec<Row> {
    members
        .iter()
        .map(|(key, value)| Row {
            label: label(key),
            value: text(value),
        })
        .collect()
}

/// One value of a multi-valued attribute: its type is the label.
fn entry(entry: &Value) -> Row {
    let kind = entry["type"]
        .as_str()
        .filter(|kind| !kind.is_empty())
        .unwrap_or("other");
    let primary = if entry["primary"] == true {
        ", primary"
    } else {
        ""
    };
    let value = match (&entry["value"], &entry["formatted"]) {
        (Value::Null, Value::String(formatted)) if !formatted.is_empty() => formatted.clone(),
        (Value::Null, _) => address(entry),
        (value, _) => text(value),
    };
    Row {
        label: format!("{}{primary}", label(kind)),
        value,
    }
}

fn address(entry: &Value) -> String {
    let parts = [
        "streetAddress",
        "postalCode",
        "locality",
        "region",
        "country",
    ];
    let given: Vec<&str> = parts
        .iter()
        .filter_map(|part| entry[*part].as_str())
        .filter(|part| !part.is_empty())
        .collect();
    if given.is_empty() {
        text(entry)
    } else {
        given.join(", ")
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values
            .iter()
            .map(text)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(members) if members.get("displayName").is_some_and(Value::is_string) => {
            members["displayName"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        }
        Value::Object(members) => {
            let named = members
                .iter()
                .map(|(key, value)| (label(key), text(value)))
                .filter(|(_, text)| !text.is_empty());
            named
                .map(|(label, text)| format!("{label}: {text}"))
                .collect::<Vec<_>>()
                .join("; ")
        }
    }
}

/// `costCenter` becomes `Cost center`.
fn label(key: &str) -> String {
    let mut label = String::with_capacity(key.len() + 4);
    let mut before_is_lower = false;
    for character in key.chars() {
        if character.is_uppercase() && before_is_lower {
            label.push(' ');
            label.extend(character.to_lowercase());
        } else if label.is_empty() {
            label.extend(character.to_uppercase());
        } else {
            label.push(if character == '_' { ' ' } else { character });
        }
        before_is_lower = character.is_lowercase() || character.is_ascii_digit();
    }
    label
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(resource: Value) -> Vec<(String, Vec<(String, String)>)> {
        let Value::Object(resource) = resource else {
            panic!("not an object")
        };
        let pairs = |section: Section| {
            section
                .rows
                .into_iter()
                .map(|row| (row.label, row.value))
                .collect()
        };
        sections(&resource)
            .into_iter()
            .map(|section| (section.title.clone(), pairs(section)))
            .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(label, value)| ((*label).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn sorts_attributes_into_sections() {
        let sections = shown(json!({
            "schemas": ["urn:scim:schemas:core:1.0"],
            "userName": "ada@example.com",
            "name": {"givenName": "Ada", "familyName": "Lindqvist", "middleName": ""},
            "title": "Engineer",
            "emails": [{"value": "ada@example.com", "type": "work", "primary": true}, {"value": "a@example.org"}],
            "addresses": [{"type": "work", "streetAddress": "1 Long Road", "locality": "Umeå", "country": "SE"}],
            "phoneNumbers": [],
            ENTERPRISE: {"costCenter": "42", "manager": {"managerId": "m1", "displayName": "Grace"}},
            "urn:okta:acme_app:1.0:user:custom": {"badgeColor": "green", "remote": true},
        }));
        assert_eq!(
            sections[0],
            (
                "Profile".into(),
                pairs(&[
                    ("Given name", "Ada"),
                    ("Family name", "Lindqvist"),
                    ("Title", "Engineer")
                ])
            )
        );
        assert_eq!(
            sections[1].1,
            pairs(&[
                ("Work, primary", "ada@example.com"),
                ("Other", "a@example.org")
            ])
        );
        assert_eq!(sections[2].1, pairs(&[("Work", "1 Long Road, Umeå, SE")]));
        assert_eq!(
            sections[3],
            (
                "Enterprise".into(),
                pairs(&[("Cost center", "42"), ("Manager", "Grace")])
            )
        );
        assert_eq!(sections[4].0, "urn:okta:acme_app:1.0:user:custom");
        assert_eq!(
            sections[4].1,
            pairs(&[("Badge color", "green"), ("Remote", "yes")])
        );
        assert_eq!(sections.len(), 5);
    }

    #[test]
    fn survives_attributes_of_any_shape() {
        for odd in [
            json!({"emails": "x"}),
            json!({"emails": [1, null, [2]]}),
            json!({"name": "Ada"}),
            json!({"addresses": [{}]}),
            json!({}),
        ] {
            shown(odd);
        }
    }
}
