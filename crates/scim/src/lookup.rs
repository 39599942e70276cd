//! What of a filter the store has an index for. The rest is found by walking through what the index gave.

use rollcall_store::directory_group::GroupLookup;
use rollcall_store::directory_user::Lookup;

use crate::protocol::comparison::truth;
use crate::protocol::filter::{Filter, Literal, Operator};
use crate::protocol::path::AttributePath;

/// Longer addresses are in no index beside the primary one.
const LONGEST_EMAIL: usize = 1024;

/// How a filter is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan<L> {
    /// Where to look: every match is among these.
    pub(crate) lookup: L,
    /// Whether all of these match, so that none has to be looked at.
    pub(crate) exact: bool,
    /// Whether there may be as many as the directory holds.
    pub(crate) wide: bool,
}

/// An attribute, its sub-attribute, and the lookup by its value. The first that a filter asks for is used, so the
/// ones that find fewest come first.
type Indexed<L> = (
    &'static str,
    Option<&'static str>,
    fn(&Literal) -> Option<L>,
);

const USERS: [Indexed<Lookup>; 7] = [
    ("id", None, |value| text(value).map(Lookup::Id)),
    ("userName", None, |value| text(value).map(Lookup::UserName)),
    ("externalId", None, |value| {
        text(value).map(Lookup::ExternalId)
    }),
    ("emails", None, email),
    ("emails", Some("value"), email),
    ("displayName", None, |value| {
        text(value).map(Lookup::DisplayName)
    }),
    ("active", None, |value| boolean(value).map(Lookup::Active)),
];

const GROUPS: [Indexed<GroupLookup>; 5] = [
    ("id", None, |value| text(value).map(GroupLookup::Id)),
    ("externalId", None, |value| {
        text(value).map(GroupLookup::ExternalId)
    }),
    ("displayName", None, |value| {
        text(value).map(GroupLookup::DisplayName)
    }),
    ("members", None, |value| {
        text(value).map(GroupLookup::Member)
    }),
    ("members", Some("value"), |value| {
        text(value).map(GroupLookup::Member)
    }),
];

/// How a filter on users is answered.
pub(crate) fn users(filter: Option<&Filter>) -> Plan<Lookup> {
    plan(filter, &USERS, Lookup::All, |lookup| {
        matches!(lookup, Lookup::All | Lookup::Active(_))
    })
}

/// How a filter on groups is answered.
pub(crate) fn groups(filter: Option<&Filter>) -> Plan<GroupLookup> {
    plan(filter, &GROUPS, GroupLookup::All, |lookup| {
        *lookup == GroupLookup::All
    })
}

fn plan<L>(
    filter: Option<&Filter>,
    indexed: &[Indexed<L>],
    all: L,
    is_wide: fn(&L) -> bool,
) -> Plan<L> {
    let mut found = Vec::new();
    if let Some(filter) = filter {
        collect(filter, indexed, &mut found);
    }
    found.sort_by_key(|(rank, _)| *rank);
    let first = found.into_iter().next().map(|(_, lookup)| lookup);
    let alone = !matches!(filter, Some(Filter::And(..)));
    let exact = filter.is_none() || (first.is_some() && alone);
    let lookup = first.unwrap_or(all);
    Plan {
        wide: is_wide(&lookup),
        lookup,
        exact,
    }
}

/// The lookups that each match must pass: those of the filter itself and of what is joined by "and".
fn collect<L>(filter: &Filter, indexed: &[Indexed<L>], found: &mut Vec<(usize, L)>) {
    match filter {
        Filter::And(left, right) => {
            collect(left, indexed, found);
            collect(right, indexed, found);
        }
        Filter::Compare {
            path,
            operator: Operator::Eq,
            value,
        } => found.extend(by_index(indexed, path, value)),
        _ => {}
    }
}

fn by_index<L>(
    indexed: &[Indexed<L>],
    path: &AttributePath,
    value: &Literal,
) -> Option<(usize, L)> {
    let rank = indexed
        .iter()
        .position(|(attribute, sub, _)| path.is_core_part(attribute, *sub))?;
    let (_, _, lookup) = indexed.get(rank)?;
    Some((rank, lookup(value)?))
}

fn email(value: &Literal) -> Option<Lookup> {
    text(value)
        .filter(|email| email.to_lowercase().len() <= LONGEST_EMAIL)
        .map(Lookup::Email)
}

fn text(value: &Literal) -> Option<String> {
    match value {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn boolean(value: &Literal) -> Option<bool> {
    match value {
        Literal::Boolean(value) => Some(*value),
        Literal::Text(text) => truth(&text.as_str().into()),
        Literal::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::filter::parse;

    fn planned(filter: &str) -> (Lookup, bool) {
        let located = parse(filter).unwrap();
        let plan = users(located.as_ref().map(|located| &located.filter));
        (plan.lookup, plan.exact)
    }

    #[test]
    fn what_okta_looks_up_is_answered_by_an_index_alone() {
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
            assert_eq!(planned(filter), (expected, true), "{filter}");
        }
    }

    #[test]
    fn of_several_conditions_the_one_that_finds_fewest_is_looked_up() {
        let cases = [
            (
                r#"active eq true and userName eq "a""#,
                Lookup::UserName("a".into()),
            ),
            (
                r#"title pr and (active eq true and title co "x")"#,
                Lookup::Active(true),
            ),
            (r#"userName eq "a" or id eq "i""#, Lookup::All),
            (r#"userName sw "a""#, Lookup::All),
            (r#"urn:example:custom:userName eq "a""#, Lookup::All),
        ];
        for (filter, expected) in cases {
            assert_eq!(planned(filter), (expected, false), "{filter}");
        }
    }

    #[test]
    fn groups_are_found_by_their_members() {
        let located = parse(r#"members.value eq "m""#).unwrap().unwrap();
        let plan = groups(Some(&located.filter));
        assert_eq!(plan.lookup, GroupLookup::Member("m".into()));
        assert!(plan.exact);
    }
}
