//! The full scenario: groups.

use crate::okta::{AppGroup, AppUser, Okta};
use crate::operations::Shape;
use crate::request::Space;
use crate::scenario::Population;
use crate::wire::Member;

/// So many people join one group at the same moment.
const AT_ONCE: usize = 40;

/// Renames, people who join and leave, full pushes, links: turn by turn over all groups.
pub(super) async fn changes(okta: &Okta, population: &mut Population) {
    let members = everybody(population);
    okta.client
        .progress
        .stage("changing groups", population.groups.len() * 6);
    for (index, group) in population.groups.iter_mut().enumerate() {
        join_and_leave(okta, group, &members).await;
        match index % 3 {
            0 => rename_there_and_back(okta, group).await,
            1 => empty_and_fill(okta, group).await,
            _ => okta.link_group(group).await,
        }
        okta.push_now(group).await;
    }
}

/// Whoever may be a member.
fn everybody(population: &Population) -> Vec<Member> {
    population
        .users
        .iter()
        .filter_map(AppUser::as_member)
        .collect()
}

/// Some join, some leave, in one push; then a member is added who is in already, and one removed who is not.
async fn join_and_leave(okta: &Okta, group: &mut AppGroup, everybody: &[Member]) {
    let outside = everybody
        .iter()
        .filter(|member| !group.members.contains(member));
    let joining: Vec<_> = outside.take(3).cloned().collect();
    let leaving: Vec<_> = group.members.iter().take(2).cloned().collect();
    okta.change_members(group, &joining, &leaving).await;
    okta.verify_group(group).await;
    let present: Vec<_> = group.members.iter().take(1).cloned().collect();
    let absent: Vec<_> = leaving.into_iter().take(1).collect();
    okta.change_members(group, &present, &absent).await;
}

async fn rename_there_and_back(okta: &Okta, group: &mut AppGroup) {
    let old = group.name.clone();
    for name in [format!("{old} (new)"), old] {
        group.name = name;
        okta.rename_group(group).await;
    }
}

/// "Push Now" of a group that everybody has left; the caller's push brings them back.
async fn empty_and_fill(okta: &Okta, group: &mut AppGroup) {
    let members = std::mem::take(&mut group.members);
    okta.push_now(group).await;
    okta.verify_group(group).await;
    group.members = members;
}

/// Many join one group at once.
pub(super) async fn parallel_changes(okta: &Okta, population: &mut Population) {
    let everybody = everybody(population);
    let smallest = population
        .groups
        .iter_mut()
        .min_by_key(|group| group.members.len());
    let Some(group) = smallest else { return };
    let outside = everybody
        .into_iter()
        .filter(|member| !group.members.contains(member));
    let joining: Vec<_> = outside.take(AT_ONCE).collect();
    okta.client
        .progress
        .stage("joining one group at once", joining.len() + 1);
    okta.add_members_at_once(group, &joining).await;
}

/// Groups that are pushed, in each form of a create, and deleted again: one of them without members.
pub(super) async fn short_lived(okta: &Okta, population: &mut Population) {
    if population.groups.is_empty() {
        return;
    }
    okta.client.progress.stage("deleting groups", 8);
    let some: Vec<_> = everybody(population).into_iter().take(3).collect();
    let description = Some("Closed after the fair");
    let forms = [
        ("Trade Fair", None, some.as_slice(), Shape::NameOnly),
        ("Trade Fair Crew", None, some.as_slice(), Shape::WithMembers),
        (
            "Trade Fair and After",
            description,
            some.as_slice(),
            Shape::WithMembers,
        ),
        ("Trade Fair Guests", description, &[], Shape::NameOnly),
    ];
    for (name, description, members, shape) in forms {
        let members = members.iter().cloned().collect();
        let mut group = AppGroup {
            name: name.to_owned(),
            description,
            members,
            id: None,
        };
        okta.push_group(&mut group, shape, Space::Plus).await;
        okta.delete_group(&mut group).await;
    }
}
