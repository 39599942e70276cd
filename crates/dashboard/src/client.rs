//! The address that a request comes from, behind proxies too.

use std::net::IpAddr;

use actix_web::HttpRequest;

use crate::settings::Settings;

/// The client's address. `X-Forwarded-For` counts as far as proxies wrote it that are trusted:
/// from its end, each entry is believed when the one who passed it on is.
pub(crate) fn address(request: &HttpRequest, settings: &Settings) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let is_proxy = |address: IpAddr| settings.trusted_proxies.contain(address);
    if !settings.trust_forwarded_for && !is_proxy(peer) {
        return Some(peer);
    }
    let mut client = peer;
    for entry in forwarded(request).into_iter().rev() {
        let Ok(address) = entry.parse() else { break };
        client = address;
        if !is_proxy(address) {
            break;
        }
    }
    Some(client)
}

/// What is limited together: whoever has one IPv6 address has the 2^64 beside it as well.
pub(crate) fn network(address: IpAddr) -> String {
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn client(forwarded: &[&str], settings: &Settings) -> String {
        let peer = "192.0.2.7:40000".parse().unwrap();
        let request = forwarded
            .iter()
            .fold(TestRequest::default(), |request, value| {
                request.append_header(("x-forwarded-for", *value))
            });
        let request = request.peer_addr(peer).to_http_request();
        address(&request, settings).unwrap().to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_when_a_trusted_proxy_wrote_it() {
        let alone = Settings::new("https://rollcall.example.com");
        let said = ["203.0.113.9, 198.51.100.4"];
        assert_eq!(client(&said, &alone), "192.0.2.7");
        let any = Settings {
            trust_forwarded_for: true,
            ..alone.clone()
        };
        assert_eq!(client(&said, &any), "198.51.100.4");
        let chain = Settings {
            trusted_proxies: "192.0.2.0/24, 10.0.0.0/8".parse().unwrap(),
            ..alone.clone()
        };
        assert_eq!(client(&said, &chain), "198.51.100.4");
        assert_eq!(
            client(&["203.0.113.9", "198.51.100.4, 10.1.2.3"], &chain),
            "198.51.100.4"
        );
        assert_eq!(client(&["198.51.100.4, unknown"], &chain), "192.0.2.7");
        assert_eq!(client(&[], &chain), "192.0.2.7");
        let elsewhere = Settings {
            trusted_proxies: "10.0.0.0/8".parse().unwrap(),
            ..alone
        };
        assert_eq!(client(&said, &elsewhere), "192.0.2.7");
    }

    #[test]
    fn neighbours_in_ipv6_are_limited_together() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
