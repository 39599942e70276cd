use serde_json::json;

use super::super::ENTERPRISE;
use super::*;

fn object(value: Value) -> Object {
    let Value::Object(object) = value else {
        panic!("not an object")
    };
    object
}

fn created(value: Value) -> Value {
    Value::Object(User::create(object(value)).unwrap().into_resource())
}

fn refused(value: Value) -> String {
    User::create(object(value)).unwrap_err().to_string()
}

#[test]
fn a_create_is_kept_verbatim_without_what_is_ours_or_secret() {
    let user = created(json!({
        "schemas": ["urn:scim:schemas:core:1.0", "urn:okta:app:1.0:user:custom"],
        "id": "x", "meta": {"created": "1999-01-01T00:00:00Z"}, "groups": [], "password": "k3x0pq71",
        "userName": "Ada@Example.com", "locale": "en_US", "badge": {"no": 7}, "tags": ["a", null],
        "urn:okta:app:1.0:user:custom": {"level": 3, "parts": [1], "deep": {"a": true}},
    }));
    assert_eq!(
        user.to_string(),
        json!({
            "schemas": ["urn:scim:schemas:core:1.0", "urn:okta:app:1.0:user:custom"],
            "userName": "Ada@Example.com", "locale": "en_US", "badge": {"no": 7}, "tags": ["a", null],
            "urn:okta:app:1.0:user:custom": {"level": 3, "parts": [1], "deep": {"a": true}},
            "active": true,
        })
        .to_string()
    );
}

#[test]
fn a_password_is_dropped_wherever_it_stands() {
    let user = created(json!({
        "userName": "ada", "PassWord": "k3x0pq71", "name": {"familyName": "Lovelace", "password": "k3x0pq71"},
        "urn:scim:schemas:core:1.0:password": "k3x0pq71", "name.password": "k3x0pq71",
        "emails": [{"value": "a@example.com", "password": ["k3x0pq71"]}], "passwordExpires": "2030",
        "urn:okta:app:1.0:user:custom": {"deep": [{"password": {"value": "k3x0pq71"}}], "level": 3},
    }));
    assert!(!user.to_string().contains("k3x0pq71"), "{user}");
    assert_eq!(user["name"], json!({"familyName": "Lovelace"}));
    assert_eq!(user["passwordExpires"], "2030");
    assert_eq!(user["urn:okta:app:1.0:user:custom"]["level"], 3);
}

#[test]
fn names_are_matched_in_any_case_and_spelt_canonically() {
    let user = created(json!({
        "USERNAME": "ada", "Name": {"GIVENNAME": "Ada", "nick": "A"}, "EMAILS": [{"VALUE": "a@example.com", "Primary": "TRUE"}],
        "URN:scim:Schemas:extension:enterprise:1.0": {"DEPARTMENT": "R", "Manager": {"managerid": "2"}},
    }));
    assert_eq!(user["userName"], "ada");
    assert_eq!(user["name"], json!({"givenName": "Ada", "nick": "A"}));
    assert_eq!(
        user["emails"],
        json!([{"value": "a@example.com", "primary": true}])
    );
    assert_eq!(
        user[ENTERPRISE],
        json!({"department": "R", "manager": {"managerId": "2"}})
    );
    assert_eq!(
        user["schemas"],
        json!(["urn:scim:schemas:core:1.0", ENTERPRISE])
    );
}

#[test]
fn empty_values_are_cleared() {
    let user = created(json!({
        "userName": "ada", "nickName": null, "title": "", "locale": [], "name": {"givenName": "Ada", "middleName": ""},
        "emails": [], "phoneNumbers": null, "addresses": [{"region": ""}, {}], "roles": "", "custom": "",
        "urn:x:1.0": {"a": "", "b": {"c": null}}, (ENTERPRISE): {"department": "", "division": "P"},
    }));
    assert_eq!(
        user,
        json!({
            "schemas": ["urn:scim:schemas:core:1.0", ENTERPRISE],
            "userName": "ada", "name": {"givenName": "Ada"}, (ENTERPRISE): {"division": "P"}, "active": true,
        })
    );
}

#[test]
fn active_is_read_in_every_shape_and_nothing_else_is() {
    let cases = [
        (json!(true), true),
        (json!(false), false),
        (json!("False"), false),
        (json!("TRUE"), true),
        (json!(null), true),
        (json!(""), true),
    ];
    for (sent, active) in cases {
        assert_eq!(
            created(json!({"userName": "ada", "active": sent}))["active"],
            active,
            "{sent}"
        );
    }
    for sent in [json!("no"), json!(0), json!(1), json!({}), json!([true])] {
        assert!(
            refused(json!({"userName": "ada", "active": sent}))
                .contains("\"active\" must be true or false"),
            "{sent}"
        );
    }
}

fn refuses<'a>(cases: impl IntoIterator<Item = (Value, &'a str)>) {
    for (mut body, words) in cases {
        body["userName"] = json!("ada");
        let message = refused(body);
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn wrong_types_are_refused_by_name() {
    refuses([
        (
            json!({"name": "Ada"}),
            "\"name\" must be an object, not a text",
        ),
        (
            json!({"name": {"givenName": 5}}),
            "\"name.givenName\" must be a text, not a number",
        ),
        (
            json!({"title": {"a": 1}}),
            "\"title\" must be a text, not an object",
        ),
        (
            json!({"externalId": 12}),
            "\"externalId\" must be a text, not a number",
        ),
        (
            json!({"schemas": "urn:x"}),
            "\"schemas\" must be a list of texts, not a text",
        ),
        (
            json!({"schemas": [1]}),
            "\"schemas\" must be a list of texts, not a number",
        ),
        (
            json!({(ENTERPRISE): "R&D"}),
            "must be an object, not a text",
        ),
    ]);
}

#[test]
fn wrong_lists_are_refused_by_name() {
    refuses([
        (
            json!({"emails": {}}),
            "\"emails\" must be a list, not an object",
        ),
        (
            json!({"emails": "ada@example.com"}),
            "\"emails\" must be a list, not a text",
        ),
        (
            json!({"emails": [5]}),
            "\"emails\" must be a list of objects, not a number",
        ),
        (
            json!({"emails": [{"value": ["a"]}]}),
            "\"emails.value\" must be a text, not a list",
        ),
        (
            json!({"emails": [{"value": "a", "primary": 1}]}),
            "\"emails.primary\" must be true or false, not a number",
        ),
        (
            json!({"emails": [{"value": "a", "operation": "delete"}]}),
            "PATCH only",
        ),
        (
            json!({"addresses": ["Main Street 1"]}),
            "\"addresses\" must be a list of objects, not a text",
        ),
        (
            json!({"displayName": "x".repeat(2000)}),
            "\"displayName\" is too long: 2000 bytes",
        ),
        (
            json!({"emails": vec!["a"; 1001]}),
            "\"emails\" holds more than 1000 entries",
        ),
    ]);
}

#[test]
fn user_name_is_required() {
    for body in [
        json!({}),
        json!({"userName": null}),
        json!({"userName": ""}),
        json!({"userName": "  "}),
        json!({"userName": []}),
    ] {
        assert_eq!(
            refused(body),
            "\"userName\" is required and must not be empty."
        );
    }
    assert!(refused(json!({"userName": 1})).contains("\"userName\" must be a text"));
}

#[test]
fn lists_of_texts_become_objects_and_the_primary_email_comes_first() {
    let user = created(
        json!({"userName": "a", "emails": ["p@example.org", "q@example.org"], "urn:x:1.0": {"list": ["a"]}}),
    );
    assert_eq!(
        user["emails"],
        json!([{"value": "p@example.org"}, {"value": "q@example.org"}])
    );
    assert_eq!(user["urn:x:1.0"], json!({"list": ["a"]}));
    let user = User::create(object(json!({"userName": "a", "emails": [
        {"value": "h@example.org", "type": "home"}, {"value": "i@example.org"},
        {"value": "w@example.org", "type": "work", "primary": true}, {"value": "x@example.org", "primary": true},
        {"value": "H@example.org", "type": "home", "display": "H"},
    ]})))
    .unwrap();
    assert_eq!(user.email(), Some("w@example.org"));
    assert_eq!(
        user.into_resource()["emails"],
        json!([
            {"value": "w@example.org", "type": "work", "primary": true},
            {"value": "H@example.org", "type": "home", "display": "H"}, {"value": "i@example.org"},
            {"value": "x@example.org", "primary": false},
        ])
    );
}

#[test]
fn a_put_clears_what_it_leaves_out_but_keeps_active() {
    let put = Replacement::parse(object(
        json!({"userName": "ada", "groups": [{"value": "g"}], "meta": {"attributes": ["x"]}}),
    ))
    .unwrap();
    assert!(!put.clone().over(false).active());
    assert_eq!(
        Value::Object(put.over(true).into_resource()),
        json!({"schemas": ["urn:scim:schemas:core:1.0"], "userName": "ada", "active": true})
    );
    let put = Replacement::parse(object(json!({"userName": "ada", "active": "false"}))).unwrap();
    assert!(!put.over(true).active());
}

#[test]
fn an_answer_that_is_echoed_back_changes_nothing() {
    let first = User::create(object(json!({
        "userName": "ada", "emails": [{"value": "b@x.example"}, {"value": "a@x.example", "primary": true}], "x": [1, [], {}],
        (ENTERPRISE): {"manager": "7"}, "name": {"familyName": "E"}, "photos": ["https://x.example/a.png"],
    })))
    .unwrap()
    .into_resource();
    let mut echo = first.clone();
    echo.insert("id".into(), json!("directory_user_x"));
    echo.insert("meta".into(), json!({"version": "W/\"1\""}));
    echo.insert("groups".into(), json!([]));
    assert_eq!(
        Replacement::parse(echo).unwrap().over(true).into_resource(),
        first
    );
}
