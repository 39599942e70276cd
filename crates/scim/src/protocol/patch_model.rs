//! PATCH of a list against the simplest thing that could be it: a map from address to type, and which is primary.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::Object;
use super::super::user::{Patch, User};

/// What one item of a PATCH says about one of five addresses.
#[derive(Debug, Clone)]
enum Item {
    Delete(u8),
    Put(u8, Option<&'static str>, bool),
}

#[derive(Debug, Default, PartialEq)]
struct Model {
    types: BTreeMap<String, Option<String>>,
    primary: Option<String>,
}

fn address(number: u8) -> String {
    format!("a{number}@example.com")
}

impl Item {
    fn sent(&self) -> Value {
        match self {
            Self::Delete(number) => json!({ "value": address(*number), "operation": "delete" }),
            Self::Put(number, kind, primary) => {
                let mut item = json!({ "value": address(*number) });
                if let Some(kind) = kind {
                    item["type"] = json!(kind);
                }
                if *primary {
                    item["primary"] = json!(true);
                }
                item
            }
        }
    }
}

impl Model {
    /// `meta.attributes` first, then the deletes, then the rest.
    fn patch(&mut self, clear: bool, items: &[Item]) {
        if clear {
            *self = Self::default();
        }
        for item in items {
            if let Item::Delete(number) = item {
                self.types.remove(&address(*number));
                self.primary.take_if(|primary| *primary == address(*number));
            }
        }
        for item in items {
            if let Item::Put(number, kind, primary) = item {
                let known = self.types.entry(address(*number)).or_default();
                if let Some(kind) = kind {
                    *known = Some((*kind).to_owned());
                }
                if *primary {
                    self.primary = Some(address(*number));
                }
            }
        }
    }

    fn of(user: &Object) -> Self {
        let mut model = Self::default();
        let emails = user.get("emails").and_then(Value::as_array);
        for email in emails.into_iter().flatten() {
            let value = email["value"].as_str().unwrap().to_owned();
            if email["primary"] == true {
                assert_eq!(model.primary.replace(value.clone()), None);
            }
            let kind = email["type"].as_str().map(str::to_owned);
            assert_eq!(model.types.insert(value, kind), None);
        }
        model
    }
}

fn item() -> impl Strategy<Value = Item> {
    let kind = proptest::sample::select(vec![None, Some("work"), Some("home")]);
    prop_oneof![
        1 => (0..5_u8).prop_map(Item::Delete),
        2 => (0..5_u8, kind, any::<bool>()).prop_map(|(number, kind, primary)| Item::Put(number, kind, primary)),
    ]
}

proptest! {
    #[test]
    fn a_list_is_patched_as_the_model_says(
        patches in proptest::collection::vec((any::<bool>(), proptest::collection::vec(item(), 0..6)), 1..8)
    ) {
        let mut model = Model::default();
        let ada = Object::from_iter([("userName".to_owned(), json!("ada"))]);
        let mut user = User::create(ada).unwrap().into_resource();
        for (clear, items) in patches {
            let sent: Vec<Value> = items.iter().map(Item::sent).collect();
            let removed = if clear { json!(["emails"]) } else { json!([]) };
            let body = json!({ "meta": { "attributes": removed }, "emails": sent });
            let patch = Patch::parse(body.as_object().unwrap().clone()).unwrap();
            user = patch.over(&user).unwrap().into_resource();
            model.patch(clear, &items);
            prop_assert_eq!(&Model::of(&user), &model);
        }
    }
}
