//! Pushing groups: creating, linking, renaming, deleting.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::model::Group;
use crate::okta::{AppGroup, Okta, list};
use crate::operation::Operation;
use crate::request::{Request, Resource, Space};
use crate::settings::AppKind;
use crate::surprise::{Fault, Trouble};
use crate::wire::{self, Member};

/// The forms in which Okta creates a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Name (and description) only; the members follow in a PATCH.
    NameOnly,
    /// With its members.
    WithMembers,
}

impl Shape {
    /// The shape of the n-th group, so that both occur.
    pub(crate) fn of(index: usize) -> Self {
        if index.is_multiple_of(2) {
            Self::NameOnly
        } else {
            Self::WithMembers
        }
    }
}

impl Okta {
    /// Pushes a group for the first time: found by name and taken over, or created; then its members.
    pub(crate) async fn push_group(&self, group: &mut AppGroup, shape: Shape, space: Space) {
        let operation = if self.directory().groups_like(&group.name).is_empty() {
            Operation::PushGroup
        } else {
            Operation::LinkGroup
        };
        let pushed = self
            .perform(operation, self.first_push(group, shape, space))
            .await;
        group.id = pushed.or_else(|| group.id.take());
    }

    async fn first_push(
        &self,
        group: &AppGroup,
        shape: Shape,
        space: Space,
    ) -> Result<String, Trouble> {
        let members: Vec<_> = group.members.iter().cloned().collect();
        if let Some(id) = self.find_group(&group.name, space).await? {
            self.send_name(&id, &group.name).await?;
            self.send_all_members(&id, &group.name, &members).await?;
            return Ok(id);
        }
        let id = self.create_group(group, shape, &members).await?;
        if shape == Shape::NameOnly && !members.is_empty() {
            self.send_name(&id, &group.name).await?;
            self.send_all_members(&id, &group.name, &members).await?;
        }
        Ok(id)
    }

    /// Looks a group up by name. Names may differ in case and there may be several: Okta takes the first.
    async fn find_group(&self, name: &str, space: Space) -> Result<Option<String>, Trouble> {
        let (answer, found) = self.find(Resource::Groups, name, space).await?;
        let directory = self.directory();
        let like = directory.groups_like(name);
        let exact = like.iter().filter(|id| {
            directory
                .group(id)
                .is_some_and(|group| group.display_name == name)
        });
        let exact: Vec<_> = exact.map(|id| (*id).to_owned()).collect();
        let all_found = exact.iter().all(|id| found.contains(id));
        if all_found && found.iter().all(|id| like.contains(id.as_str())) {
            return Ok(exact
                .into_iter()
                .next()
                .or_else(|| found.into_iter().next()));
        }
        Err(answer.trouble(Fault::Lookup {
            name: name.to_owned(),
            wanted: list(&exact),
            got: list(&found),
        }))
    }

    async fn create_group(
        &self,
        group: &AppGroup,
        shape: Shape,
        members: &[Member],
    ) -> Result<String, Trouble> {
        let sent = (shape == Shape::WithMembers).then_some(members);
        let body = wire::create_group(&group.name, group.description, sent);
        let answer = self
            .client
            .send(Request::create(Resource::Groups, body))
            .await?;
        let created = answer.resource()?;
        let id = created
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let expected = Group {
            display_name: group.name.clone(),
            members: ids(sent.unwrap_or_default()),
        };
        self.directory().put_group(&id, expected);
        self.check_group(&answer, &id, created)?;
        Ok(id)
    }

    /// Compares a returned group with what was pushed; `members` may be left out of answers.
    pub(crate) fn check_group(
        &self,
        answer: &Answer,
        id: &str,
        found: &Map<String, Value>,
    ) -> Result<(), Trouble> {
        let directory = self.directory();
        let Some(wanted) = directory.group(id) else {
            return Ok(());
        };
        let name = found
            .get("displayName")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if name != wanted.display_name {
            return Err(answer.trouble(Fault::Attribute {
                attribute: "displayName".to_owned(),
                wanted: wanted.display_name.clone(),
                got: name.to_owned(),
            }));
        }
        let members = found
            .contains_key("members")
            .then(|| super::import::member_ids(found));
        let fault = members.and_then(|members| super::import::member_fault(wanted, &members));
        fault.map_or(Ok(()), |fault| Err(answer.trouble(fault)))
    }

    /// Pushes a new name.
    pub(crate) async fn rename_group(&self, group: &AppGroup) {
        let Some(id) = &group.id else { return };
        let members: Vec<_> = group.members.iter().cloned().collect();
        self.perform(Operation::RenameGroup, async {
            match self.app {
                AppKind::Catalog => self.send_name(id, &group.name).await,
                AppKind::Wizard => self.send_all_members(id, &group.name, &members).await,
            }
        })
        .await;
    }

    /// The PATCH with the name; a wizard app has none, its PUT holds name and members.
    pub(crate) async fn send_name(&self, id: &str, name: &str) -> Result<(), Trouble> {
        if self.app == AppKind::Wizard {
            return Ok(());
        }
        let request = Request::patch(Resource::Groups, id, wire::rename_group(id, name));
        let answer = self.client.send(request).await?;
        self.directory()
            .change_group(id, |group| name.clone_into(&mut group.display_name));
        answer
            .resource_if_any()?
            .map_or(Ok(()), |group| self.check_group(&answer, id, group))
    }

    /// Unlinks a group that stays in the directory, and links it again: former members stay, the Okta group's are added.
    pub(crate) async fn link_group(&self, group: &mut AppGroup) {
        let linked = self.perform(Operation::LinkGroup, self.link(group)).await;
        group.id = linked.or_else(|| group.id.take());
    }

    async fn link(&self, group: &AppGroup) -> Result<String, Trouble> {
        let wanted = || Fault::Missing(format!("the group {:?} in the list of groups", group.name));
        let groups = self.read_groups().await?;
        let found = groups.iter().find(|row| {
            row.get("displayName")
                .is_some_and(|name| *name == group.name)
        });
        let id = found.and_then(|row| row.get("id")?.as_str());
        let id = id.ok_or_else(|| Trouble {
            request: "GET /Groups".to_owned(),
            fault: wanted(),
        })?;
        let members: Vec<_> = group.members.iter().cloned().collect();
        self.send_name(id, &group.name).await?;
        self.send_members(id, &group.name, &members, &[]).await?;
        Ok(id.to_owned())
    }

    /// Unlinks a group and deletes it in the directory, where nobody may find it afterwards.
    pub(crate) async fn delete_group(&self, group: &mut AppGroup) {
        let Some(id) = group.id.take() else { return };
        self.perform(Operation::DeleteGroup, async {
            self.client.send(Request::delete_group(&id)).await?;
            self.directory().remove_group(&id);
            let gone = Request::read(Resource::Groups, &id).wanting(&[404]);
            self.client.send(gone).await?.check_error()
        })
        .await;
    }
}

/// The ids of members.
pub(crate) fn ids(members: &[Member]) -> BTreeSet<String> {
    members.iter().map(|member| member.id.clone()).collect()
}
