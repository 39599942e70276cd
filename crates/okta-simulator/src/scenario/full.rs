//! Every operation that Okta has, each at least once if there are people and groups enough.

mod groups;
mod people;

use crate::okta::Okta;
use crate::scenario::Population;

pub(crate) async fn full(okta: &Okta, population: &mut Population) {
    okta.first_import().await;
    let last = population.users.pop();
    population.assign_everybody(okta).await;
    population.users.extend(last);
    people::duplicates(okta, population).await;
    people::profiles(okta, population).await;
    people::rarer_changes(okta, population).await;
    population.push_groups(okta).await;
    groups::changes(okta, population).await;
    groups::parallel_changes(okta, population).await;
    groups::short_lived(okta, population).await;
    people::departures(okta, population).await;
    people::returns(okta, population).await;
    okta.client.progress.stage("importing", 3);
    okta.page_every_way().await;
    okta.import().await;
}
