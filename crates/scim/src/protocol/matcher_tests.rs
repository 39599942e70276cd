use serde_json::{Value, json};

use super::super::ENTERPRISE;
use super::super::filter::parse;
use super::super::schema::{GROUP, USER};
use super::*;

fn matcher(resource: &ResourceType, filter: &str) -> Result<Matcher, Invalid> {
    Matcher::new(resource, parse(filter).unwrap().unwrap())
}

fn matches(filter: &str, user: &Value) -> bool {
    let matcher = matcher(&USER, filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    matcher.matches(user.as_object().unwrap())
}

fn user() -> Value {
    json!({
        "id": "directory_user_1", "externalId": "E1", "userName": "Alice", "active": false, "title": "Engineer",
        "name": { "familyName": "O'Malley" },
        "emails": [{ "value": "alice@example.com", "type": "work", "primary": true }, { "value": "A@home.org", "type": "home" }],
        "addresses": [{ "locality": "Oslo" }],
        "x509Certificates": [{ "value": "AbC=" }],
        "groups": [{ "value": "g1", "display": "Eng" }],
        "meta": { "created": "2026-01-02T03:04:05.678Z" },
        "schemas": ["urn:scim:schemas:core:1.0"],
        ENTERPRISE: { "department": "R&D", "employeeNumber": 701_984, "manager": { "managerId": "7" } },
        "urn:example:badges:1.0": { "Colour": "Red", "level": 3, "flag": true, "tags": ["a", "b"], "keys": [{ "value": "k" }] },
        "urn:example:plain": "Yes",
    })
}

#[test]
fn each_type_compares_as_what_it_is() {
    for filter in [
        r#"userName eq "ALICE""#,
        r#"userName sw "al""#,
        r#"userName co "LIC""#,
        r#"userName ge "alice""#,
        r#"userName lt "b""#,
        r#"id eq "directory_user_1""#,
        "active eq false",
        r#"active eq "False""#,
        "active pr",
        r#"meta.created eq "2026-01-02T05:04:05.678+02:00""#,
        r#"meta.created gt "2026-01-02T03:04:05Z""#,
        r#"meta.created lt "2999-01-01T00:00:00+14:00""#,
        r#"x509Certificates eq "AbC=""#,
        r#"groups eq "g1""#,
        r#"groups.display eq "eng""#,
        r#"schemas eq "urn:scim:schemas:core:1.0""#,
    ] {
        assert!(matches(filter, &user()), "{filter}");
    }
    for filter in [
        r#"externalId eq "e1""#,
        r#"x509Certificates eq "abc=""#,
        "active eq true",
        r#"nickName eq "x""#,
        r#"nickName lt "x""#,
        "nickName pr",
        r#"meta.created gt "2026-01-02T03:04:05.678Z""#,
    ] {
        assert!(!matches(filter, &user()), "{filter}");
    }
}

#[test]
fn any_value_of_a_list_may_match() {
    for filter in [
        r#"emails eq "a@HOME.org""#,
        r#"emails.type eq "home" and emails.value sw "alice""#,
        "emails.primary eq true",
        "emails pr and addresses pr and name pr",
        r#"addresses.locality eq "oslo""#,
    ] {
        assert!(matches(filter, &user()), "{filter}");
    }
    assert!(!matches("addresses.region pr or phoneNumbers pr", &user()));
}

#[test]
fn extensions_are_reached_by_their_urn() {
    for filter in [
        r#"urn:scim:schemas:extension:enterprise:1.0:department eq "r&d""#,
        r#"URN:scim:schemas:extension:enterprise:1.0:MANAGER.managerid eq "7""#,
        r#"urn:scim:schemas:extension:enterprise:1.0:employeeNumber sw "70""#,
        r#"urn:example:badges:1.0:colour eq "red""#,
        "urn:example:badges:1.0:level gt 2.5",
        "urn:example:badges:1.0:flag eq true",
        r#"urn:example:badges:1.0:flag eq "true""#,
        r#"urn:example:badges:1.0:tags eq "B""#,
        r#"urn:example:badges:1.0:keys eq "k""#,
        r#"urn:example:badges:1.0:keys.value eq "k""#,
        r#"urn:example:plain eq "yes""#,
    ] {
        assert!(matches(filter, &user()), "{filter}");
    }
    assert!(!matches(
        r#"urn:example:other:1.0:colour eq "red""#,
        &user()
    ));
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let cases = [
        (r#"wibble eq "x""#, 1, "no attribute \"wibble\""),
        ("title pr and emails.wibble pr", 14, "emails.wibble"),
        (r#"userName.x eq "x""#, 1, "userName.x"),
        (r#"name eq "x""#, 1, "as in name.formatted"),
        (r#"addresses co "x""#, 1, "as in addresses.formatted"),
        (r#"password eq "x""#, 1, "cannot be asked for"),
        ("password pr", 1, "cannot be asked for"),
        (r#"members eq "x""#, 1, "no attribute \"members\""),
        (r#"active co "x""#, 8, "co cannot be used with \"active\""),
        ("active gt true", 8, "gt cannot be used"),
        (r#"active eq "maybe""#, 11, "true or false"),
        ("active eq 1", 11, "true or false"),
        ("userName eq 1", 13, "a text in double quotes"),
        ("userName eq true", 13, "a text in double quotes"),
        (r#"x509Certificates.value sw "A""#, 24, "binary"),
        (r#"meta.created co "2026""#, 14, "a date and time"),
        (r#"meta.created gt "soon""#, 17, "a date and time"),
        (
            r#"urn:scim:schemas:extension:enterprise:1.0:wibble eq "x""#,
            1,
            "no attribute",
        ),
        ("urn:example:badges:1.0:level co 1", 30, "a number"),
    ];
    for (filter, expected, words) in cases {
        let Err(Invalid::Filter { position, problem }) = matcher(&USER, filter) else {
            panic!("{filter} was taken")
        };
        assert_eq!(position, expected, "{filter}: {problem}");
        assert!(problem.contains(words), "{filter}: {problem}");
    }
}

#[test]
fn what_a_filter_depends_on_is_known() {
    let read = matcher(&GROUP, r#"displayName pr or members.display co "x""#).unwrap();
    assert!(read.reads("members", None) && !read.reads("meta", Some("version")));
    let read = matcher(&GROUP, "meta pr").unwrap();
    assert!(read.reads("meta", Some("version")));
    let read = matcher(&GROUP, r#"meta.created gt "2026-01-01T00:00:00Z""#).unwrap();
    assert!(!read.reads("meta", Some("version")));
}
