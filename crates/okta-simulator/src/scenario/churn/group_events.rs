//! What happens to one group.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use crate::okta::{AppGroup, AppUser, Okta};
use crate::wire::Member;

/// The mark of a group that is renamed, taken off at the next renaming.
const RENAMED: &str = " (new)";

/// An event that is decided but not pushed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GroupEvent {
    Members {
        joining: Vec<Member>,
        leaving: Vec<Member>,
    },
    JoinAtOnce(Vec<Member>),
    Rename,
    PushNow,
    Link,
}

impl GroupEvent {
    /// Decides what happens next to the group.
    pub(super) fn draw(group: &mut AppGroup, users: &[AppUser], rng: &mut StdRng) -> Self {
        match rng.random_range(0..20) {
            0..14 => Self::Members {
                joining: joining(group, users, rng, 3),
                leaving: leaving(group, rng),
            },
            14 | 15 => Self::JoinAtOnce(joining(group, users, rng, 8)),
            16 | 17 => {
                group.name = match group.name.strip_suffix(RENAMED) {
                    Some(old) => old.to_owned(),
                    None => format!("{}{RENAMED}", group.name),
                };
                Self::Rename
            }
            18 => Self::PushNow,
            _ => Self::Link,
        }
    }

    /// Pushes it.
    pub(super) async fn happen(self, okta: &Okta, mut group: AppGroup) -> AppGroup {
        match self {
            Self::Members { joining, leaving } => {
                okta.change_members(&mut group, &joining, &leaving).await;
            }
            Self::JoinAtOnce(joining) => okta.add_members_at_once(&mut group, &joining).await,
            Self::Rename => okta.rename_group(&group).await,
            Self::PushNow => okta.push_now(&group).await,
            Self::Link => okta.link_group(&mut group).await,
        }
        group
    }
}

/// Up to so many people who are not in the group.
fn joining(group: &AppGroup, users: &[AppUser], rng: &mut StdRng, most: usize) -> Vec<Member> {
    let drawn = users.sample(rng, most).filter_map(AppUser::as_member);
    drawn
        .filter(|member| !group.members.contains(member))
        .collect()
}

/// Up to two of the group's members.
fn leaving(group: &AppGroup, rng: &mut StdRng) -> Vec<Member> {
    let members: Vec<_> = group.members.iter().collect();
    let count = rng.random_range(0..=2);
    members
        .sample(rng, count)
        .map(|member| (*member).clone())
        .collect()
}
