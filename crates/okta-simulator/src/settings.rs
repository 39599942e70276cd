use reqwest::Url;
use secrecy::SecretString;
use serde::Serialize;

/// Which of Okta's two kinds of SCIM 1.1 app is played: they differ in the methods they use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    /// The catalogue app "SCIM 1.1 Test App (OAuth Bearer Token)": PATCH for activation, passwords and groups.
    #[default]
    Catalog,
    /// An app made in the App Integration Wizard: PUT for everything.
    Wizard,
}

/// What the simulated Okta does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Every operation that Okta has, each at least once.
    #[default]
    Full,
    /// A big group assigned at once.
    Burst,
    /// A working day: a random mix on a filled directory.
    Churn,
}

/// How the simulated Okta is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The SCIM base URL as an admin pastes it; `/Users` and `/Groups` are appended to it as it is.
    pub endpoint: String,
    /// The bearer token, without `Bearer `.
    pub token: SecretString,
    /// Which methods the app uses.
    pub app: AppKind,
    /// How many people work at the company.
    pub users: usize,
    /// How many groups are pushed.
    pub groups: usize,
    /// People, groups and their fates follow from this number alone.
    pub seed: u64,
    /// How many requests are under way at once where Okta works in parallel, at least 1.
    pub concurrency: usize,
}

/// Why a simulator could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The endpoint is no absolute `http` or `https` URL.
    #[error("the endpoint is not an http or https URL: {0}")]
    Endpoint(String),
    /// Okta's guide to preparing a SCIM integration forbids the character in base URLs.
    #[error("the endpoint contains an underscore, which Okta refuses in a base URL: {0}")]
    Underscore(String),
    /// The token holds characters that cannot be sent in a header.
    #[error("the token holds characters that cannot stand in an Authorization header")]
    Token,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    Client(#[from] reqwest::Error),
}

impl Settings {
    /// Refuses what Okta's own form for the integration would refuse.
    pub(crate) fn check_endpoint(&self) -> Result<(), SettingsError> {
        let usable = Url::parse(&self.endpoint)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !usable {
            return Err(SettingsError::Endpoint(self.endpoint.clone()));
        }
        if self.endpoint.contains('_') {
            return Err(SettingsError::Underscore(self.endpoint.clone()));
        }
        Ok(())
    }
}
