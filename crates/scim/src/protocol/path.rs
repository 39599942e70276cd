//! Attribute paths, as in filters and `meta.attributes`: `name.givenName`, `urn:…:enterprise:1.0:department`.

use std::fmt;

use super::CORE;

/// `[URN ":"] attribute ["." sub-attribute]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributePath {
    /// The extension's URN as it was written; `None` for the core schema, with or without its URN.
    pub urn: Option<String>,
    /// The attribute as it was written.
    pub attribute: String,
    /// The sub-attribute as it was written.
    pub sub: Option<String>,
}

impl AttributePath {
    /// Reads a path, or `None` where a part is missing or holds a character no name may have.
    ///
    /// A URN holds dots itself ("1.0"), so the sub-attribute is looked for after the last colon only.
    pub fn parse(text: &str) -> Option<Self> {
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) => (Some(urn), rest),
            None => (None, text),
        };
        let (attribute, sub) = match rest.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(sub)),
            None => (rest, None),
        };
        let valid = is_name(attribute) && sub.is_none_or(is_name) && urn.is_none_or(is_urn_text);
        valid.then(|| Self {
            urn: urn
                .filter(|urn| !urn.eq_ignore_ascii_case(CORE))
                .map(str::to_owned),
            attribute: attribute.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }

    /// Whether this is the core attribute of that name, and no part of it.
    pub fn is_core(&self, attribute: &str) -> bool {
        self.is_core_part(attribute, None)
    }

    /// Whether this is that sub-attribute of the core attribute.
    pub fn is_core_part(&self, attribute: &str, sub: Option<&str>) -> bool {
        let same_sub = match (&self.sub, sub) {
            (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
            (None, None) => true,
            _ => false,
        };
        self.urn.is_none() && self.attribute.eq_ignore_ascii_case(attribute) && same_sub
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.attribute)?;
        self.sub.iter().try_for_each(|sub| write!(f, ".{sub}"))
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'))
}

fn is_urn_text(text: &str) -> bool {
    super::schema::is_urn(text)
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '(' | ')' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Option<String>, String, Option<String>)> {
        AttributePath::parse(text).map(|path| (path.urn, path.attribute, path.sub))
    }

    #[test]
    fn dots_inside_a_urn_do_not_split() {
        let urn = "urn:scim:schemas:extension:enterprise:1.0";
        assert_eq!(
            parts(&format!("{urn}:manager.managerId")),
            Some((Some(urn.into()), "manager".into(), Some("managerId".into())))
        );
        assert_eq!(
            parts("name.givenName"),
            Some((None, "name".into(), Some("givenName".into())))
        );
        assert_eq!(
            parts("URN:SCIM:Schemas:Core:1.0:userName"),
            Some((None, "userName".into(), None))
        );
    }

    #[test]
    fn paths_that_cannot_be_are_refused() {
        for text in [
            "",
            ".",
            "a.",
            ".b",
            "a.b.c",
            "a@b",
            "x:y",
            "urn:x:",
            "emails[type",
            "1a",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_prints_as_it_was_written() {
        let text = "urn:example:custom:1.0:badge.color";
        assert_eq!(AttributePath::parse(text).unwrap().to_string(), text);
    }
}
