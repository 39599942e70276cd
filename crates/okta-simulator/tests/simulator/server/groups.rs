use serde_json::{Map, Value, json};

use super::{Answer, CORE, Fault, Query, State, error};

pub(super) struct Group {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) members: Vec<String>,
}

impl Group {
    fn told(&self) -> Value {
        let members: Vec<_> = self
            .members
            .iter()
            .map(|id| json!({ "value": id, "display": id }))
            .collect();
        json!({ "schemas": [CORE], "id": self.id, "displayName": self.name, "members": members })
    }

    fn add(&mut self, added: impl IntoIterator<Item = String>) {
        for id in added {
            if !self.members.contains(&id) {
                self.members.push(id);
            }
        }
    }
}

impl State {
    pub(super) fn list_groups(&self, query: &Query) -> Answer {
        let wanted = |group: &&Group| query.wanted.as_ref().is_none_or(|name| *name == group.name);
        // A list without members is right too: the group is then read.
        let row = |group: &Group| {
            let mut row = group.told();
            row.as_object_mut().unwrap().remove("members");
            row
        };
        query.page(
            self.groups.iter().filter(wanted).map(row).collect(),
            &self.fault,
        )
    }

    pub(super) fn create_group(&mut self, body: &Map<String, Value>) -> Answer {
        let id = self.issue("group");
        let mut group = Group {
            id,
            name: body["displayName"].as_str().unwrap().to_owned(),
            members: Vec::new(),
        };
        group.add(changed(body).0);
        let told = group.told();
        self.groups.push(group);
        (201, Some(told))
    }

    pub(super) fn read_group(&self, id: &str) -> Answer {
        let group = self.groups.iter().find(|group| group.id == id);
        group.map_or_else(
            || error(404, "no such group"),
            |group| (200, Some(group.told())),
        )
    }

    pub(super) fn replace_group(&mut self, id: &str, body: &Map<String, Value>) -> Answer {
        let fault = self.fault;
        let Some(group) = self.groups.iter_mut().find(|group| group.id == id) else {
            return error(404, "no such group");
        };
        body["displayName"]
            .as_str()
            .unwrap()
            .clone_into(&mut group.name);
        if fault != Fault::IgnoresPutMembers {
            group.members.clear();
            group.add(changed(body).0);
        }
        (200, Some(group.told()))
    }

    pub(super) fn patch_group(&mut self, id: &str, body: &Map<String, Value>) -> Answer {
        let fault = self.fault;
        let (mut added, removed) = changed(body);
        if added.len() == 1 && removed.is_empty() {
            self.single_adds += 1;
            if fault == Fault::LosesMembers && self.single_adds.is_multiple_of(5) {
                added.clear();
            }
        }
        let Some(group) = self.groups.iter_mut().find(|group| group.id == id) else {
            return error(404, "no such group");
        };
        if let Some(name) = body.get("displayName").and_then(Value::as_str) {
            name.clone_into(&mut group.name);
        }
        let clears = body
            .get("meta")
            .is_some_and(|meta| meta["attributes"] == json!(["members"]));
        let replaces = fault == Fault::AddReplaces && !added.is_empty();
        if (clears && fault != Fault::PushOnlyAdds) || replaces {
            group.members.clear();
        }
        group.members.retain(|member| !removed.contains(member));
        if fault == Fault::RemoveEmpties && !removed.is_empty() {
            group.members.clear();
        }
        group.add(added);
        (204, None)
    }

    pub(super) fn delete_group(&mut self, id: &str) -> Answer {
        let before = self.groups.len();
        self.groups.retain(|group| group.id != id);
        if self.groups.len() == before {
            error(404, "no such group")
        } else {
            (204, None)
        }
    }
}

/// Ids to add and ids to remove.
fn changed(body: &Map<String, Value>) -> (Vec<String>, Vec<String>) {
    let members = body
        .get("members")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let id = |member: &Value| member["value"].as_str().unwrap().to_owned();
    let (removed, added): (Vec<_>, Vec<_>) = members
        .iter()
        .partition(|member| member.get("operation") == Some(&json!("delete")));
    (
        added.into_iter().map(id).collect(),
        removed.into_iter().map(id).collect(),
    )
}
