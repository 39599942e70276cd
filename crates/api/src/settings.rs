//! What whoever runs the API decides.

use std::num::NonZeroU32;

use rollcall_http::Proxies;

/// How many requests one API key may make in a minute unless something else is said: as many as at WorkOS.
pub const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(6000).unwrap();

/// Settings of the API.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the outside reaches this installation, for example `https://rollcall.example.com`.
    pub public_url: String,
    /// How many requests one API key may make in a minute.
    pub requests_per_minute: NonZeroU32,
    /// The proxies in front, which tell a client's address for the audit log.
    pub proxies: Proxies,
}

impl Settings {
    /// Settings of an installation that is reached at `public_url`.
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into(),
            requests_per_minute: REQUESTS_PER_MINUTE,
            proxies: Proxies::default(),
        }
    }

    /// The SCIM base URL of a directory, as its administrator pastes it into the identity provider.
    pub(crate) fn scim_endpoint(&self, endpoint_key: &str) -> String {
        let base = self.public_url.trim_end_matches('/');
        format!("{base}/scim/v1.1/{endpoint_key}")
    }
}
