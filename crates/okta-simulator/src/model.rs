//! What the directory must hold, by all that was pushed and answered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

/// The directory as it should be.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    users: BTreeMap<String, Map<String, Value>>,
    /// Ids by `userName` in lower case: SCIM compares it without regard to case.
    names: HashMap<String, String>,
    groups: BTreeMap<String, Group>,
}

/// A group as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) display_name: String,
    /// Ids of users.
    pub(crate) members: BTreeSet<String>,
}

impl Directory {
    pub(crate) fn users(&self) -> &BTreeMap<String, Map<String, Value>> {
        &self.users
    }

    pub(crate) fn groups(&self) -> &BTreeMap<String, Group> {
        &self.groups
    }

    pub(crate) fn user(&self, id: &str) -> Option<&Map<String, Value>> {
        self.users.get(id)
    }

    /// The id of the person with that `userName`, in whatever case.
    pub(crate) fn id_by_user_name(&self, user_name: &str) -> Option<&str> {
        self.names
            .get(&user_name.to_lowercase())
            .map(String::as_str)
    }

    pub(crate) fn is_active(&self, id: &str) -> bool {
        self.users.get(id).and_then(|user| user.get("active")) == Some(&Value::Bool(true))
    }

    /// A user as pushed whole, by POST or PUT: what is not in it any more is cleared.
    pub(crate) fn put_user(&mut self, id: &str, pushed: &Map<String, Value>) {
        let mut user = pushed.clone();
        if let Some(old) = self.users.remove(id) {
            self.forget_name(id, &old);
            remember_cleared(&old, &mut user);
        }
        if let Some(name) = user.get("userName").and_then(Value::as_str) {
            self.names.insert(name.to_lowercase(), id.to_owned());
        }
        self.users.insert(id.to_owned(), user);
    }

    fn forget_name(&mut self, id: &str, user: &Map<String, Value>) {
        let name = user
            .get("userName")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_lowercase();
        if self.names.get(&name).is_some_and(|known| known == id) {
            self.names.remove(&name);
        }
    }

    pub(crate) fn set_active(&mut self, id: &str, active: bool) {
        if let Some(user) = self.users.get_mut(id) {
            user.insert("active".to_owned(), active.into());
        }
    }

    /// Ids of the groups whose `displayName` is this, but for case.
    pub(crate) fn groups_like(&self, name: &str) -> BTreeSet<&str> {
        let like = |group: &Group| group.display_name.to_lowercase() == name.to_lowercase();
        self.groups
            .iter()
            .filter(|(_, group)| like(group))
            .map(|(id, _)| id.as_str())
            .collect()
    }

    pub(crate) fn put_group(&mut self, id: &str, group: Group) {
        self.groups.insert(id.to_owned(), group);
    }

    pub(crate) fn change_group(&mut self, id: &str, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.get_mut(id) {
            change(group);
        }
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Group> {
        self.groups.get(id)
    }

    pub(crate) fn remove_group(&mut self, id: &str) {
        self.groups.remove(id);
    }
}

/// Marks as cleared (`null`) what was there and is pushed no more, at every depth.
fn remember_cleared(old: &Map<String, Value>, new: &mut Map<String, Value>) {
    for (name, old_value) in old {
        match (old_value, new.get_mut(name)) {
            (Value::Object(old), Some(Value::Object(new))) => remember_cleared(old, new),
            (_, Some(_)) => {}
            (_, None) => {
                new.insert(name.clone(), Value::Null);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn user(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_changed_user_name_frees_the_old_one() {
        let mut directory = Directory::default();
        directory.put_user("1", &user(&json!({ "userName": "Ada@example.com" })));
        assert_eq!(directory.id_by_user_name("ADA@example.com"), Some("1"));
        directory.put_user("1", &user(&json!({ "userName": "augusta@example.com" })));
        assert_eq!(directory.id_by_user_name("ada@example.com"), None);
        assert_eq!(directory.id_by_user_name("augusta@example.com"), Some("1"));
    }

    #[test]
    fn what_a_put_leaves_out_is_expected_to_be_cleared() {
        let mut directory = Directory::default();
        directory.put_user(
            "1",
            &user(&json!({ "title": "Engineer", "name": { "a": "x", "b": "y" } })),
        );
        directory.put_user("1", &user(&json!({ "name": { "a": "x" } })));
        let expected = json!({ "name": { "a": "x", "b": null }, "title": null });
        assert_eq!(directory.user("1"), expected.as_object());
    }

    #[test]
    fn groups_are_found_in_any_case() {
        let mut directory = Directory::default();
        let group = Group {
            display_name: "Équipe".to_owned(),
            ..Group::default()
        };
        directory.put_group("g", group);
        assert!(directory.groups_like("équipe").contains("g"));
    }
}
