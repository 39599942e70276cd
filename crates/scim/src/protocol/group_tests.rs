use serde_json::json;

use super::*;

fn object(value: Value) -> Object {
    let Value::Object(object) = value else {
        panic!("not an object")
    };
    object
}

fn patch(value: Value) -> Patch {
    Patch::parse(object(value)).unwrap()
}

#[test]
fn the_three_shapes_of_a_create_are_taken() {
    let plain = Group::parse(object(
        json!({"schemas": ["urn:scim:schemas:core:1.0"], "displayName": "Eng"}),
    ))
    .unwrap();
    assert_eq!(plain.members, Vec::<String>::new());
    let with_members = Group::parse(object(json!({
        "displayName": "Eng", "members": [{"value": "u1", "display": "a"}, {"VALUE": "u2"}, "u3", {"value": " u1 "}],
    })))
    .unwrap();
    assert_eq!(with_members.members, ["u1", "u2", "u3"]);
    assert!(!with_members.resource.contains_key("members"));
    let described = Group::parse(object(json!({
        "schemas": ["urn:scim:schemas:core:1.0", "urn:okta:custom:group:1.0"], "displayName": "Eng",
        "urn:okta:custom:group:1.0": {"description": "West of the lake"}, "id": "x", "meta": {},
    })))
    .unwrap();
    assert_eq!(
        Value::Object(described.resource),
        json!({
            "schemas": ["urn:scim:schemas:core:1.0", "urn:okta:custom:group:1.0"], "displayName": "Eng",
            "urn:okta:custom:group:1.0": {"description": "West of the lake"},
        })
    );
}

#[test]
fn members_change_as_the_patch_says() {
    let add = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let cases = [
        (json!({"displayName": "Eng"}), MemberChange::Keep),
        (json!({"members": []}), MemberChange::Keep),
        (json!({"members": null}), MemberChange::Keep),
        (
            json!({"members": [{"value": "a"}, {"value": "a"}]}),
            MemberChange::Alter {
                add: add(&["a"]),
                remove: vec![],
            },
        ),
        (
            json!({"members": [{"value": "a", "display": "x"}, {"value": "b", "operation": "DELETE"}]}),
            MemberChange::Alter {
                add: add(&["a"]),
                remove: add(&["b"]),
            },
        ),
        (
            json!({"meta": {"attributes": ["members"]}, "members": [{"value": "a"}]}),
            MemberChange::Replace(add(&["a"])),
        ),
        (
            json!({"meta": {"attributes": ["urn:scim:schemas:core:1.0:Members"]}}),
            MemberChange::Replace(vec![]),
        ),
        (
            json!({"meta": {"attributes": ["members"]}, "members": []}),
            MemberChange::Replace(vec![]),
        ),
        (
            json!({"meta": {"attributes": ["members"]}, "members": [{"value": "a", "operation": "delete"}, {"value": "b"}]}),
            MemberChange::Replace(add(&["b"])),
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(patch(body.clone()).members, expected, "{body}");
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    let cases = [
        (
            json!({"members": [{"operation": "delete"}]}),
            "must carry the user's id",
        ),
        (
            json!({"members": [{"value": "", "operation": "delete"}]}),
            "must carry the user's id",
        ),
        (
            json!({"members": [{"value": 5}]}),
            "must carry the user's id",
        ),
        (
            json!({"members": [{"value": "a", "operation": "remove"}]}),
            "the operation \"remove\"",
        ),
        (
            json!({"members": {"value": "a"}}),
            "\"members\" must be a list",
        ),
        (
            json!({"members": [5]}),
            "\"members\" must be a list of objects",
        ),
        (
            json!({"meta": {"attributes": ["members.display"]}}),
            "cannot be removed by itself",
        ),
        (
            json!({"Operations": [{"op": "remove", "path": "members"}]}),
            "SCIM 2.0",
        ),
    ];
    for (body, words) in cases {
        let message = Patch::parse(object(body)).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    }
    let put = Group::parse(object(
        json!({"displayName": "E", "members": [{"value": "a", "operation": "delete"}]}),
    ));
    assert!(put.unwrap_err().to_string().contains("PATCH only"));
    for name in [json!(null), json!(""), json!(" ")] {
        assert!(Group::parse(object(json!({"displayName": name}))).is_err());
    }
}

#[test]
fn a_rename_keeps_the_rest() {
    let current = Group::parse(object(
        json!({"displayName": "Eng", "urn:okta:custom:group:1.0": {"description": "d"}}),
    ))
    .unwrap();
    let renamed = patch(json!({"id": "other", "displayName": "Engineering"}))
        .over(&current.resource)
        .unwrap();
    assert_eq!(renamed["displayName"], "Engineering");
    assert_eq!(
        renamed["urn:okta:custom:group:1.0"],
        json!({"description": "d"})
    );
    let error = patch(json!({"meta": {"attributes": ["displayName"]}}))
        .over(&current.resource)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"displayName\" is required and must not be empty."
    );
}
