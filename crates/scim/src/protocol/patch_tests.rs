use serde_json::json;

use super::super::ENTERPRISE;
use super::super::schema::USER;
use super::super::user::{self, User};
use super::*;

fn object(value: Value) -> Object {
    let Value::Object(object) = value else {
        panic!("not an object")
    };
    object
}

/// The person that the protocol's own examples are about.
fn ada() -> Object {
    User::create(object(json!({
        "userName": "ada", "title": "Engineer", "active": false,
        "name": {"givenName": "Ada", "familyName": "Example"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}, {"value": "a@home.example", "type": "home"}],
        "addresses": [{"type": "work", "locality": "Oslo"}],
        "custom": {"a": 1, "b": 2}, "tags": ["x", "y"],
        (ENTERPRISE): {"department": "R&D", "division": "P", "manager": {"managerId": "2"}},
    })))
    .unwrap()
    .into_resource()
}

fn patched(patch: Value) -> Result<Value, String> {
    let patch = user::Patch::parse(object(patch)).map_err(|error| error.to_string())?;
    patch
        .over(&ada())
        .map(|user| Value::Object(user.into_resource()))
        .map_err(|error| error.to_string())
}

/// What a patch changed: each top-level attribute that differs, `null` where it is gone.
fn changed(patch: Value) -> Value {
    let (before, after) = (Value::Object(ada()), patched(patch).unwrap());
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    let names = before
        .keys()
        .chain(after.keys().filter(|name| !before.contains_key(*name)));
    let differing = names.filter(|name| before.get(*name) != after.get(*name));
    Value::Object(
        differing
            .map(|name| {
                (
                    name.clone(),
                    after.get(name).cloned().unwrap_or(Value::Null),
                )
            })
            .collect(),
    )
}

#[test]
fn simple_and_complex_attributes_merge() {
    let cases = [
        (json!({"nickName": "Al"}), json!({"nickName": "Al"})),
        (json!({"NICKNAME": "Al"}), json!({"nickName": "Al"})),
        (
            json!({"name": {"familyName": "N"}}),
            json!({"name": {"givenName": "Ada", "familyName": "N"}}),
        ),
        (
            json!({"name": {"familyName": ""}}),
            json!({"name": {"givenName": "Ada"}}),
        ),
        (json!({"title": ""}), json!({"title": null})),
        (json!({"title": null}), json!({"title": null})),
        (json!({"active": true}), json!({"active": true})),
        (json!({"active": "TRUE"}), json!({"active": true})),
        (json!({"active": null}), json!({})),
        (
            json!({(ENTERPRISE): {"department": "S"}}),
            json!({(ENTERPRISE): {"department": "S", "division": "P", "manager": {"managerId": "2"}}}),
        ),
        (
            json!({(ENTERPRISE): {"manager": {"displayName": "Pat"}}}),
            json!({(ENTERPRISE): {"department": "R&D", "division": "P", "manager": {"managerId": "2", "displayName": "Pat"}}}),
        ),
        (
            json!({"custom": {"b": 3, "A": 9}}),
            json!({"custom": {"a": 9, "b": 3}}),
        ),
        (json!({"urn:new:1.0": {"x": ""}}), json!({})),
        (
            json!({"urn:new:1.0": {"x": [1]}}),
            json!({"urn:new:1.0": {"x": [1]}, "schemas": ["urn:scim:schemas:core:1.0", ENTERPRISE, "urn:new:1.0"]}),
        ),
        (json!({"schemas": ["urn:scim:schemas:core:1.0"]}), json!({})),
        (json!({}), json!({})),
        (
            json!({"id": "other", "meta": {"version": "9"}, "groups": [{"value": "g"}], "password": "k3x0pq71"}),
            json!({}),
        ),
    ];
    for (patch, expected) in cases {
        assert_eq!(changed(patch.clone()), expected, "{patch}");
    }
}

#[test]
fn list_items_are_matched_by_value() {
    let work = json!({"value": "ada@example.com", "type": "work", "primary": true});
    let plain_work = json!({"value": "ada@example.com", "type": "work", "primary": false});
    let home = json!({"value": "a@home.example", "type": "home"});
    let cases = [
        (
            json!([{"value": "n@x.example"}]),
            json!([work, home, {"value": "n@x.example"}]),
        ),
        (
            json!(["n@x.example"]),
            json!([work, home, {"value": "n@x.example"}]),
        ),
        (
            json!([{"value": "A@HOME.example", "type": "other"}]),
            json!([work, {"value": "A@HOME.example", "type": "other"}]),
        ),
        (
            json!([{"value": "a@home.example", "primary": true}]),
            json!([{"value": "a@home.example", "type": "home", "primary": true}, plain_work]),
        ),
        (
            json!([{"value": "new@x.example", "primary": true}]),
            json!([{"value": "new@x.example", "primary": true}, plain_work, home]),
        ),
        (
            json!([{"value": "a@home.example", "operation": "delete"}]),
            json!([work]),
        ),
        (
            json!([{"value": "A@home.EXAMPLE", "type": "stale", "OPERATION": "Delete"}]),
            json!([work]),
        ),
        (
            json!([{"type": "home", "operation": "delete"}]),
            json!([work]),
        ),
        (
            json!([{"value": "new@x.example"}, {"value": "a@home.example", "operation": "delete"}]),
            json!([work, {"value": "new@x.example"}]),
        ),
        (
            json!([{"value": "a@home.example", "type": "x"}, {"value": "a@home.example", "operation": "delete"}]),
            json!([work, {"value": "a@home.example", "type": "x"}]),
        ),
    ];
    for (patch, expected) in cases {
        assert_eq!(
            changed(json!({"emails": patch})),
            json!({"emails": expected}),
            "{patch}"
        );
    }
    for patch in [
        json!([]),
        json!(null),
        json!([home]),
        json!([{"value": "absent@x.example", "operation": "delete"}]),
    ] {
        assert_eq!(changed(json!({"emails": patch})), json!({}), "{patch}");
    }
}

#[test]
fn items_without_a_value_are_matched_whole() {
    let delete_and_add = json!({"addresses": [
        {"type": "work", "locality": "Oslo", "operation": "delete"}, {"type": "work", "locality": "Bergen"},
    ]});
    assert_eq!(
        changed(delete_and_add),
        json!({"addresses": [{"type": "work", "locality": "Bergen"}]})
    );
    assert_eq!(
        changed(json!({"addresses": [{"type": "work", "locality": "Oslo"}]})),
        json!({})
    );
    assert_eq!(
        changed(json!({"tags": ["y", "z"]})),
        json!({"tags": ["x", "y", "z"]})
    );
}

fn removes(cases: impl IntoIterator<Item = (Value, Value, Value)>) {
    for (removals, mut patch, expected) in cases {
        patch["meta"] = json!({"attributes": removals});
        assert_eq!(changed(patch), expected, "{removals}");
    }
}

#[test]
fn meta_attributes_are_removed_whatever_their_spelling() {
    removes([
        (json!(["title"]), json!({}), json!({"title": null})),
        (
            json!(["TITLE", "nickName", "unknown", "urn:none:1.0:x", "a b"]),
            json!({}),
            json!({"title": null}),
        ),
        (
            json!([{"value": "title"}]),
            json!({}),
            json!({"title": null}),
        ),
        (
            json!(["urn:scim:schemas:core:1.0:title"]),
            json!({}),
            json!({"title": null}),
        ),
        (
            json!(["name.familyName"]),
            json!({}),
            json!({"name": {"givenName": "Ada"}}),
        ),
    ]);
}

#[test]
fn meta_attributes_are_removed_before_the_rest_is_merged() {
    removes([
        (
            json!(["emails"]),
            json!({"emails": [{"value": "o@x.example"}]}),
            json!({"emails": [{"value": "o@x.example"}]}),
        ),
        (
            json!(["emails"]),
            json!({"emails": [{"value": "a@home.example", "operation": "delete"}]}),
            json!({"emails": null}),
        ),
        (
            json!(["name"]),
            json!({"name": {"givenName": "S"}}),
            json!({"name": {"givenName": "S"}}),
        ),
        (
            json!([format!("{ENTERPRISE}:department")]),
            json!({}),
            json!({(ENTERPRISE): {"division": "P", "manager": {"managerId": "2"}}}),
        ),
        (
            json!([format!("{ENTERPRISE}:manager.managerId")]),
            json!({}),
            json!({(ENTERPRISE): {"department": "R&D", "division": "P"}}),
        ),
        (
            json!([ENTERPRISE.to_uppercase()]),
            json!({}),
            json!({(ENTERPRISE): null}),
        ),
        (
            json!(["userName"]),
            json!({"userName": "al2"}),
            json!({"userName": "al2"}),
        ),
        (
            json!(["active"]),
            json!({"active": true}),
            json!({"active": true}),
        ),
        (
            json!(["id", "meta", "groups", "schemas", "password"]),
            json!({}),
            json!({}),
        ),
        (
            json!(["emails.type"]),
            json!({}),
            json!({"emails": [{"value": "ada@example.com", "primary": true}, {"value": "a@home.example"}]}),
        ),
    ]);
}

#[test]
fn what_cannot_be_done_is_refused_in_plain_words() {
    let cases = [
        (
            json!({"meta": {"attributes": ["userName"]}}),
            "\"userName\" is required",
        ),
        (json!({"userName": ""}), "\"userName\" is required"),
        (
            json!({"meta": {"attributes": ["active"]}}),
            "\"active\" cannot be removed",
        ),
        (json!({"meta": "x"}), "\"meta\" must be an object"),
        (
            json!({"meta": {"attributes": "title"}}),
            "\"meta.attributes\" must be a list",
        ),
        (
            json!({"meta": {"attributes": [1]}}),
            "\"meta.attributes\" must be a list",
        ),
        (json!({"emails": {}}), "\"emails\" must be a list"),
        (json!({"name": "x"}), "\"name\" must be an object"),
        (
            json!({"emails": [{"value": "x", "operation": "replace"}]}),
            "the operation \"replace\"",
        ),
        (
            json!({"emails": [{"value": "x", "operation": 1}]}),
            "the operation \"1\"",
        ),
        (
            json!({"emails": [{"operation": "delete"}]}),
            "does not say what to delete",
        ),
        (
            json!({"emails": [{"value": "", "operation": "delete"}]}),
            "does not say what to delete",
        ),
        (
            json!({"Operations": [{"op": "replace", "value": {"active": false}}]}),
            "SCIM 2.0",
        ),
        (json!({"operations": []}), "SCIM 2.0"),
    ];
    for (patch, words) in cases {
        let message = patched(patch).unwrap_err();
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn two_values_that_differ_by_type_are_told_apart() {
    let mut current = ada();
    current["emails"] =
        json!([{"value": "x@x.example", "type": "work"}, {"value": "x@x.example", "type": "home"}]);
    let delete = |patch: Value| {
        let patch = Patch::parse(&USER, object(json!({ "emails": patch }))).unwrap();
        patch.apply(&USER, &current).unwrap()["emails"].clone()
    };
    assert_eq!(
        delete(json!([{"value": "x@x.example", "type": "home", "operation": "delete"}])),
        json!([{"value": "x@x.example", "type": "work"}])
    );
    assert_eq!(
        delete(json!([{"value": "x@x.example", "type": "home", "display": "H"}])),
        json!([{"value": "x@x.example", "type": "work"}, {"value": "x@x.example", "type": "home", "display": "H"}])
    );
}
