//! The address that a request comes from, behind proxies too.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use rollcall_store::webhook_target::Networks;

/// The proxies in front of the server, as far as they are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// Takes the last entry of `X-Forwarded-For`, whoever connects. Right only where nobody but a proxy
    /// that appends to that header can connect; otherwise anybody can pretend to be anybody.
    pub any: bool,
    /// The networks of proxies whose entries in `X-Forwarded-For` are believed.
    pub trusted: Networks,
}

impl Proxies {
    /// The client's address. `X-Forwarded-For` counts as far as proxies wrote it that are trusted: from
    /// its end, each entry is believed when the one who passed it on is.
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip().to_canonical();
        if !self.any && !self.trusted.contain(peer) {
            return Some(peer);
        }
        let mut client = peer;
        for entry in forwarded(request).into_iter().rev() {
            let Some(address) = read(entry) else { break };
            client = address;
            if !self.trusted.contain(address) {
                break;
            }
        }
        Some(client)
    }
}

/// What is limited together: whoever has one IPv6 address has the 2^64 beside it as well.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

fn forwarded(request: &HttpRequest) -> Vec<&str> {
    let headers = request.headers().get_all("x-forwarded-for");
    headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}

/// An entry; some proxies write the client's port behind the address.
fn read(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse::<SocketAddr>().map(|address| address.ip());
    let address: IpAddr = entry.parse().or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn client_from(peer: &str, forwarded: &[&str], proxies: &Proxies) -> String {
        let request = forwarded
            .iter()
            .fold(TestRequest::default(), |request, value| {
                request.append_header(("x-forwarded-for", *value))
            });
        let request = request.peer_addr(peer.parse().unwrap()).to_http_request();
        proxies.client(&request).unwrap().to_string()
    }

    fn client(forwarded: &[&str], proxies: &Proxies) -> String {
        client_from("192.0.2.7:40000", forwarded, proxies)
    }

    fn trusted(networks: &str) -> Proxies {
        Proxies {
            any: false,
            trusted: networks.parse().unwrap(),
        }
    }

    #[test]
    fn a_forwarded_address_counts_only_when_a_trusted_proxy_wrote_it() {
        let said = ["203.0.113.9, 198.51.100.4"];
        assert_eq!(client(&said, &Proxies::default()), "192.0.2.7");
        assert_eq!(client(&said, &trusted("10.0.0.0/8")), "192.0.2.7");
        let any = Proxies {
            any: true,
            ..Proxies::default()
        };
        assert_eq!(client(&said, &any), "198.51.100.4");
        let chain = trusted("192.0.2.0/24, 10.0.0.0/8");
        assert_eq!(client(&said, &chain), "198.51.100.4");
        let two = ["203.0.113.9", "198.51.100.4, 10.1.2.3"];
        assert_eq!(client(&two, &chain), "198.51.100.4");
        let unknown = ["198.51.100.4, unknown"];
        assert_eq!(client(&unknown, &chain), "192.0.2.7");
        assert_eq!(client(&[], &chain), "192.0.2.7");
    }

    #[test]
    fn an_entry_may_name_a_port() {
        let proxy = trusted("192.0.2.7");
        assert_eq!(client(&["198.51.100.4:40123"], &proxy), "198.51.100.4");
        assert_eq!(client(&["[2001:db8::7]:40123"], &proxy), "2001:db8::7");
        assert_eq!(client(&["2001:db8::7"], &proxy), "2001:db8::7");
    }

    #[test]
    fn an_ipv4_address_is_the_same_however_the_socket_shows_it() {
        let proxy = trusted("192.0.2.0/24");
        let mapped = "[::ffff:192.0.2.7]:40000";
        assert_eq!(client_from(mapped, &[], &Proxies::default()), "192.0.2.7");
        let said = ["::ffff:198.51.100.4"];
        assert_eq!(client_from(mapped, &said, &proxy), "198.51.100.4");
    }

    #[test]
    fn neighbours_in_ipv6_are_limited_together() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
