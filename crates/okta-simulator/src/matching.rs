//! Whether a user is in the directory as they were pushed.

use serde_json::{Map, Value};

use crate::answer::quote;
use crate::surprise::Fault;
use crate::wire::CORE_URN;

/// Issued by the server, read-only, or never returned: Okta does not own them.
const NOT_OURS: [&str; 5] = ["id", "meta", "groups", "password", "schemas"];

/// Every attribute that is not as pushed. What was pushed empty must be empty or absent; what the server
/// adds of its own is no concern of Okta's.
pub(crate) fn differences(pushed: &Map<String, Value>, found: &Map<String, Value>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, value) in pushed
        .iter()
        .filter(|(name, _)| !NOT_OURS.contains(&name.as_str()))
    {
        compare(
            name,
            value,
            found.get(name).unwrap_or(&Value::Null),
            &mut faults,
        );
    }
    missing_schemas(pushed, found, &mut faults);
    faults
}

/// `null`, `""`, `[]`, and whatever holds only those.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn compare(path: &str, pushed: &Value, found: &Value, faults: &mut Vec<Fault>) {
    match (pushed, found) {
        _ if is_empty(pushed) && is_empty(found) => {}
        (Value::Object(pushed), Value::Object(found)) => {
            for (name, value) in pushed {
                compare(
                    &format!("{path}.{name}"),
                    value,
                    found.get(name).unwrap_or(&Value::Null),
                    faults,
                );
            }
        }
        (Value::Array(pushed), Value::Array(found)) if same_entries(pushed, found) => {}
        _ if same_scalar(pushed, found) => {}
        _ => faults.push(Fault::Attribute {
            attribute: path.to_owned(),
            wanted: if is_empty(pushed) {
                "nothing".to_owned()
            } else {
                quote(pushed)
            },
            got: if is_empty(found) {
                "nothing".to_owned()
            } else {
                quote(found)
            },
        }),
    }
}

fn same_scalar(pushed: &Value, found: &Value) -> bool {
    match (pushed.as_f64(), found.as_f64()) {
        (Some(pushed), Some(found)) => pushed.total_cmp(&found).is_eq(),
        _ => pushed == found,
    }
}

/// Plain values keep their order. Of entries with members the primary one leads (Okta's own test suite reads
/// `emails[0]`), the others may stand in any order.
fn same_entries(pushed: &[Value], found: &[Value]) -> bool {
    let same = |pushed: &Value, found: &Value| {
        let mut faults = Vec::new();
        compare("", pushed, found, &mut faults);
        faults.is_empty()
    };
    if pushed.len() != found.len() {
        return false;
    }
    if !pushed.iter().all(Value::is_object) {
        return pushed
            .iter()
            .zip(found)
            .all(|(pushed, found)| same(pushed, found));
    }
    let is_primary = |entry: &&Value| entry.get("primary") == Some(&Value::Bool(true));
    let leads = match (pushed.iter().find(is_primary), found.first()) {
        (Some(primary), Some(first)) => same(primary, first),
        _ => true,
    };
    leads
        && pushed
            .iter()
            .all(|entry| found.iter().any(|candidate| same(entry, candidate)))
}

/// `schemas` must name the core and every extension that holds something.
fn missing_schemas(
    pushed: &Map<String, Value>,
    found: &Map<String, Value>,
    faults: &mut Vec<Fault>,
) {
    let listed = found.get("schemas").and_then(Value::as_array);
    let lists = |urn: &str| listed.is_some_and(|listed| listed.iter().any(|known| known == urn));
    let extensions = pushed
        .iter()
        .filter(|(name, value)| name.starts_with("urn:") && !is_empty(value));
    for urn in std::iter::once(CORE_URN).chain(extensions.map(|(name, _)| name.as_str())) {
        if !lists(urn) {
            faults.push(Fault::Attribute {
                attribute: "schemas".to_owned(),
                wanted: urn.to_owned(),
                got: quote(found.get("schemas").unwrap_or(&Value::Null)),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(pushed: &Value, found: Value) -> Vec<String> {
        let mut found = found;
        found["schemas"] = json!([CORE_URN]);
        let faults = differences(pushed.as_object().unwrap(), found.as_object().unwrap());
        faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn what_was_pushed_must_be_there_and_may_be_more() {
        let pushed =
            json!({ "userName": "a", "name": { "givenName": "A" }, "groups": [], "id": "1" });
        let found =
            json!({ "userName": "a", "name": { "givenName": "A", "formatted": "A" }, "extra": 1 });
        assert_eq!(told(&pushed, found), Vec::<String>::new());
    }

    #[test]
    fn a_difference_tells_its_path() {
        let pushed = json!({ "name": { "givenName": "Ada" }, "active": false });
        let found = json!({ "name": { "givenName": "Adele" }, "active": "false" });
        assert_eq!(
            told(&pushed, found),
            [
                "name.givenName: wanted \"Ada\", got \"Adele\"",
                "active: wanted false, got \"false\""
            ]
        );
    }

    #[test]
    fn emptied_attributes_must_be_gone_in_whatever_form() {
        let pushed = json!({ "title": "", "nickName": null, "phoneNumbers": [], "name": { "middleName": "" } });
        assert!(told(&pushed, json!({ "title": null, "name": {} })).is_empty());
        assert_eq!(
            told(&pushed, json!({ "title": "Engineer" })),
            ["title: wanted nothing, got \"Engineer\""]
        );
    }

    #[test]
    fn the_primary_entry_leads_and_none_is_lost() {
        let work = json!({ "value": "w", "primary": true });
        let home = json!({ "value": "h", "primary": false });
        let pushed = json!({ "emails": [work, home] });
        assert!(told(&pushed, json!({ "emails": [work, home] })).is_empty());
        assert_eq!(told(&pushed, json!({ "emails": [home, work] })).len(), 1);
        assert_eq!(told(&pushed, json!({ "emails": [work] })).len(), 1);
    }

    #[test]
    fn plain_lists_keep_their_order_and_numbers_their_value() {
        let pushed = json!({ "skills": ["a", "b"], "floor": 3, "workload": 1.0 });
        assert!(
            told(
                &pushed,
                json!({ "skills": ["a", "b"], "floor": 3.0, "workload": 1 })
            )
            .is_empty()
        );
        assert_eq!(
            told(
                &pushed,
                json!({ "skills": ["b", "a"], "floor": "3", "workload": 1 })
            )
            .len(),
            2
        );
    }

    #[test]
    fn an_extension_in_use_must_be_in_schemas() {
        let pushed = json!({ "urn:x:1.0": { "badge": "7" } });
        let told = told(&pushed, json!({ "urn:x:1.0": { "badge": "7" } }));
        assert_eq!(
            told,
            ["schemas: wanted urn:x:1.0, got [\"urn:scim:schemas:core:1.0\"]"]
        );
    }
}
