//! A directory as a consumer knows it that saw nothing but its events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::application::{Application, id};

/// People and groups by id, as the last event showed them, and who is in which group.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    users: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
    /// Group and user.
    memberships: BTreeSet<(String, String)>,
}

impl Contents {
    /// What the events from the first on make of an empty directory. No event may come too early, too late or twice.
    pub(crate) fn of(events: &[Value]) -> Self {
        let mut contents = Self::default();
        let mut seen = BTreeSet::new();
        for event in events {
            assert!(seen.insert(id(event)), "told twice: {event}");
            contents.apply(event);
        }
        contents
    }

    fn apply(&mut self, event: &Value) {
        let data = &event["data"];
        match event["event"].as_str().unwrap() {
            "dsync.activated" => {}
            "dsync.user.created" => assert!(put(&mut self.users, data), "{event}"),
            "dsync.user.updated" => assert!(!put(&mut self.users, data), "{event}"),
            "dsync.user.deleted" => {
                assert!(self.users.remove(id(data)).is_some(), "{event}");
                self.leave_all(id(data), &event["created_at"]);
            }
            "dsync.group.created" => assert!(put(&mut self.groups, data), "{event}"),
            "dsync.group.updated" => assert!(!put(&mut self.groups, data), "{event}"),
            "dsync.group.deleted" => {
                assert!(self.groups.remove(id(data)).is_some(), "{event}");
                self.memberships.retain(|(group, _)| group != id(data));
            }
            "dsync.group.user_added" => {
                let pair = self.pair(event);
                assert!(self.memberships.insert(pair), "{event}");
            }
            "dsync.group.user_removed" => {
                let pair = self.pair(event);
                assert!(self.memberships.remove(&pair), "{event}");
            }
            other => panic!("unexpected: {other}"),
        }
    }

    /// Takes somebody who was deleted out of their groups, which changes these as well.
    fn leave_all(&mut self, user_id: &str, at: &Value) {
        let (groups, memberships) = (&mut self.groups, &mut self.memberships);
        memberships.retain(|(group, user)| {
            if user == user_id
                && let Some(group) = groups.get_mut(group)
            {
                group["updated_at"] = at.clone();
            }
            user != user_id
        });
    }

    /// The group and the user of an event, both known from events before; it shows them as they are now.
    fn pair(&mut self, event: &Value) -> (String, String) {
        let (group, user) = (&event["data"]["group"], &event["data"]["user"]);
        assert!(!put(&mut self.groups, group), "{event}");
        assert!(!put(&mut self.users, user), "{event}");
        (id(group).to_owned(), id(user).to_owned())
    }

    /// What the lists of the REST API tell.
    pub(crate) async fn told_by(application: &Application) -> Self {
        let mut contents = Self::default();
        for group in application.all("directory_groups").await {
            put(&mut contents.groups, &group);
        }
        for user in application.all("directory_users").await {
            for group in user["groups"].as_array().unwrap() {
                let pair = (id(group).to_owned(), id(&user).to_owned());
                contents.memberships.insert(pair);
            }
            put(&mut contents.users, &user);
        }
        contents
    }

    /// The same without the time at which each group last changed: members whom the application does not see come and
    /// go without an event, and yet change the group.
    pub(crate) fn without_times_of_groups(mut self) -> Self {
        for group in self.groups.values_mut() {
            group["updated_at"].take();
        }
        self
    }

    /// What one of the two has and the other has not, or otherwise; nothing when they are the same.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let maps = [(&self.users, &other.users), (&self.groups, &other.groups)];
        let mut differences: Vec<_> = maps
            .into_iter()
            .flat_map(|(mine, theirs)| {
                let ids: BTreeSet<_> = mine.keys().chain(theirs.keys()).collect();
                let differ = ids.into_iter().map(|id| (mine.get(id), theirs.get(id)));
                differ.filter(|(mine, theirs)| mine != theirs)
            })
            .map(|(mine, theirs)| format!("{mine:?} and {theirs:?}"))
            .collect();
        let odd = self.memberships.symmetric_difference(&other.memberships);
        differences.extend(odd.map(|pair| format!("{pair:?}")));
        differences
    }

    /// How many people, groups and memberships.
    pub(crate) fn size(&self) -> [usize; 3] {
        [self.users.len(), self.groups.len(), self.memberships.len()]
    }
}

/// Keeps an object; whether it is new.
fn put(objects: &mut BTreeMap<String, Value>, object: &Value) -> bool {
    objects
        .insert(id(object).to_owned(), bare(object))
        .is_none()
}

/// An object without what only lists tell and what only events do.
fn bare(object: &Value) -> Value {
    let mut bare = object.clone();
    let fields = bare.as_object_mut().unwrap();
    for name in ["groups", "member_count", "previous_attributes"] {
        fields.remove(name);
    }
    bare
}
