use serde_json::{Map, Value, json};

use super::{Answer, CORE, Fault, Query, State, error};

impl State {
    pub(super) fn list_users(&self, query: &Query) -> Answer {
        let rows = self
            .users
            .iter()
            .filter(|user| self.is_wanted(user, query))
            .map(|user| self.told_user(user));
        query.page(rows.collect(), &self.fault)
    }

    fn is_wanted(&self, user: &Map<String, Value>, query: &Query) -> bool {
        let Some(wanted) = &query.wanted else {
            return true;
        };
        let hidden = self.fault == Fault::HidesInactive && user["active"] == false;
        let name = user["userName"].as_str().unwrap();
        let same = if self.fault == Fault::CaseMatters {
            name == wanted
        } else {
            same(name, wanted)
        };
        same && !hidden
    }

    pub(super) fn create_user(&mut self, mut user: Map<String, Value>) -> Answer {
        let name = user["userName"].as_str().unwrap();
        let taken = self
            .users
            .iter()
            .any(|other| same(other["userName"].as_str().unwrap(), name));
        if taken && self.fault != Fault::TakesDuplicates {
            return error(409, "that userName is taken");
        }
        let id = self.issue("user");
        user.insert("id".to_owned(), id.clone().into());
        user.insert("meta".to_owned(), json!({ "version": "1" }));
        self.users.push(self.stored(user));
        let body = (self.fault != Fault::EmptyCreate)
            .then(|| self.read_user(&id).1)
            .flatten();
        (201, body)
    }

    /// What is kept of what was sent.
    fn stored(&self, mut user: Map<String, Value>) -> Map<String, Value> {
        user.remove("groups");
        if self.fault != Fault::KeepsPasswords {
            user.remove("password");
        }
        if self.fault == Fault::DropsCustom {
            user.retain(|name, _| !name.starts_with("urn:okta:"));
        }
        user
    }

    fn told_user(&self, user: &Map<String, Value>) -> Value {
        let mut user = user.clone();
        let id = user["id"].as_str().unwrap().to_owned();
        let groups = self
            .groups
            .iter()
            .filter(|group| group.members.contains(&id));
        let groups = groups.map(|group| json!({ "value": group.id, "display": group.name }));
        user.insert("groups".to_owned(), groups.collect());
        user.into()
    }

    pub(super) fn read_user(&self, id: &str) -> Answer {
        match self.users.iter().find(|user| user["id"] == id) {
            Some(user) if self.fault == Fault::ForgetsInactive && user["active"] == false => {
                error(404, "this user is inactive")
            }
            Some(user) => (200, Some(self.told_user(user))),
            None => error(404, "no such user"),
        }
    }

    pub(super) fn replace_user(&mut self, id: &str, user: Map<String, Value>) -> Answer {
        let empties =
            self.fault == Fault::EmptiesMemberships && user.get("groups") == Some(&json!([]));
        let mut stored = self.stored(user);
        let Some(old) = self.users.iter_mut().find(|user| user["id"] == id) else {
            return error(404, "no such user");
        };
        if self.fault == Fault::MergesPut {
            stored.retain(|_, value| !(value.is_null() || value == ""));
            let cleared = old.iter().filter(|(name, _)| !stored.contains_key(*name));
            let cleared: Vec<_> = cleared
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            stored.extend(cleared);
        }
        for kept in ["id", "meta"] {
            stored.insert(kept.to_owned(), old[kept].clone());
        }
        *old = stored;
        if empties {
            self.groups
                .iter_mut()
                .for_each(|group| group.members.retain(|member| member != id));
        }
        self.read_user(id)
    }

    pub(super) fn patch_user(&mut self, id: &str, patch: &Map<String, Value>) -> Answer {
        let Some(user) = self.users.iter_mut().find(|user| user["id"] == id) else {
            return error(404, "no such user");
        };
        assert_eq!(patch["schemas"], json!([CORE]));
        match patch.get("active") {
            _ if self.fault == Fault::IgnoresUserPatch => {}
            Some(active) => {
                user.insert("active".to_owned(), active.clone());
            }
            None => assert!(patch.contains_key("password")),
        }
        (204, None)
    }
}

/// SCIM compares `userName` without regard to case.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
