//! What the application keeps with an organization, for itself.

use std::collections::BTreeMap;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;
use serde::Serialize;

/// The most pairs (WorkOS OpenAPI, `metadata`).
pub const MOST_PAIRS: usize = 50;
/// Characters of a key (WorkOS docs, "Metadata").
pub const LONGEST_KEY: usize = 40;
/// Characters of a value (WorkOS docs, "Metadata").
pub const LONGEST_VALUE: usize = 600;

/// Pairs of texts, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, FromSqlRow)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<String, String>);

/// A change of metadata (WorkOS docs, "Metadata").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataChange {
    /// Remove all pairs.
    Clear,
    /// Set these pairs, and remove those whose value is none; others stay.
    Merge(BTreeMap<String, Option<String>>),
}

/// Why metadata is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// There would be too many pairs.
    #[error("metadata cannot hold more than {MOST_PAIRS} pairs")]
    TooMany,
    /// A key is empty or too long.
    #[error(
        "a key of metadata has 1 to {LONGEST_KEY} characters, none of them a control character; {0:?} does not"
    )]
    Key(String),
    /// A value is too long.
    #[error("a value of metadata has at most {LONGEST_VALUE} characters; that of {0:?} has more")]
    Value(String),
}

impl Metadata {
    /// The pairs.
    pub const fn pairs(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Changes the pairs, unless they would be too many or too long then.
    pub fn apply(&mut self, change: MetadataChange) -> Result<(), MetadataError> {
        let MetadataChange::Merge(pairs) = change else {
            self.0.clear();
            return Ok(());
        };
        for (key, value) in pairs {
            let Some(value) = value else {
                self.0.remove(&key);
                continue;
            };
            let is_key = (1..=LONGEST_KEY).contains(&key.chars().count());
            if !is_key || key.chars().any(char::is_control) {
                return Err(MetadataError::Key(key));
            }
            if value.chars().count() > LONGEST_VALUE {
                return Err(MetadataError::Value(key));
            }
            self.0.insert(key, value);
        }
        if self.0.len() > MOST_PAIRS {
            return Err(MetadataError::TooMany);
        }
        Ok(())
    }

    pub(super) fn to_text(&self) -> String {
        serde_json::json!(self.0).to_string()
    }
}

impl<DB: Backend> FromSql<Text, DB> for Metadata
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(bytes)?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge<const N: usize>(pairs: [(&str, Option<&str>); N]) -> MetadataChange {
        let owned = pairs.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
        MetadataChange::Merge(BTreeMap::from(owned))
    }

    #[test]
    fn pairs_are_merged_key_by_key() {
        let mut metadata = Metadata::default();
        metadata
            .apply(merge([("tier", Some("gold")), ("region", Some("eu"))]))
            .unwrap();
        metadata
            .apply(merge([
                ("tier", None),
                ("seats", Some("5")),
                ("none", None),
            ]))
            .unwrap();
        assert_eq!(metadata.to_text(), r#"{"region":"eu","seats":"5"}"#);
        metadata.apply(MetadataChange::Clear).unwrap();
        assert_eq!(metadata, Metadata::default());
    }

    #[test]
    fn what_is_too_long_or_too_many_is_refused() {
        let (long_key, long_value) = ("k".repeat(41), "v".repeat(601));
        for (key, value) in [("", "x"), (long_key.as_str(), "x"), ("a\nb", "x")] {
            let refused = Metadata::default().apply(merge([(key, Some(value))]));
            assert_eq!(refused, Err(MetadataError::Key(key.to_owned())));
        }
        let refused = Metadata::default().apply(merge([("key", Some(&long_value))]));
        assert_eq!(refused, Err(MetadataError::Value("key".to_owned())));
        let pairs = (0..=MOST_PAIRS).map(|n| (n.to_string(), Some(String::new())));
        let refused = Metadata::default().apply(MetadataChange::Merge(pairs.collect()));
        assert_eq!(refused, Err(MetadataError::TooMany));
    }
}
