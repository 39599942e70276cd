//! Reading the directory back and comparing it with what was pushed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::matching::differences;
use crate::model::Directory;
use crate::okta::Okta;
use crate::operation::Operation;
use crate::operations::{Snapshot, id, member_fault, member_ids};
use crate::surprise::{Fault, Trouble};

type Rows<'a> = BTreeMap<&'a str, &'a Map<String, Value>>;

impl Okta {
    /// Reads everything and notes each difference.
    pub(crate) async fn compare(&self) {
        self.client.progress.stage("comparing", 1);
        let Some(snapshot) = self
            .perform(Operation::Compare, self.read_everything())
            .await
        else {
            return;
        };
        let troubles = compare(&self.directory(), &snapshot);
        for trouble in troubles {
            self.note(Operation::Compare, trouble);
        }
    }
}

/// Every difference between the directory as pushed and as read.
fn compare(directory: &Directory, snapshot: &Snapshot) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    compare_users(directory, &by_id(&snapshot.users), &mut troubles);
    compare_groups(directory, &by_id(&snapshot.groups), &mut troubles);
    troubles
}

fn by_id(rows: &[Map<String, Value>]) -> Rows<'_> {
    rows.iter().map(|row| (id(row), row)).collect()
}

fn compare_users(directory: &Directory, found: &Rows<'_>, troubles: &mut Vec<Trouble>) {
    let about = |id: &str, fault| Trouble {
        request: format!("GET /Users/{id}"),
        fault,
    };
    for (id, pushed) in directory.users() {
        match found.get(id.as_str()) {
            None => troubles.push(about(
                id,
                Fault::Missing(format!("the user {}", named(pushed, "userName"))),
            )),
            Some(found) => {
                troubles.extend(
                    differences(pushed, found)
                        .into_iter()
                        .map(|fault| about(id, fault)),
                );
                troubles.extend(other_groups(directory, id, found).map(|fault| about(id, fault)));
            }
        }
    }
    for (id, row) in found.iter().filter(|(id, _)| directory.user(id).is_none()) {
        troubles.push(about(
            id,
            Fault::Unexpected(format!("the user {}", named(row, "userName"))),
        ));
    }
}

/// A user's read-only `groups` may be left empty; where they are told they must be true.
fn other_groups(directory: &Directory, id: &str, user: &Map<String, Value>) -> Option<Fault> {
    let told = user
        .get("groups")
        .and_then(Value::as_array)
        .filter(|told| !told.is_empty())?;
    let mut told: Vec<_> = told
        .iter()
        .filter_map(|group| group.get("value")?.as_str())
        .collect();
    told.sort_unstable();
    let belongs = directory
        .groups()
        .iter()
        .filter(|(_, group)| group.members.contains(id));
    let belongs: Vec<_> = belongs.map(|(group, _)| group.as_str()).collect();
    (told != belongs).then(|| Fault::Attribute {
        attribute: "groups".to_owned(),
        wanted: belongs.join(", "),
        got: told.join(", "),
    })
}

fn compare_groups(directory: &Directory, found: &Rows<'_>, troubles: &mut Vec<Trouble>) {
    let about = |id: &str, fault| Trouble {
        request: format!("GET /Groups/{id}"),
        fault,
    };
    for (id, pushed) in directory.groups() {
        let Some(row) = found.get(id.as_str()) else {
            troubles.push(about(
                id,
                Fault::Missing(format!("the group {:?}", pushed.display_name)),
            ));
            continue;
        };
        let name = named(row, "displayName");
        if name != pushed.display_name {
            let (attribute, wanted) = ("displayName".to_owned(), pushed.display_name.clone());
            troubles.push(about(
                id,
                Fault::Attribute {
                    attribute,
                    wanted,
                    got: name.to_owned(),
                },
            ));
        }
        troubles.extend(member_fault(pushed, &member_ids(row)).map(|fault| about(id, fault)));
    }
    for (id, row) in found.iter().filter(|(id, _)| directory.group(id).is_none()) {
        troubles.push(about(
            id,
            Fault::Unexpected(format!("the group {:?}", named(row, "displayName"))),
        ));
    }
}

fn named<'a>(row: &'a Map<String, Value>, attribute: &str) -> &'a str {
    row.get(attribute)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Group;
    use crate::wire::CORE_URN;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    fn directory() -> Directory {
        let mut directory = Directory::default();
        directory.put_user("u1", &object(&ada()));
        let members = ["u1".to_owned()].into();
        directory.put_group(
            "g1",
            Group {
                display_name: "Eng".to_owned(),
                members,
            },
        );
        directory
    }

    fn told(user: &Value, group: &Value) -> Vec<String> {
        let snapshot = Snapshot {
            users: vec![object(user)],
            groups: vec![object(group)],
        };
        let troubles = compare(&directory(), &snapshot);
        troubles
            .iter()
            .map(|trouble| format!("{} {}", trouble.request, trouble.fault))
            .collect()
    }

    fn ada() -> Value {
        json!({ "schemas": [CORE_URN], "id": "u1", "userName": "ada", "active": true })
    }

    fn eng() -> Value {
        json!({ "id": "g1", "displayName": "Eng", "members": [{ "value": "u1" }] })
    }

    #[test]
    fn the_same_is_no_difference() {
        assert_eq!(told(&ada(), &eng()), Vec::<String>::new());
    }

    #[test]
    fn other_people_and_groups_are_missing_and_unexpected() {
        let (mut other, mut crew) = (ada(), eng());
        other["id"] = json!("u2");
        crew["id"] = json!("g2");
        assert_eq!(
            told(&other, &crew),
            [
                "GET /Users/u1 wanted the user ada, got nothing",
                "GET /Users/u2 wanted nothing, got the user ada",
                "GET /Groups/g1 wanted the group \"Eng\", got nothing",
                "GET /Groups/g2 wanted nothing, got the group \"Eng\"",
            ]
        );
    }

    #[test]
    fn members_names_and_stale_groups_are_told() {
        let (mut user, mut group) = (ada(), eng());
        user["groups"] = json!([{ "value": "g9" }]);
        group["displayName"] = json!("Ops");
        group["members"] = json!([{ "value": "u3" }]);
        assert_eq!(
            told(&user, &group),
            [
                "GET /Users/u1 groups: wanted g1, got g9",
                "GET /Groups/g1 displayName: wanted Eng, got Ops",
                "GET /Groups/g1 members of \"Eng\": missing u1, unexpected u3",
            ]
        );
    }
}
