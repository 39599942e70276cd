//! The company's people and groups, and which of them are assigned and pushed.

use futures_util::{StreamExt, stream};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::okta::{AppGroup, AppUser, Okta};
use crate::operations::Shape;
use crate::people::{People, Team, teams};
use crate::request::Space;
use crate::settings::Settings;

pub(crate) struct Population {
    pub(crate) people: People,
    pub(crate) users: Vec<AppUser>,
    pub(crate) teams: Vec<Team>,
    pub(crate) groups: Vec<AppGroup>,
    pub(crate) rng: StdRng,
    pub(crate) concurrency: usize,
}

impl Population {
    /// A company that has not connected its app yet.
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut people = People::new(settings.seed);
        let users = people
            .take(settings.users)
            .into_iter()
            .map(AppUser::new)
            .collect();
        Self {
            people,
            users,
            teams: teams(settings.groups),
            groups: Vec::new(),
            rng: StdRng::seed_from_u64(settings.seed.wrapping_add(2)),
            concurrency: settings.concurrency.max(1),
        }
    }

    /// Assigns everybody who is not assigned, as when a big group is assigned to the app.
    pub(crate) async fn assign_everybody(&mut self, okta: &Okta) {
        let waiting: Vec<_> = self
            .users
            .iter_mut()
            .filter(|user| !user.assigned)
            .collect();
        okta.client
            .progress
            .stage("assigning people", waiting.len());
        stream::iter(waiting.into_iter().enumerate())
            .for_each_concurrent(self.concurrency, |(index, user)| {
                okta.assign(user, spelling(index))
            })
            .await;
    }

    /// Pushes every group with everybody who belongs to it.
    pub(crate) async fn push_groups(&mut self, okta: &Okta) {
        self.fill_groups();
        okta.client
            .progress
            .stage("pushing groups", self.groups.len());
        stream::iter(self.groups.iter_mut().enumerate())
            .for_each_concurrent(self.concurrency, |(index, group)| {
                okta.push_group(group, Shape::of(index), spelling(index))
            })
            .await;
    }

    /// Decides who belongs to which group.
    fn fill_groups(&mut self) {
        let Self {
            users, teams, rng, ..
        } = self;
        let group = |team: &Team| {
            let members = users.iter().filter_map(|user| {
                let member = user.as_member()?;
                team.takes(&user.person, rng).then_some(member)
            });
            let members = members.collect();
            AppGroup {
                name: team.name.clone(),
                description: team.description,
                members,
                id: None,
            }
        };
        self.groups = teams.iter().map(group).collect();
    }
}

/// Both spellings of a space in filters occur.
pub(crate) fn spelling(index: usize) -> Space {
    if index.is_multiple_of(2) {
        Space::Percent
    } else {
        Space::Plus
    }
}
