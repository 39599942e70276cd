//! Random input for everything that reads what a client sends: filters, bodies of users, groups and bulks, and changes of a
//! stored resource.
//! Runs for `ROLLCALL_FUZZ_SECONDS`, three when that is not set, shared by all targets. Nothing may panic.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rollcall_scim::protocol::matcher::Matcher;
use rollcall_scim::protocol::schema::{GROUP, USER};
use rollcall_scim::protocol::{Object, body, bulk, filter, group, user};
use serde_json::{Value, json};

/// Each target's part of the time.
fn budget(targets: u32) -> Duration {
    let seconds = std::env::var("ROLLCALL_FUZZ_SECONDS").ok();
    let seconds = seconds.map_or(3, |text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds) / targets
}

/// Tries random inputs until the time is over. The runner's seed is random; a failure prints its input.
fn fuzz<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>, try_one: impl Fn(&T)) {
    let mut runner = TestRunner::default();
    let until = Instant::now() + budget(4);
    while Instant::now() < until {
        let input = strategy.new_tree(&mut runner).unwrap().current();
        let shown = format!("{input:?}");
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| try_one(&input)));
        assert!(outcome.is_ok(), "panicked on {shown}");
    }
}

/// Names that mean something, in any case, and others.
fn name() -> impl Strategy<Value = String> {
    let known = [
        "userName",
        "USERNAME",
        "name",
        "givenName",
        "emails",
        "value",
        "type",
        "primary",
        "active",
        "operation",
        "meta",
        "attributes",
        "members",
        "displayName",
        "externalId",
        "schemas",
        "id",
        "groups",
        "password",
        "addresses",
        "urn:scim:schemas:extension:enterprise:1.0",
        "manager",
        "managerId",
        "Operations",
        "method",
        "path",
        "bulkId",
        "data",
        "failOnErrors",
        "urn:x:y",
        "",
    ];
    prop_oneof![
        8 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let texts = [
        "delete",
        "True",
        "false",
        "work",
        "a@example.com",
        "bulkId:a",
        "POST",
        "/Users",
        "emails",
        "name.givenName",
        "urn:scim:schemas:extension:enterprise:1.0:department",
        ":",
        ".",
        "",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(texts.to_vec()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            object_of(inner).prop_map(Value::Object),
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Object> {
    proptest::collection::vec((name(), value), 0..6)
        .prop_map(|members| members.into_iter().collect())
}

fn object() -> impl Strategy<Value = Object> {
    object_of(json_value())
}

#[test]
fn filters_are_read_or_refused() {
    let words = [
        "userName",
        "emails.value",
        "urn:scim:schemas:core:1.0:name.familyName",
        "eq",
        "EQ",
        "co",
        "sw",
        "pr",
        "gt",
        "le",
        "and",
        "or",
        "not",
        "(",
        ")",
        "\"a\"",
        "\"\\u00e7\"",
        "\"\\ud800\"",
        "\"",
        "true",
        "1",
        "-1.5e3",
        "\\",
        " ",
    ];
    let word = prop_oneof![
        9 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let text = proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "));
    fuzz(&(text, object()), |(text, object)| {
        for resource in [&USER, &GROUP] {
            let matcher = filter::parse(text)
                .map(|located| located.and_then(|located| Matcher::new(resource, located).ok()));
            if let Ok(Some(matcher)) = matcher {
                matcher.matches(object);
            }
        }
    });
}

#[test]
fn bytes_are_read_or_refused() {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        (json_value(), any::<proptest::sample::Index>(), any::<u8>()).prop_map(
            |(value, at, byte)| {
                let mut bytes = value.to_string().into_bytes();
                let at = at.index(bytes.len());
                bytes[at] = byte;
                bytes
            }
        ),
    ];
    fuzz(&bytes, |bytes| {
        let _ = body::parse(bytes).map(user::User::create);
    });
}

#[test]
fn resources_and_bulks_are_read_or_refused() {
    fuzz(&object(), |object| {
        let _ = user::Replacement::parse(object.clone());
        let _ = group::Group::parse(object.clone());
        let mut named = object.clone();
        named.insert("userName".to_owned(), json!("ada"));
        if let Ok(user) = user::User::create(named) {
            let stored = user.into_resource();
            let again =
                user::User::create(stored.clone()).expect("what is stored can be sent again");
            assert_eq!(again.into_resource(), stored, "storing settles it for good");
        }
        if let Ok(bulk) = bulk::Bulk::parse(object.clone()) {
            assert_eq!(bulk::order(&bulk.operations).len(), bulk.operations.len());
        }
    });
}

#[test]
fn patches_are_read_or_refused_and_leave_a_whole_resource() {
    fuzz(&(object(), object()), |(stored, change)| {
        let mut stored = stored.clone();
        stored.insert("userName".to_owned(), json!("ada"));
        let Ok(stored) = user::User::create(stored).map(user::User::into_resource) else {
            return;
        };
        let Ok(patched) = user::Patch::parse(change.clone()).and_then(|patch| patch.over(&stored))
        else {
            return;
        };
        assert!(!patched.user_name().is_empty());
        let patched = patched.into_resource();
        let again = user::Patch::parse(Object::new())
            .unwrap()
            .over(&patched)
            .unwrap();
        assert_eq!(
            again.into_resource(),
            patched,
            "an empty PATCH changes nothing"
        );
    });
}
