//! Changing who is in a group.

use futures_util::future::join_all;
use serde_json::Value;

use super::groups::ids;
use crate::okta::{AppGroup, Okta};
use crate::operation::Operation;
use crate::request::{Request, Resource};
use crate::settings::AppKind;
use crate::surprise::Trouble;
use crate::wire::{self, Member};

impl Okta {
    /// Pushes people who joined and people who left. The catalogue app sends the name first, changed or not.
    pub(crate) async fn change_members(
        &self,
        group: &mut AppGroup,
        added: &[Member],
        removed: &[Member],
    ) {
        group.members.extend(added.iter().cloned());
        group
            .members
            .retain(|member| !removed.iter().any(|gone| gone.id == member.id));
        let Some(id) = &group.id else { return };
        self.perform(Operation::ChangeMembers, async {
            self.send_name(id, &group.name).await?;
            self.send_members(id, &group.name, added, removed).await
        })
        .await;
    }

    /// "Push Now": the membership in the directory becomes that of the Okta group.
    pub(crate) async fn push_now(&self, group: &AppGroup) {
        let Some(id) = &group.id else { return };
        let members: Vec<_> = group.members.iter().cloned().collect();
        self.perform(Operation::PushNow, async {
            self.send_name(id, &group.name).await?;
            self.send_all_members(id, &group.name, &members).await
        })
        .await;
    }

    /// Adds people to one group with a PATCH each, all at once: the directory must keep them all.
    /// A wizard app's PUTs hold the whole membership, so they are never sent at once for one group.
    pub(crate) async fn add_members_at_once(&self, group: &mut AppGroup, added: &[Member]) {
        let Some(id) = group.id.clone() else { return };
        if self.app == AppKind::Wizard {
            return self.change_members(group, added, &[]).await;
        }
        group.members.extend(added.iter().cloned());
        let add = async |member: &Member| {
            let body = wire::change_members(std::slice::from_ref(member), &[]);
            self.client
                .send(Request::patch(Resource::Groups, &id, body))
                .await
                .map(drop)
        };
        let adding = added
            .iter()
            .map(|member| self.perform(Operation::ChangeMembers, add(member)));
        let answers = join_all(adding).await;
        let kept = added
            .iter()
            .zip(answers)
            .filter(|(_, answer)| answer.is_some());
        let kept: Vec<_> = kept.map(|(member, _)| member.clone()).collect();
        self.directory()
            .change_group(&id, |group| group.members.extend(ids(&kept)));
        self.perform(Operation::ChangeMembers, self.check_members(&id))
            .await;
    }

    /// Looks at a group before the next change can hide what the last one did.
    pub(crate) async fn verify_group(&self, group: &AppGroup) {
        if let Some(id) = &group.id {
            self.perform(Operation::Compare, self.check_members(id))
                .await;
        }
    }

    /// Reads a group, whose members must be those pushed.
    pub(crate) async fn check_members(&self, id: &str) -> Result<(), Trouble> {
        let answer = self
            .client
            .send(Request::read(Resource::Groups, id))
            .await?;
        self.check_group(&answer, id, answer.resource()?)
    }

    /// Changes members: a PATCH with additions and deletions together, or the wizard app's GET and PUT.
    pub(crate) async fn send_members(
        &self,
        id: &str,
        name: &str,
        added: &[Member],
        removed: &[Member],
    ) -> Result<(), Trouble> {
        if self.app == AppKind::Wizard {
            let mut members = self.returned_members(id).await?;
            members.retain(|member| {
                !removed
                    .iter()
                    .chain(added)
                    .any(|changed| changed.id == member.id)
            });
            members.extend(
                added
                    .iter()
                    .filter(|member| !removed.contains(member))
                    .cloned(),
            );
            return self.put_group(id, name, &members).await;
        }
        let body = wire::change_members(added, removed);
        let answer = self
            .client
            .send(Request::patch(Resource::Groups, id, body))
            .await?;
        let (added, removed) = (ids(added), ids(removed));
        self.directory().change_group(id, |group| {
            group.members.extend(added);
            group.members.retain(|member| !removed.contains(member));
        });
        answer
            .resource_if_any()?
            .map_or(Ok(()), |group| self.check_group(&answer, id, group))
    }

    /// Replaces the membership: a PATCH that clears it first, or the wizard app's GET and PUT.
    pub(crate) async fn send_all_members(
        &self,
        id: &str,
        name: &str,
        members: &[Member],
    ) -> Result<(), Trouble> {
        if self.app == AppKind::Wizard {
            self.check_members(id).await?;
            return self.put_group(id, name, members).await;
        }
        let request = Request::patch(Resource::Groups, id, wire::push_members(members));
        let answer = self.client.send(request).await?;
        self.directory()
            .change_group(id, |group| group.members = ids(members));
        answer
            .resource_if_any()?
            .map_or(Ok(()), |group| self.check_group(&answer, id, group))
    }

    async fn put_group(&self, id: &str, name: &str, members: &[Member]) -> Result<(), Trouble> {
        let request =
            Request::replace(Resource::Groups, id, wire::replace_group(id, name, members));
        let answer = self.client.send(request).await?;
        self.directory().change_group(id, |group| {
            name.clone_into(&mut group.display_name);
            group.members = ids(members);
        });
        self.check_group(&answer, id, answer.resource()?)
    }

    /// The members of a group as the server tells them, with the display that it gave.
    async fn returned_members(&self, id: &str) -> Result<Vec<Member>, Trouble> {
        let answer = self
            .client
            .send(Request::read(Resource::Groups, id))
            .await?;
        let group = answer.resource()?;
        self.check_group(&answer, id, group)?;
        let members = group.get("members").and_then(Value::as_array);
        let members = members.ok_or_else(|| answer.malformed("a group with members"))?;
        let text = |member: &Value, name: &str| {
            member
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Ok(members
            .iter()
            .map(|member| Member {
                id: text(member, "value"),
                display: text(member, "display"),
            })
            .collect())
    }
}
