//! The attributes that a client wants to see (draft-scim-api-01 §3.2.2, "attributes").

use serde_json::Value;

use super::Object;
use super::paging::{decode, pairs};
use super::path::AttributePath;

/// What every answer holds, whatever is asked for.
const ALWAYS: [&str; 3] = ["schemas", "id", "meta"];

/// The attributes asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection(Vec<Wanted>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    /// The whole text: an extension as a whole is named by its URN, which is no path.
    whole: String,
    path: Option<AttributePath>,
}

impl Projection {
    /// Reads a query string; `None` where everything is to be shown.
    pub fn of(query: &str) -> Option<Self> {
        let asked = pairs(query).filter(|(name, _)| {
            decode(name).is_some_and(|name| name.eq_ignore_ascii_case("attributes"))
        });
        let lists: Vec<String> = asked.filter_map(|(_, value)| decode(value)).collect();
        Self::parse(&lists.join(","))
    }

    /// Reads a comma list. Names that no resource has are ignored.
    pub fn parse(list: &str) -> Option<Self> {
        let names = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let wanted: Vec<Wanted> = names
            .map(|name| Wanted {
                whole: name.to_owned(),
                path: AttributePath::parse(name),
            })
            .collect();
        (!wanted.is_empty()).then_some(Self(wanted))
    }

    /// Whether any part of a core attribute is asked for.
    pub fn shows(&self, attribute: &str) -> bool {
        let mut paths = self.0.iter().filter_map(|wanted| wanted.path.as_ref());
        paths.any(|path| path.urn.is_none() && path.attribute.eq_ignore_ascii_case(attribute))
    }

    /// Leaves of a resource what was asked for.
    pub fn apply(&self, resource: Object) -> Object {
        let mut shown = Object::new();
        for (name, value) in resource {
            if ALWAYS.contains(&name.as_str()) {
                shown.insert(name, value);
            } else if let Some(value) = self.part(&name, value) {
                shown.insert(name, value);
            }
        }
        shown
    }

    /// What is to be shown of one attribute, or of one extension.
    fn part(&self, name: &str, value: Value) -> Option<Value> {
        let is_whole = |wanted: &&Wanted| {
            wanted.whole.eq_ignore_ascii_case(name)
                || wanted.path.as_ref().is_some_and(|path| path.is_core(name))
        };
        if self.0.iter().any(|wanted| is_whole(&wanted)) {
            return Some(value);
        }
        let paths: Vec<&AttributePath> = self
            .0
            .iter()
            .filter_map(|wanted| wanted.path.as_ref())
            .collect();
        let subs: Vec<&str> = paths
            .iter()
            .filter(|path| path.urn.is_none() && path.attribute.eq_ignore_ascii_case(name))
            .filter_map(|path| path.sub.as_deref())
            .collect();
        if !subs.is_empty() {
            return only(&subs, &value);
        }
        let Value::Object(extension) = value else {
            return None;
        };
        let inside: Vec<&AttributePath> = paths
            .into_iter()
            .filter(|path| {
                path.urn
                    .as_ref()
                    .is_some_and(|urn| urn.eq_ignore_ascii_case(name))
            })
            .collect();
        inside_extension(&inside, &extension)
    }
}

fn inside_extension(paths: &[&AttributePath], extension: &Object) -> Option<Value> {
    let mut shown = Object::new();
    for (name, value) in extension {
        let mut own = paths
            .iter()
            .filter(|path| path.attribute.eq_ignore_ascii_case(name))
            .peekable();
        if own.peek().is_none() {
            continue;
        }
        let subs: Option<Vec<&str>> = own.map(|path| path.sub.as_deref()).collect();
        let value = match subs {
            None => Some(value.clone()),
            Some(subs) => only(&subs, value),
        };
        if let Some(value) = value {
            shown.insert(name.clone(), value);
        }
    }
    (!shown.is_empty()).then_some(Value::Object(shown))
}

/// Those parts of an object, or of each object of a list.
fn only(subs: &[&str], value: &Value) -> Option<Value> {
    match value {
        Value::Object(object) => {
            let mut shown = Object::new();
            for (name, value) in object {
                if subs.iter().any(|sub| sub.eq_ignore_ascii_case(name)) {
                    shown.insert(name.clone(), value.clone());
                }
            }
            (!shown.is_empty()).then_some(Value::Object(shown))
        }
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().filter_map(|item| only(subs, item)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DEPARTMENT: &str = "urn:scim:schemas:extension:enterprise:1.0:department";

    fn shown(attributes: &str) -> Value {
        let user = json!({
            "schemas": ["s"], "id": "i", "userName": "ada", "title": "Lead", "meta": { "version": "1" },
            "name": { "givenName": "Ada", "familyName": "Example" },
            "emails": [{ "value": "a@x", "type": "work" }, { "type": "home" }],
            "urn:scim:schemas:extension:enterprise:1.0": { "department": "R&D", "manager": { "managerId": "7", "displayName": "Bo" } },
        });
        let Value::Object(user) = user else { panic!() };
        let projection = Projection::of(&format!("Attributes={attributes}")).unwrap();
        let mut shown = projection.apply(user);
        for name in ALWAYS {
            assert!(shown.shift_remove(name).is_some(), "{name}");
        }
        Value::Object(shown)
    }

    #[test]
    fn whole_attributes_and_parts_are_shown() {
        let cases = [
            ("userName", json!({ "userName": "ada" })),
            (
                "USERNAME,+title",
                json!({ "userName": "ada", "title": "Lead" }),
            ),
            ("name.givenName", json!({ "name": { "givenName": "Ada" } })),
            ("emails.value", json!({ "emails": [{ "value": "a@x" }] })),
            (
                "urn:scim:schemas:core:1.0:title",
                json!({ "title": "Lead" }),
            ),
            ("wibble,a%20b,id", json!({})),
        ];
        for (attributes, expected) in cases {
            assert_eq!(shown(attributes), expected, "{attributes}");
        }
        let projection = Projection::parse("name,name.givenName").unwrap();
        assert!(projection.shows("name") && !projection.shows("members"));
    }

    #[test]
    fn extensions_are_shown_whole_or_in_parts() {
        let urn = DEPARTMENT.trim_end_matches(":department");
        assert_eq!(shown(DEPARTMENT), json!({ urn: { "department": "R&D" } }));
        assert_eq!(
            shown(&format!("{urn}:manager.managerId")),
            json!({ urn: { "manager": { "managerId": "7" } } })
        );
        assert_eq!(shown(&urn.to_uppercase())[urn]["department"], "R&D");
    }

    #[test]
    fn nothing_asked_for_is_everything() {
        assert_eq!(Projection::of("attributes=&count=1"), None);
        assert_eq!(Projection::of("attributes=%20,"), None);
        assert_eq!(Projection::of(""), None);
    }
}
