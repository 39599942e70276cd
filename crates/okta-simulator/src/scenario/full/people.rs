//! The full scenario: people.

use futures_util::{StreamExt, stream};

use crate::okta::{AppUser, Okta};
use crate::people::{Change, Emptied};
use crate::request::Space;
use crate::scenario::Population;
use crate::scenario::population::spelling;

/// So many people in a hundred leave; at least one does.
const LEAVERS: usize = 15;

/// The last person is created twice at once; others are looked up in every spelling and created again.
pub(super) async fn duplicates(okta: &Okta, population: &mut Population) {
    okta.client.progress.stage("duplicates", 12);
    if let Some(last) = population.users.last_mut() {
        okta.create_twice(last).await;
        okta.look_up_every_way(last).await;
        okta.create_again(last).await;
    }
    if let Some(first) = population.users.first() {
        okta.look_up_every_way(first).await;
    }
    okta.look_up_nobody().await;
    okta.ask_for_unknown().await;
}

/// Profile pushes of a third, each twice: the second changes nothing.
pub(super) async fn profiles(okta: &Okta, population: &mut Population) {
    let Population {
        people,
        users,
        rng,
        concurrency,
        ..
    } = population;
    okta.client
        .progress
        .stage("pushing profiles", users.len().div_ceil(3) * 2);
    let changed = users.iter_mut().step_by(3).map(|user| {
        people.change(&mut user.person, Change::draw(rng));
        &*user
    });
    let push_twice = async |user: &AppUser| {
        okta.push_profile(user).await;
        okta.push_profile(user).await;
    };
    stream::iter(changed)
        .for_each_concurrent(*concurrency, push_twice)
        .await;
}

/// New names for a twentieth, emptied attributes in each form and passwords for a tenth.
pub(super) async fn rarer_changes(okta: &Okta, population: &mut Population) {
    let Population { people, users, .. } = population;
    okta.client
        .progress
        .stage("renaming, emptying, passwords", users.len() / 4);
    for user in users.iter_mut().skip(1).step_by(20) {
        let old_name = user.person.user_name().to_owned();
        people.rename(&mut user.person);
        okta.change_user_name(user, &old_name).await;
    }
    for (user, how) in users
        .iter_mut()
        .step_by(10)
        .zip(Emptied::ALL.into_iter().cycle())
    {
        okta.empty_attributes(user, how).await;
    }
    for user in users.iter().skip(2).step_by(10) {
        okta.push_password(user).await;
    }
}

/// People leave the company or lose the assignment.
pub(super) async fn departures(okta: &Okta, population: &mut Population) {
    let leavers = leavers(&mut population.users);
    okta.client
        .progress
        .stage("deactivating", leavers.len() * 3);
    let leave = async |user: &mut AppUser| {
        okta.deactivate(user).await;
        okta.look_up_every_way(user).await;
    };
    stream::iter(leavers)
        .for_each_concurrent(population.concurrency, leave)
        .await;
}

/// Every second one comes back, every fourth with a stale push; and some are assigned whom the app has forgotten,
/// as after it was removed from Okta and added again.
pub(super) async fn returns(okta: &Okta, population: &mut Population) {
    okta.client
        .progress
        .stage("reactivating", population.users.len() / 4);
    for (index, user) in leavers(&mut population.users)
        .into_iter()
        .step_by(2)
        .enumerate()
    {
        if index.is_multiple_of(2) {
            okta.reactivate_with_stale_push(user).await;
        } else {
            okta.assign(user, Space::Plus).await;
        }
    }
    let known = population
        .users
        .iter_mut()
        .rev()
        .filter(|user| user.assigned)
        .step_by(15);
    for (index, user) in known.enumerate() {
        user.id = None;
        okta.assign(user, spelling(index)).await;
        okta.push_profile(user).await;
    }
}

/// The same people each time it is asked, spread over the company.
fn leavers(users: &mut [AppUser]) -> Vec<&mut AppUser> {
    let leaves = |index: usize| index * LEAVERS % 100 < LEAVERS;
    users
        .iter_mut()
        .enumerate()
        .filter(|(index, _)| leaves(*index))
        .map(|(_, user)| user)
        .collect()
}
