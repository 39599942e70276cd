//! Where webhooks may go: to public addresses over https, and to the networks that the operator
//! opened. Whoever can name a URL must not reach what only this server can reach.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Characters of a URL at most.
pub const LONGEST_URL: usize = 2_000;

/// The networks that webhooks may reach besides public addresses, over http too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// Text that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network; one looks like 10.0.0.0/8, 127.0.0.1 or fd00::/8")]
pub struct NetworkError(String);

impl FromStr for Networks {
    type Err = NetworkError;

    /// Reads networks and single addresses, separated by commas.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let network = |part: &str| {
            let single = || part.parse::<IpAddr>().map(IpNet::from);
            part.parse()
                .or_else(|_| single())
                .map_err(|_| NetworkError(part.to_owned()))
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&names.join(","))
    }
}

impl Networks {
    /// Whether the operator opened this address.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether a webhook may go to this address; without TLS only where the operator opened it.
    pub fn allow(&self, address: IpAddr, with_tls: bool) -> bool {
        self.contain(address) || (with_tls && is_public(address))
    }
}

/// Reads a URL as the HTTP client will, and says in plain words why a webhook cannot go there.
/// The address behind a name is looked at when a webhook is sent.
pub fn parse(text: &str, networks: &Networks) -> Result<Url, &'static str> {
    if text.len() > LONGEST_URL {
        return Err("it is longer than 2,000 characters");
    }
    if text
        .chars()
        .any(|char| char.is_control() || char.is_whitespace())
    {
        return Err("it has a blank or a control character in it");
    }
    let url = Url::parse(text).map_err(|_| "it is not a URL; one begins with https://")?;
    let with_tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err("it must begin with https://"),
    };
    if !with_tls && networks.0.is_empty() {
        return Err("it must begin with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not hold a user name or a password");
    }
    if url.port() == Some(0) {
        return Err("its port must not be 0");
    }
    let address: IpAddr = match url.host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        Some(Host::Domain(name)) => return check_name(name, networks).map(|()| url),
        None => return Err("it names no host"),
    };
    if networks.allow(address, with_tls) {
        Ok(url)
    } else if is_public(address) {
        Err("it must begin with https://")
    } else {
        Err("its address is not a public one")
    }
}

/// Names that never lead to a public address.
fn check_name(name: &str, networks: &Networks) -> Result<(), &'static str> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let local = name == "localhost" || name.ends_with(".localhost");
    if local && networks.0.is_empty() {
        Err("its address is not a public one")
    } else {
        Ok(())
    }
}

/// Whether the whole internet may reach this address: none of the ranges that the IANA
/// special-purpose address registries name, nor an address of another kind hidden in it.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// IANA IPv4 special-purpose registry, and multicast.
const SPECIAL_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4
        .iter()
        .any(|(network, length)| within(*network, *length, address))
}

fn within(network: Ipv4Addr, length: u8, address: Ipv4Addr) -> bool {
    Ipv4Net::new(network, length).is_ok_and(|network| network.contains(&address))
}

/// IANA IPv6 special-purpose registry. Outside `2000::/3` nothing is public; inside, these are not.
const SPECIAL_V6: [(Ipv6Addr, u8); 5] = [
    // Protocol assignments with Teredo, ORCHID and the AMT and benchmark prefixes.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4: an IPv4 address in disguise, and its relays are gone.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, .., high, low] = address.segments();
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    // NAT64 leads to the IPv4 address in the last 32 bits.
    if address.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let global = first & 0xe000 == 0x2000;
    global
        && !SPECIAL_V6.iter().any(|(network, length)| {
            Ipv6Net::new(*network, *length).is_ok_and(|network| network.contains(&address))
        })
}
