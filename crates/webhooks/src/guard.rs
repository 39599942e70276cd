//! The guard: names are resolved here, and only addresses that a webhook may go to come out. The
//! client connects to what was checked, so a name that changes its address in between gains nothing.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rollcall_store::webhook_target::Networks;

/// Where the addresses of host names are found.
pub trait Addresses: fmt::Debug + Send + Sync {
    /// The addresses of a host name; an error or none when it is not known.
    fn of<'a>(&'a self, name: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>>;
}

/// The hosts file and the name servers of the machine.
#[derive(Clone, Copy, Debug)]
pub struct OfSystem;

impl Addresses for OfSystem {
    fn of<'a>(&'a self, name: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Why a name was not resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The name is not known, or no name server answers.
    #[error("the host name {0} has no address")]
    Unknown(String),
    /// It leads to addresses that are not public.
    #[error("the host name {0} leads to an address that is not public")]
    NotPublic(String),
    /// It leads to addresses that are reached over https alone.
    #[error("the host name {0} is reached over https only")]
    NeedsTls(String),
}

/// Resolves names for a client that uses TLS, or for one that does not.
#[derive(Clone, Debug)]
pub struct Guard {
    addresses: Arc<dyn Addresses>,
    networks: Arc<Networks>,
    with_tls: bool,
}

impl Guard {
    /// A guard that lets `networks` pass, and with TLS every public address.
    pub const fn new(
        addresses: Arc<dyn Addresses>,
        networks: Arc<Networks>,
        with_tls: bool,
    ) -> Self {
        Self {
            addresses,
            networks,
            with_tls,
        }
    }

    /// Those of the addresses of `name` that a webhook may go to.
    pub fn filter(&self, name: &str, all: &[IpAddr]) -> Result<Vec<IpAddr>, Refused> {
        let allowed = |with_tls| {
            let good = all
                .iter()
                .filter(|address| self.networks.allow(**address, with_tls));
            good.copied().collect::<Vec<_>>()
        };
        let good = allowed(self.with_tls);
        if !good.is_empty() {
            return Ok(good);
        }
        let name = name.to_owned();
        Err(if all.is_empty() {
            Refused::Unknown(name)
        } else if allowed(true).is_empty() {
            Refused::NotPublic(name)
        } else {
            Refused::NeedsTls(name)
        })
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let name = name.as_str();
            let found = guard.addresses.of(name).await;
            let found = found.map_err(|_| Refused::Unknown(name.to_owned()))?;
            let good = guard.filter(name, &found)?.into_iter();
            // The client puts the port of the URL in the place of 0.
            let addresses: Addrs = Box::new(good.map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(networks: &str, with_tls: bool, addresses: &[&str]) -> Result<usize, Refused> {
        let networks = Arc::new(networks.parse().unwrap());
        let guard = Guard::new(Arc::new(OfSystem), networks, with_tls);
        let addresses: Vec<IpAddr> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
        guard
            .filter("hooks.example.com", &addresses)
            .map(|good| good.len())
    }

    #[test]
    fn drops_what_is_not_public_and_keeps_the_rest() {
        assert_eq!(filter("", true, &["10.0.0.1", "93.184.215.14"]), Ok(1));
        let name = || "hooks.example.com".to_owned();
        let not_public = Err(Refused::NotPublic(name()));
        assert_eq!(filter("", true, &["10.0.0.1", "::1"]), not_public);
        assert_eq!(filter("", true, &["::ffff:127.0.0.1"]), not_public);
        assert_eq!(filter("", true, &[]), Err(Refused::Unknown(name())));
    }

    #[test]
    fn without_tls_only_opened_networks_are_reached() {
        assert_eq!(filter("10.0.0.0/8", false, &["10.0.0.1"]), Ok(1));
        assert_eq!(filter("10.0.0.0/8", false, &["::ffff:10.0.0.1"]), Ok(1));
        let needs_tls = Err(Refused::NeedsTls("hooks.example.com".to_owned()));
        assert_eq!(filter("10.0.0.0/8", false, &["93.184.215.14"]), needs_tls);
    }
}
