use crate::okta::Okta;
use crate::scenario::Population;

/// A big group is assigned to the app and pushed: lookups and creates, then all memberships, as fast as they go.
pub(crate) async fn burst(okta: &Okta, population: &mut Population) {
    okta.first_import().await;
    population.assign_everybody(okta).await;
    population.push_groups(okta).await;
}
