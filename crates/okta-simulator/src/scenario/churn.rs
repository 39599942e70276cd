//! A working day: people arrive, change and leave, groups with them.

mod group_events;
mod person_events;

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use rand::RngExt;
use rand::seq::index;

use self::group_events::GroupEvent;
use self::person_events::PersonEvent;
use crate::okta::{AppGroup, AppUser, Okta};
use crate::report::Report;
use crate::scenario::Population;
use crate::settings::Scenario;

/// Events of a working day for each person of the company, and at least so many.
const EVENTS_PER_PERSON: usize = 3;
const FEWEST_EVENTS: usize = 100;
/// The company grows no further than this many times its size at the start.
const GROWTH: usize = 3;

/// A company at work, for as long as one likes. Made by [`Simulator::churn`](crate::Simulator::churn).
pub struct Churn {
    okta: Okta,
    population: Population,
    largest: usize,
}

impl Churn {
    pub(crate) fn new(okta: Okta, population: Population) -> Self {
        let largest = population.users.len() * GROWTH + FEWEST_EVENTS;
        Self {
            okta,
            population,
            largest,
        }
    }

    /// Connects the app and assigns and pushes everybody, as fast as it goes.
    /// `false` if the credential test failed, after which Okta sends nothing.
    pub async fn fill(&mut self) -> bool {
        if !self.okta.test_credentials().await {
            return false;
        }
        self.okta.save().await;
        self.okta.first_import().await;
        self.population.assign_everybody(&self.okta).await;
        self.population.push_groups(&self.okta).await;
        true
    }

    /// One thing happens at the company after the other, one each `pace`, until `stop` ends.
    pub async fn run_until(&mut self, pace: Duration, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            let pause = self.okta.client.sleeper.sleep(pace);
            match select(stop, pause).await {
                Either::Left(_) => return,
                Either::Right(((), not_yet)) => stop = not_yet,
            }
            self.happen(1).await;
        }
    }

    /// A whole working day, as fast as it goes.
    pub(crate) async fn work_a_day(&mut self) {
        let events = (self.population.users.len() * EVENTS_PER_PERSON).max(FEWEST_EVENTS);
        self.okta.client.progress.stage("a working day", events);
        let at_once = self.population.concurrency;
        for done in (0..events).step_by(at_once) {
            self.happen(at_once.min(events - done)).await;
        }
    }

    /// So many things happen at once, no two of them to the same person or group.
    async fn happen(&mut self, count: usize) {
        let to_groups = self.share_of_groups(count);
        let people = self.draw_people(count - to_groups);
        let groups = self.draw_groups(to_groups);
        let okta = &self.okta;
        let (people, groups) = futures_util::future::join(
            join_all(people.into_iter().map(|(index, user, event)| async move {
                (index, event.happen(okta, user).await)
            })),
            join_all(groups.into_iter().map(|(index, group, event)| async move {
                (index, event.happen(okta, group).await)
            })),
        )
        .await;
        for (index, user) in people {
            self.population.users[index] = user;
        }
        for (index, group) in groups {
            self.population.groups[index] = group;
        }
    }

    /// A quarter of what happens, happens to groups.
    fn share_of_groups(&mut self, count: usize) -> usize {
        let drawn = (0..count)
            .filter(|_| self.population.rng.random_ratio(1, 4))
            .count();
        drawn.min(self.population.groups.len())
    }

    fn draw_people(&mut self, count: usize) -> Vec<(usize, AppUser, PersonEvent)> {
        let Population {
            people, users, rng, ..
        } = &mut self.population;
        let before = users.len();
        let arrivals = (0..count)
            .filter(|_| users.is_empty() || rng.random_ratio(1, 8))
            .count();
        let arrivals = arrivals.min(self.largest.saturating_sub(before));
        users.extend(people.take(arrivals).into_iter().map(AppUser::new));
        let drawn = index::sample(rng, before, (count - arrivals).min(before));
        let mut events = Vec::new();
        for index in drawn.into_iter().chain(before..users.len()) {
            let mut user = users[index].clone();
            let event = PersonEvent::draw(&mut user, people, rng);
            events.push((index, user, event));
        }
        events
    }

    fn draw_groups(&mut self, count: usize) -> Vec<(usize, AppGroup, GroupEvent)> {
        let Population {
            users, groups, rng, ..
        } = &mut self.population;
        let drawn = index::sample(rng, groups.len(), count);
        let draw = |index: usize| {
            let mut group = groups[index].clone();
            let event = GroupEvent::draw(&mut group, users, rng);
            (index, group, event)
        };
        drawn.into_iter().map(draw).collect()
    }

    /// Reads everything back and notes what is not as pushed.
    pub async fn compare(&self) {
        self.okta.compare().await;
    }

    /// Everything done so far.
    pub fn report(&self) -> Report {
        self.okta.report(Scenario::Churn)
    }
}
