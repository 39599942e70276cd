//! The order of a list (draft-scim-api-01 §3.2.2.2).

use core::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::comparison::{compare_numbers, folded, truth};
use super::path::AttributePath;
use super::schema::{ResourceType, Type};
use super::target::Target;
use super::{Invalid, Object, instant};

/// What to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    target: Target,
    descending: bool,
}

/// What a resource is sorted by. Kept of every match, so it is small.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// A boolean.
    Boolean(bool),
    /// A number.
    Number(Number),
    /// An instant.
    Instant(Timestamp),
    /// A text, folded unless letter case matters.
    Text(String),
}

impl Sort {
    /// Reads `sortBy` and `sortOrder`. An attribute with parts needs one named, a bare list is sorted by `value`.
    pub fn parse(resource: &ResourceType, by: &str, order: Option<&str>) -> Result<Self, Invalid> {
        let refused = |problem| Invalid::Sort { problem };
        let path = AttributePath::parse(by)
            .ok_or_else(|| refused(format!("\"{by}\" is not an attribute name")))?;
        let target = Target::find(resource, &path)
            .and_then(|target| target.comparable(resource))
            .map_err(refused)?;
        let descending = match order.map(str::trim).filter(|order| !order.is_empty()) {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(order) => {
                return Err(refused(format!(
                    "\"{order}\" is no sortOrder; it is ascending or descending"
                )));
            }
        };
        Ok(Self { target, descending })
    }

    /// Whether the order depends on that core attribute, or on that part of it.
    pub fn reads(&self, attribute: &str, sub: Option<&str>) -> bool {
        self.target.touches(attribute, sub)
    }

    /// What a resource, as it is answered, is sorted by.
    pub fn key(&self, resource: &Object) -> Option<Key> {
        let value = self.target.main_value(resource)?;
        match (self.target.kind, value) {
            (Some(Type::Boolean), value) => truth(value).map(Key::Boolean),
            (Some(Type::DateTime), value) => instant::parse(value.as_str()?).map(Key::Instant),
            (_, Value::Bool(value)) => Some(Key::Boolean(*value)),
            (_, Value::Number(number)) => Some(Key::Number(number.clone())),
            (_, Value::String(text)) if self.target.case_exact => Some(Key::Text(text.clone())),
            (_, Value::String(text)) => Some(Key::Text(folded(text))),
            _ => None,
        }
    }

    /// How two resources with these keys are ordered. Those without a value are last, or first when descending.
    pub fn compare(&self, a: Option<&Key>, b: Option<&Key>) -> Ordering {
        let ascending = match (a, b) {
            (Some(a), Some(b)) => a.compare(b),
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
        };
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }
}

impl Key {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => compare_numbers(a, b),
            (Self::Instant(a), Self::Instant(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// Values of different types, as an unknown extension may hold, are ordered by type.
    const fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema::USER;
    use super::*;

    fn sorted(by: &str, order: Option<&str>, users: &[Value]) -> Vec<usize> {
        let sort = Sort::parse(&USER, by, order).unwrap();
        let keys: Vec<_> = users
            .iter()
            .map(|user| sort.key(user.as_object().unwrap()))
            .collect();
        let mut places: Vec<usize> = (0..users.len()).collect();
        places.sort_by(|a, b| sort.compare(keys[*a].as_ref(), keys[*b].as_ref()));
        places
    }

    #[test]
    fn texts_sort_without_letter_case_and_missing_ones_last() {
        let users = [
            json!({ "title": "b" }),
            json!({}),
            json!({ "title": "A" }),
            json!({ "title": "Ä" }),
        ];
        assert_eq!(sorted("title", None, &users), [2, 0, 3, 1]);
        assert_eq!(sorted("TITLE", Some("Descending"), &users), [1, 3, 0, 2]);
    }

    #[test]
    fn lists_sort_by_their_primary_value_or_their_first() {
        let users = [
            json!({ "emails": [{ "value": "a@x" }, { "value": "z@x", "primary": true }] }),
            json!({ "emails": [{ "value": "m@x" }, { "value": "b@x" }] }),
        ];
        assert_eq!(sorted("emails", None, &users), [1, 0]);
        assert_eq!(sorted("emails.value", None, &users), [1, 0]);
    }

    #[test]
    fn instants_and_booleans_sort_as_what_they_are() {
        let users = [
            json!({ "meta": { "created": "2026-01-01T00:00:00+02:00" }, "active": true }),
            json!({ "meta": { "created": "2025-12-31T21:00:00Z" }, "active": false }),
        ];
        assert_eq!(sorted("meta.created", None, &users), [1, 0]);
        assert_eq!(sorted("active", None, &users), [1, 0]);
    }

    #[test]
    fn what_cannot_be_sorted_by_is_refused() {
        for (by, order) in [
            ("wibble", None),
            ("name", None),
            ("addresses", None),
            ("password", None),
            ("a b", None),
            ("userName", Some("upwards")),
        ] {
            assert!(Sort::parse(&USER, by, order).is_err(), "{by}");
        }
    }
}
