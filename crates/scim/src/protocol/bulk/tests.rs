use serde_json::json;

use super::*;

fn bulk(operations: Value) -> Bulk {
    Bulk::parse(Object::from_iter([("Operations".to_owned(), operations)])).unwrap()
}

fn post(bulk_id: &str, refers_to: &[&str]) -> Value {
    let members: Vec<_> = refers_to
        .iter()
        .map(|id| json!({ "value": format!("bulkId:{id}") }))
        .collect();
    json!({ "method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": { "displayName": "x", "members": members } })
}

#[test]
fn what_is_referred_to_comes_first_and_all_else_as_it_was_sent() {
    let order_of = |operations| order(&bulk(operations).operations);
    assert_eq!(order_of(json!([post("a", &[]), post("b", &[])])), [0, 1]);
    assert_eq!(
        order_of(json!([
            post("a", &["c"]),
            post("b", &[]),
            post("c", &["b"])
        ])),
        [1, 2, 0]
    );
    assert_eq!(
        order_of(json!([post("a", &["b"]), post("b", &["a"])])),
        [1, 0]
    );
    assert_eq!(order_of(json!([post("a", &["a"])])), [0]);
    assert_eq!(order_of(json!([post("a", &["nobody"])])), [0]);
    let chain: Vec<_> = (0..1_000)
        .map(|n| post(&n.to_string(), &[&(n + 1).to_string()]))
        .collect();
    assert_eq!(order_of(json!(chain)), (0..1_000).rev().collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_carried_out_is_told_in_its_place() {
    let operations = json!([
        { "method": "GET", "path": "/Users/1" },
        { "method": "POST", "path": "/Users", "data": {} },
        { "method": "POST", "path": "/Users/1", "bulkId": "a", "data": {} },
        { "method": "PUT", "path": "/Users", "data": {} },
        { "method": "PATCH", "path": "/Users/1" },
        { "method": "DELETE", "path": "/Robots/1" },
        7,
        { "method": "post", "path": "Users/", "bulkId": "b", "data": {} },
        { "method": "POST", "path": "/Users", "bulkId": "b", "data": {} },
        { "method": "delete", "path": "/Groups/1.json" },
    ]);
    let wrong: Vec<bool> = bulk(operations)
        .operations
        .iter()
        .map(|operation| operation.command.is_err())
        .collect();
    assert_eq!(
        wrong,
        [true, true, true, true, true, true, true, false, true, false]
    );
}

#[test]
fn a_body_is_split_into_what_is_known_and_what_waits() {
    let data = json!({
        "userName": "ada", "emails": ["a@example.com"], "members": [{ "value": "1" }, { "value": "bulkId:b" }],
        "urn:x": { "manager": { "managerId": "bulkId:b", "displayName": "B" }, "a": "bulkId:c" },
    });
    let split = split(data.as_object().unwrap().clone(), &|id| id == "b");
    assert_eq!(
        Value::Object(split.now),
        json!({
            "userName": "ada", "emails": ["a@example.com"], "members": [{ "value": "1" }],
            "urn:x": { "manager": { "displayName": "B" }, "a": "bulkId:c" },
        })
    );
    assert_eq!(
        Value::Object(split.later),
        json!({ "members": [{ "value": "bulkId:b" }], "urn:x": { "manager": { "managerId": "bulkId:b" } } })
    );
}

#[test]
fn references_are_resolved_wherever_they_stand() {
    let operation = json!([{ "method": "PATCH", "path": "/Groups/bulkId:g", "data": {
        "members": [{ "value": "bulkId:u" }], "urn:x": { "a": ["bulkId:u"] } } }]);
    let mut command = bulk(operation).operations.remove(0).command.unwrap();
    let mut ids = References::from([("u".to_owned(), "1".to_owned())]);
    assert_eq!(resolve(&mut command, &ids), Err("g".to_owned()));
    ids.insert("g".to_owned(), "2".to_owned());
    assert_eq!(resolve(&mut command, &ids), Ok(()));
    assert_eq!(command.path(), "/Groups/2");
    assert_eq!(
        Value::Object(command.data),
        json!({ "members": [{ "value": "1" }], "urn:x": { "a": ["1"] } })
    );
}

#[test]
fn the_limit_of_failures_is_a_whole_number() {
    let parse = |limit: Value| {
        let body = json!({ "failOnErrors": limit, "Operations": [] });
        Bulk::parse(body.as_object().unwrap().clone()).map(|bulk| bulk.fail_on_errors)
    };
    assert_eq!(parse(json!(2)), Ok(Some(2)));
    assert_eq!(parse(json!(0)), Ok(None));
    assert_eq!(parse(json!(-1)), Ok(None));
    assert!(parse(json!("2")).is_err());
    assert!(parse(json!(1.5)).is_err());
}
