//! Which filters are served, and how: what the store has an index for. Everything else is refused; an answer of
//! "none found" to a filter that was not understood would make the provider create everybody twice.

use rollcall_store::directory_group::GroupLookup;
use rollcall_store::directory_user::Lookup;

use crate::protocol::Invalid;
use crate::protocol::filter::{Filter, Literal, Operator};
use crate::protocol::path::AttributePath;

const USER_FILTERS: &str =
    "userName, externalId, id, displayName, emails.value or active, with the operator eq";
const GROUP_FILTERS: &str = "displayName, externalId or id, with the operator eq";

/// An attribute, its sub-attribute, and the lookup by its value.
type Served<L> = (&'static str, Option<&'static str>, fn(String) -> L);

const USERS: [Served<Lookup>; 6] = [
    ("userName", None, Lookup::UserName),
    ("externalId", None, Lookup::ExternalId),
    ("id", None, Lookup::Id),
    ("displayName", None, Lookup::DisplayName),
    ("emails", None, Lookup::Email),
    ("emails", Some("value"), Lookup::Email),
];

const GROUPS: [Served<GroupLookup>; 3] = [
    ("displayName", None, GroupLookup::DisplayName),
    ("externalId", None, GroupLookup::ExternalId),
    ("id", None, GroupLookup::Id),
];

/// The lookup that answers a filter on users.
pub(crate) fn users(filter: Option<&Filter>) -> Result<Lookup, Invalid> {
    let Some(filter) = filter else {
        return Ok(Lookup::All);
    };
    let (path, value) = equality(filter, USER_FILTERS)?;
    if path.is_core("active") {
        return Ok(Lookup::Active(boolean(value)?));
    }
    by_text(&USERS, path, value, USER_FILTERS)
}

/// The lookup that answers a filter on groups.
pub(crate) fn groups(filter: Option<&Filter>) -> Result<GroupLookup, Invalid> {
    let Some(filter) = filter else {
        return Ok(GroupLookup::All);
    };
    let (path, value) = equality(filter, GROUP_FILTERS)?;
    by_text(&GROUPS, path, value, GROUP_FILTERS)
}

fn by_text<L>(
    served: &[Served<L>],
    path: &AttributePath,
    value: &Literal,
    supported: &'static str,
) -> Result<L, Invalid> {
    let found = served
        .iter()
        .find(|(attribute, sub, _)| path.is_core_part(attribute, *sub));
    let (_, _, lookup) =
        found.ok_or_else(|| unsupported(format!("the attribute \"{path}\""), supported))?;
    Ok(lookup(text(path, value)?))
}

fn equality<'a>(
    filter: &'a Filter,
    supported: &'static str,
) -> Result<(&'a AttributePath, &'a Literal), Invalid> {
    match filter {
        Filter::Compare {
            path,
            operator: Operator::Eq,
            value,
        } => Ok((path, value)),
        Filter::Compare { operator, .. } => Err(unsupported(
            format!("the operator {}", operator.name()),
            supported,
        )),
        Filter::Present(_) => Err(unsupported("the operator pr".to_owned(), supported)),
        Filter::And(..) => Err(unsupported("\"and\"".to_owned(), supported)),
        Filter::Or(..) => Err(unsupported("\"or\"".to_owned(), supported)),
    }
}

fn text(path: &AttributePath, value: &Literal) -> Result<String, Invalid> {
    match value {
        Literal::Text(text) => Ok(text.clone()),
        Literal::Number(_) => Err(wrong_value(path, "a number")),
        Literal::Boolean(_) => Err(wrong_value(path, "a boolean")),
    }
}

fn wrong_value(path: &AttributePath, found: &'static str) -> Invalid {
    Invalid::WrongType {
        attribute: path.to_string(),
        expected: "compared with a text in double quotes",
        found,
    }
}

/// Some clients quote booleans.
fn boolean(value: &Literal) -> Result<bool, Invalid> {
    let refused = |found| Invalid::WrongType {
        attribute: "active".to_owned(),
        expected: "compared with true or false",
        found,
    };
    match value {
        Literal::Boolean(value) => Ok(*value),
        Literal::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Literal::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Literal::Text(_) => Err(refused("another text")),
        Literal::Number(_) => Err(refused("a number")),
    }
}

fn unsupported(what: String, supported: &'static str) -> Invalid {
    Invalid::UnsupportedFilter { what, supported }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::filter::parse;

    fn user_lookup(filter: &str) -> Result<Lookup, String> {
        users(parse(filter).unwrap().as_ref()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_okta_looks_up_is_served() {
        let cases = [
            ("", Lookup::All),
            (r#"userName eq "a""#, Lookup::UserName("a".into())),
            (
                r#"URN:scim:schemas:core:1.0:username EQ "a""#,
                Lookup::UserName("a".into()),
            ),
            (r#"externalId eq "e""#, Lookup::ExternalId("e".into())),
            (r#"(id eq "i")"#, Lookup::Id("i".into())),
            (r#"displayName eq "d""#, Lookup::DisplayName("d".into())),
            (r#"emails eq "m""#, Lookup::Email("m".into())),
            (r#"emails.value eq "m""#, Lookup::Email("m".into())),
            ("active eq true", Lookup::Active(true)),
            (r#"active eq "False""#, Lookup::Active(false)),
        ];
        for (filter, expected) in cases {
            assert_eq!(user_lookup(filter), Ok(expected), "{filter}");
        }
    }

    #[test]
    fn everything_else_is_refused_not_answered_with_none() {
        let cases = [
            (r#"userName sw "a""#, "the operator sw"),
            ("title pr", "the operator pr"),
            (r#"userName eq "a" and active eq true"#, "\"and\""),
            (r#"userName eq "a" or userName eq "b""#, "\"or\""),
            (r#"nickName eq "a""#, "\"nickName\""),
            (r#"emails.type eq "work""#, "\"emails.type\""),
            (r#"password eq "a""#, "\"password\""),
            (
                r#"urn:scim:schemas:extension:enterprise:1.0:department eq "a""#,
                ":department\"",
            ),
            ("userName eq 1", "\"userName\" must be compared with a text"),
            (
                r#"active eq "maybe""#,
                "\"active\" must be compared with true or false",
            ),
        ];
        for (filter, words) in cases {
            let message = user_lookup(filter).unwrap_err();
            assert!(message.contains(words), "{message}");
        }
        assert!(groups(parse(r#"members eq "a""#).unwrap().as_ref()).is_err());
        assert_eq!(
            groups(
                parse(r#"displayName eq "Sales and Marketing""#)
                    .unwrap()
                    .as_ref()
            ),
            Ok(GroupLookup::DisplayName("Sales and Marketing".into()))
        );
    }
}
