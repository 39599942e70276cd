//! Host names of SCIM endpoints: a workspace may have its endpoints shown under one of its own.

use std::str::FromStr;

use url::Url;

use crate::directory::Directory;
use crate::organization_domain::well_formed;

/// What an installation says of the host names of its endpoints.
#[derive(Clone, Debug)]
pub struct EndpointHosts {
    public_url: String,
    listed: Patterns,
}

/// The host names there are to choose from, separated by commas; any, where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns(Vec<Pattern>);

/// One host name, or with `*.` in front all names below it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    name: String,
    below: bool,
}

/// Why a workspace cannot have that host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHost {
    /// It is not the name of a host.
    #[error("this is not the name of a host, such as scim.example.com")]
    Malformed,
    /// It is the host of the public URL, or of this machine alone.
    #[error("this host is not yours to choose")]
    Reserved,
    /// The installation lists the hosts there are to choose from, and not this one.
    #[error("this installation does not offer this host")]
    NotListed,
}

/// The text is neither a host name nor `*.` and one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is neither a host name nor *. and one, such as scim.example.com or *.scim.example.com"
)]
pub struct InvalidPattern;

impl EndpointHosts {
    /// Of the installation that is reached at `public_url`. Where any are listed, workspaces choose among these.
    pub fn new(public_url: impl Into<String>, listed: Patterns) -> Self {
        Self {
            public_url: public_url.into(),
            listed,
        }
    }

    /// The SCIM base URL of a directory, as its administrator pastes it into the identity provider: below the public
    /// URL, with the workspace's host in the place of its own if there is one.
    pub fn endpoint_url(&self, directory: &Directory) -> String {
        self.url(directory.endpoint_host.as_deref(), &directory.endpoint_key)
    }

    fn url(&self, host: Option<&str>, endpoint_key: &str) -> String {
        let own = host.and_then(|host| under(&self.public_url, host));
        let base = own.as_deref().unwrap_or(&self.public_url);
        format!("{}/scim/v1.1/{endpoint_key}", base.trim_end_matches('/'))
    }

    /// The names there are to choose from, as the operator wrote them; none where any may be chosen.
    pub fn offered(&self) -> Vec<String> {
        let write = |pattern: &Pattern| {
            let start = if pattern.below { "*." } else { "" };
            format!("{start}{}", pattern.name)
        };
        self.listed.0.iter().map(write).collect()
    }

    /// Whether a request may name that host for an endpoint of the directory. A host that is listed serves the
    /// endpoints of the workspace that chose it alone; any other host serves all.
    pub fn serves(&self, host: Option<&str>, directory: &Directory) -> bool {
        let chosen = directory.endpoint_host.as_deref();
        host.is_none_or(|host| !self.is_listed(host) || chosen == Some(&*folded(host)))
    }

    /// Whether that host, as a request names it, is listed, and so serves endpoints alone. The public URL's never is.
    pub fn is_listed(&self, host: &str) -> bool {
        let host = folded(host);
        !self.is_public(&host) && self.lists(&host)
    }

    fn lists(&self, host: &str) -> bool {
        self.listed.0.iter().any(|pattern| pattern.matches(host))
    }

    fn is_public(&self, host: &str) -> bool {
        let public = Url::parse(&self.public_url);
        public.is_ok_and(|url| url.host_str().map(|own| own.trim_end_matches('.')) == Some(host))
    }
}

fn folded(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Reads the host name that a workspace asks for: in lower case, in its ASCII form, without port and dot at the end.
pub fn parse(text: &str, hosts: &EndpointHosts) -> Result<String, InvalidHost> {
    let host = well_formed(text).ok_or(InvalidHost::Malformed)?;
    let is_local = host.ends_with(".localhost");
    if is_local || hosts.is_public(&host) {
        return Err(InvalidHost::Reserved);
    }
    if !hosts.listed.0.is_empty() && !hosts.lists(&host) {
        return Err(InvalidHost::NotListed);
    }
    Ok(host)
}

fn under(public_url: &str, host: &str) -> Option<String> {
    let mut url = Url::parse(public_url).ok()?;
    url.set_host(Some(host)).ok()?;
    Some(url.into())
}

impl Pattern {
    fn matches(&self, host: &str) -> bool {
        if self.below {
            let label = host.strip_suffix(&self.name);
            label.is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.name
        }
    }
}

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let text = text.trim();
        let (below, name) = match text.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, text),
        };
        let name = well_formed(name).ok_or(InvalidPattern)?;
        Ok(Self { name, below })
    }
}

impl FromStr for Patterns {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let named = text.split(',').filter(|part| !part.trim().is_empty());
        named.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listed: &str) -> EndpointHosts {
        EndpointHosts::new("https://Sync.example.com", listed.parse().unwrap())
    }

    #[test]
    fn a_host_has_one_form() {
        let any = hosts("");
        for (text, host) in [
            (" SCIM.Acme.example. ", "scim.acme.example"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("a.sync.example.com", "a.sync.example.com"),
        ] {
            assert_eq!(parse(text, &any).as_deref(), Ok(host), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_host_or_not_theirs() {
        let any = hosts("");
        for text in [
            "",
            "acme",
            "a_b.example",
            "192.0.2.1",
            "[2001:db8::1]",
            "0x7f.1",
            "a.example:8443",
            "https://a.example",
            "a.example/x",
            "a..example",
            "ada@a.example",
            "*.a.example",
        ] {
            assert_eq!(parse(text, &any), Err(InvalidHost::Malformed), "{text:?}");
        }
        assert_eq!(parse("localhost", &any), Err(InvalidHost::Malformed));
        for text in ["SYNC.example.com", "sync.example.com.", "a.localhost"] {
            assert_eq!(parse(text, &any), Err(InvalidHost::Reserved), "{text}");
        }
    }

    #[test]
    fn a_list_is_what_there_is_to_choose_from() {
        let some = hosts("scim.acme.example, *.SCIM.example,");
        for text in ["Scim.Acme.Example", "a.scim.example", "a.b.scim.example"] {
            assert!(parse(text, &some).is_ok(), "{text}");
        }
        for text in ["scim.example", "xscim.example", "a.scim.acme.example"] {
            assert_eq!(parse(text, &some), Err(InvalidHost::NotListed), "{text}");
        }
        assert_eq!(some.offered(), ["scim.acme.example", "*.scim.example"]);
        assert!(some.is_listed("A.scim.example."));
        assert!(!some.is_listed("sync.example.com"));
        assert!(!hosts("*.example.com").is_listed("sync.example.com"));
        assert!(!hosts("").is_listed("a.scim.example"));
    }

    #[test]
    fn refuses_a_pattern_that_names_no_host() {
        for text in [
            "",
            "*",
            "*.",
            "*.*.example",
            "a.*.example",
            "*example.com",
            "10.0.0.1",
        ] {
            assert_eq!(text.parse::<Pattern>(), Err(InvalidPattern), "{text:?}");
        }
        assert_eq!(" , ".parse(), Ok(Patterns::default()));
        assert_eq!("a.example,*".parse::<Patterns>(), Err(InvalidPattern));
    }

    #[test]
    fn only_the_host_of_an_endpoint_is_the_workspaces() {
        let hosts = EndpointHosts::new(
            "https://sync.example.com:8443/rollcall/",
            Patterns::default(),
        );
        assert_eq!(
            hosts.url(None, "k1"),
            "https://sync.example.com:8443/rollcall/scim/v1.1/k1"
        );
        assert_eq!(
            hosts.url(Some("scim.acme.example"), "k1"),
            "https://scim.acme.example:8443/rollcall/scim/v1.1/k1"
        );
    }
}
