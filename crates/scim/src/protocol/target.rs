//! Where a path leads: the attribute it names in the table, and its values in a resource.

use serde_json::Value;

use super::path::AttributePath;
use super::schema::{Attribute, Keeping, ResourceType, Type};
use super::{Object, multi};

/// An attribute or a part of one, found in the schema. Attributes of an unknown extension lead to whatever was
/// stored under that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The path as it was written, for messages.
    pub path: String,
    /// The type of each value; `None` in an unknown extension, where each value says itself what it is.
    pub kind: Option<Type>,
    /// Whether texts compare with regard to letter case.
    pub case_exact: bool,
    urn: Option<String>,
    attribute: String,
    sub: Option<String>,
    multi_valued: bool,
}

impl Target {
    /// Finds a path in the schema, or says why no resource can have such an attribute.
    pub fn find(resource: &ResourceType, path: &AttributePath) -> Result<Self, String> {
        let unknown = || format!("a {} has no attribute \"{path}\"", resource.name);
        let attribute = match &path.urn {
            None => resource.attribute(&path.attribute),
            Some(urn) => match resource.extension(urn) {
                Some(urn) => resource.attribute_in(urn, &path.attribute),
                None => return Ok(Self::in_unknown_extension(urn, path)),
            },
        };
        let attribute = attribute.ok_or_else(unknown)?;
        if attribute.keeping == Keeping::Discarded {
            return Err(format!(
                "\"{path}\" is not stored and so cannot be asked for"
            ));
        }
        let part = match &path.sub {
            None => attribute,
            Some(sub) => attribute.sub_attribute(sub).ok_or_else(unknown)?,
        };
        let urn = path.urn.as_ref().map(|_| attribute.schema.to_owned());
        let sub = path.sub.as_ref().map(|_| part.name.to_owned());
        Ok(Self {
            path: path.to_string(),
            urn,
            sub,
            ..Self::part(attribute, part)
        })
    }

    fn part(attribute: &Attribute, part: &Attribute) -> Self {
        Self {
            path: String::new(),
            kind: Some(part.kind),
            case_exact: part.case_exact,
            urn: None,
            attribute: attribute.name.to_owned(),
            sub: None,
            multi_valued: attribute.is_multi_valued(),
        }
    }

    fn in_unknown_extension(urn: &str, path: &AttributePath) -> Self {
        Self {
            path: path.to_string(),
            kind: None,
            case_exact: false,
            urn: Some(urn.to_owned()),
            attribute: path.attribute.clone(),
            sub: path.sub.clone(),
            multi_valued: false,
        }
    }

    /// The part whose values compare: of a bare list that is `value`. An object as a whole has none.
    pub fn comparable(self, resource: &ResourceType) -> Result<Self, String> {
        if self.kind != Some(Type::Complex) {
            return Ok(self);
        }
        let attribute =
            resource.attribute_in(self.urn.as_deref().unwrap_or(super::CORE), &self.attribute);
        let value = attribute
            .filter(|_| self.multi_valued)
            .and_then(|attribute| Some((attribute, attribute.sub_attribute("value")?)));
        let Some((attribute, value)) = value else {
            let example = attribute.map_or("", |attribute| attribute.sub_attributes[0].name);
            return Err(format!(
                "\"{0}\" has parts; name the one that is meant, as in {0}.{example}",
                self.path
            ));
        };
        Ok(Self {
            path: self.path,
            urn: self.urn,
            sub: Some(value.name.to_owned()),
            ..Self::part(attribute, value)
        })
    }

    /// Whether this is that core attribute, or (with `sub`) that part of it or the whole of it.
    pub fn touches(&self, attribute: &str, sub: Option<&str>) -> bool {
        let same_part = match (&self.sub, sub) {
            (Some(own), Some(sub)) => own == sub,
            _ => true,
        };
        self.urn.is_none() && self.attribute == attribute && same_part
    }

    /// Whether any of the values it leads to passes the test.
    pub fn any(&self, resource: &Object, test: &dyn Fn(&Value) -> bool) -> bool {
        match self.stored(resource) {
            Some(Value::Array(items)) => items.iter().any(|item| self.any_part(item, test)),
            Some(value) => self.any_part(value, test),
            None => false,
        }
    }

    /// The one value to sort by: of a list the primary, else the first.
    pub fn main_value<'a>(&self, resource: &'a Object) -> Option<&'a Value> {
        let value = match self.stored(resource)? {
            Value::Array(items) => items
                .iter()
                .find(|item| multi::is_primary(item))
                .or_else(|| items.first())?,
            value => value,
        };
        self.part_of(value)
    }

    fn stored<'a>(&self, resource: &'a Object) -> Option<&'a Value> {
        let Some(urn) = &self.urn else {
            return member(resource, &self.attribute);
        };
        let extension = member(resource, urn).and_then(Value::as_object);
        extension
            .and_then(|extension| member(extension, &self.attribute))
            .or_else(|| {
                // An unknown extension may itself be a simple value.
                (self.kind.is_none())
                    .then(|| member(resource, &format!("{urn}:{}", self.attribute)))
                    .flatten()
            })
    }

    fn any_part(&self, item: &Value, test: &dyn Fn(&Value) -> bool) -> bool {
        match self.part_of(item) {
            Some(Value::Array(values)) => values.iter().any(test),
            Some(value) => test(value),
            None => false,
        }
    }

    fn part_of<'a>(&self, item: &'a Value) -> Option<&'a Value> {
        match (&self.sub, item) {
            (Some(sub), Value::Object(object)) => member(object, sub),
            (Some(sub), value) => (sub == "value").then_some(value),
            (None, Value::Object(object)) if self.kind.is_none() => {
                Some(member(object, "value").unwrap_or(item))
            }
            (None, value) => Some(value),
        }
    }
}

/// A member by its name: first as it is spelt, then without letter case.
pub fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        let mut members = object.iter();
        let found = members.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    })
}
