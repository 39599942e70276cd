//! What whoever runs the API decides.

use std::num::NonZeroU32;

use rollcall_http::Proxies;
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};

/// How many requests one API key may make in a minute unless something else is said: as many as at WorkOS.
pub const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(6000).unwrap();

/// Settings of the API.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the outside reaches this installation, for example `https://rollcall.example.com`.
    pub public_url: String,
    /// Where identity providers reach the endpoints.
    pub endpoint_hosts: EndpointHosts,
    /// How many requests one API key may make in a minute.
    pub requests_per_minute: NonZeroU32,
    /// The proxies in front, which tell a client's address for the audit log.
    pub proxies: Proxies,
}

impl Settings {
    /// Settings of an installation that is reached at `public_url`.
    pub fn new(public_url: impl Into<String>) -> Self {
        let public_url = public_url.into();
        Self {
            endpoint_hosts: EndpointHosts::new(&public_url, Patterns::default()),
            public_url,
            requests_per_minute: REQUESTS_PER_MINUTE,
            proxies: Proxies::default(),
        }
    }
}
