use std::sync::Arc;

use serde_json::Value;

use crate::client::Client;
use crate::okta::Okta;
use crate::progress::{Progress, Silent};
use crate::report::{Contents, Report};
use crate::retry::{RealTime, Sleeper};
use crate::scenario::{Churn, Population, burst, full};
use crate::settings::{Scenario, Settings, SettingsError};

/// An Okta with one company and one SCIM 1.1 app, not connected yet.
pub struct Simulator {
    settings: Settings,
    sleeper: Arc<dyn Sleeper>,
    progress: Arc<dyn Progress>,
}

impl Simulator {
    /// An Okta that really waits when it is told to, and tells nobody how far it has come.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            sleeper: Arc::new(RealTime),
            progress: Arc::new(Silent),
        }
    }

    /// Tells `progress` how far it has come.
    #[must_use]
    pub fn with_progress(self, progress: Arc<dyn Progress>) -> Self {
        Self { progress, ..self }
    }

    /// Lets `sleeper` do all the waiting: after a 429, and between the events of [`Churn::run_until`].
    #[must_use]
    pub fn with_sleeper(self, sleeper: Arc<dyn Sleeper>) -> Self {
        Self { sleeper, ..self }
    }

    /// Plays a scenario from the credential test to the final comparison.
    pub async fn run(self, scenario: Scenario) -> Result<Report, SettingsError> {
        if scenario == Scenario::Churn {
            let mut churn = self.churn()?;
            if churn.fill().await {
                churn.work_a_day().await;
                churn.compare().await;
            }
            return Ok(churn.report());
        }
        let (okta, mut population) = self.connect()?;
        if okta.test_credentials().await {
            okta.save().await;
            match scenario {
                Scenario::Burst => burst(&okta, &mut population).await,
                Scenario::Full | Scenario::Churn => full(&okta, &mut population).await,
            }
            okta.compare().await;
        }
        Ok(okta.report(scenario))
    }

    /// A company that can be filled and kept at work for as long as one likes.
    pub fn churn(self) -> Result<Churn, SettingsError> {
        let (okta, population) = self.connect()?;
        Ok(Churn::new(okta, population))
    }

    fn connect(self) -> Result<(Okta, Population), SettingsError> {
        let client = Client::new(&self.settings, self.sleeper, self.progress)?;
        let okta = Okta::new(client, self.settings.app, self.settings.seed);
        Ok((okta, Population::new(&self.settings)))
    }
}

impl Okta {
    pub(crate) fn report(&self, scenario: Scenario) -> Report {
        Report::new(
            scenario,
            self.app,
            self.client.tally.snapshot(),
            self.contents(),
        )
    }

    fn contents(&self) -> Contents {
        let directory = self.directory();
        let active =
            |user: &&serde_json::Map<String, Value>| user.get("active") == Some(&Value::Bool(true));
        Contents {
            users: directory.users().len(),
            active_users: directory.users().values().filter(active).count(),
            groups: directory.groups().len(),
            memberships: directory
                .groups()
                .values()
                .map(|group| group.members.len())
                .sum(),
        }
    }
}
