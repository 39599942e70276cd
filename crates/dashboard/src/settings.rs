//! What whoever runs the dashboard decides.

use rollcall_http::Proxies;
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};

/// Settings of the dashboard.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where browsers and Okta reach this installation, for example `https://rollcall.example.com`.
    pub public_url: String,
    /// Where identity providers reach the endpoints, and which hosts workspaces may choose for theirs.
    pub endpoint_hosts: EndpointHosts,
    /// Lets cookies travel over plain http, for a trial on a local network.
    pub insecure_cookies: bool,
    /// The proxies in front, which tell a client's address.
    pub proxies: Proxies,
    /// Who may make an account.
    pub sign_up: SignUp,
    /// Shows a workspace only to who signs in with two factors.
    pub require_second_factor: bool,
    /// Where mail goes.
    pub mail: Mail,
}

/// Where mail goes, as far as the pages have to say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mail {
    /// To whom it is for.
    Sent,
    /// Into the log of the process with the worker, its links too.
    #[default]
    Logged,
}

/// Who may make an account, once the first one is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody who reads the address that they give.
    Open,
    /// Who was invited into a workspace.
    #[default]
    InviteOnly,
    /// Nobody.
    Closed,
}

impl Settings {
    /// Settings of an installation that browsers reach at `public_url`, with nothing in front of it.
    pub fn new(public_url: impl Into<String>) -> Self {
        let public_url = public_url.into();
        Self {
            endpoint_hosts: EndpointHosts::new(&public_url, Patterns::default()),
            public_url,
            insecure_cookies: false,
            proxies: Proxies::default(),
            sign_up: SignUp::default(),
            require_second_factor: false,
            mail: Mail::default(),
        }
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin::of(&self.public_url)
    }
}

/// Scheme, host and port of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// The origin of a URL: everything before its path.
    pub(crate) fn of(url: &str) -> Self {
        let authority = url.find("://").map_or(0, |at| at + 3);
        let end = url[authority..]
            .find(['/', '?', '#'])
            .map_or(url.len(), |at| authority + at);
        let origin = url[..end].to_ascii_lowercase();
        let origin = match origin.split_once("://") {
            Some(("https", rest)) => format!("https://{}", rest.trim_end_matches(":443")),
            Some(("http", rest)) => format!("http://{}", rest.trim_end_matches(":80")),
            _ => origin,
        };
        Self(origin)
    }

    /// Whether an `Origin` header names this origin.
    pub(crate) fn matches(&self, header: &str) -> bool {
        header != "null" && Self::of(header) == *self
    }
}
