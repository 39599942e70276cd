use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::schema::USER;
use super::super::user::{self, User};
use super::super::{ENTERPRISE, Object, body};

/// A person with something of every kind to change.
fn ada() -> Object {
    let sent = json!({
        "userName": "ada", "title": "Engineer", "active": false, "name": {"givenName": "Ada"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}, {"value": "a@home.example", "type": "home"}],
        "addresses": [{"type": "work", "locality": "Oslo"}], "custom": {"a": 1}, "tags": ["a", "b"],
        (ENTERPRISE): {"department": "R&D", "manager": {"managerId": "2"}},
    });
    let sent = body::parse(sent.to_string().as_bytes()).unwrap();
    User::create(sent).unwrap().into_resource()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        Just(json!("delete")),
        Just(json!("emails")),
        Just(json!("ada@example.com")),
    ];
    let name = || {
        prop_oneof![
            Just("value".to_owned()),
            Just("operation".to_owned()),
            Just("primary".to_owned()),
            Just("type".to_owned()),
            Just("emails".to_owned()),
            Just("name".to_owned()),
            Just("meta".to_owned()),
            Just("attributes".to_owned()),
            Just("schemas".to_owned()),
            Just("userName".to_owned()),
            Just("tags".to_owned()),
            Just("custom".to_owned()),
            Just(ENTERPRISE.to_owned()),
            "[a-cA-C:.]{0,3}",
        ]
    };
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(name(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether an `operation` of a list item was stored anywhere.
fn keeps_operation(user: &Object) -> bool {
    USER.attributes
        .iter()
        .filter_map(|attribute| user.get(attribute.name)?.as_array())
        .flatten()
        .any(|item| item.get("operation").is_some())
}

proptest! {
    #[test]
    fn no_patch_panics_and_every_result_is_whole(patch in any_json()) {
        let Ok(parsed) = body::parse(patch.to_string().as_bytes()) else { return Ok(()) };
        let Ok(parsed) = user::Patch::parse(parsed) else { return Ok(()) };
        if let Ok(user) = parsed.over(&ada()) {
            prop_assert!(!user.user_name().trim().is_empty());
            let stored = user.into_resource();
            prop_assert!(!keeps_operation(&stored));
            prop_assert!(stored["active"].is_boolean());
            let echoed = user::Replacement::parse(stored.clone()).unwrap().over(true).into_resource();
            prop_assert_eq!(echoed, stored);
        }
    }
}
