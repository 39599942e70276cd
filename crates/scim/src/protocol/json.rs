//! JSON read into no more memory than it needs. A member of a group is a small object, and there are many: as usually
//! read, each would have room for four attributes.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Object;

/// Parses one JSON value and nothing after it. Of doubled names in an object the last counts.
pub fn parse(bytes: &[u8]) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Compact.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// An object with room for these attributes and no others.
pub fn object<N: Into<String>, V: Into<Value>, const LENGTH: usize>(
    attributes: [(N, V); LENGTH],
) -> Object {
    // A map that is collected from a known number of entries is as large as they are.
    attributes
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

#[derive(Clone, Copy)]
struct Compact;

impl<'de> DeserializeSeed<'de> for Compact {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Compact {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        list.shrink_to_fit();
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut read: Vec<(String, Value)> = Vec::new();
        while let Some(name) = entries.next_key_seed(Name)? {
            read.push((name, entries.next_value_seed(self)?));
        }
        Ok(Value::Object(read.into_iter().collect()))
    }
}

struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_the_library_reads(value in any_json()) {
            let text = value.to_string();
            prop_assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
        }

        #[test]
        fn refuses_what_the_library_refuses(text in "[\\[\\]{}:,\"a0-9eE. \\\\untrf-]{0,24}") {
            let library = serde_json::from_str::<Value>(&text).map_err(|error| error.to_string());
            let ours = parse(text.as_bytes()).map_err(|error| error.to_string());
            prop_assert_eq!(ours, library);
        }
    }
}
