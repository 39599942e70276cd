//! Names that lead where webhooks must not go, told by a resolver of our own, and a listener that would see whoever
//! comes. What the operator closed after endpoints were made is not reached by their addresses either.

mod attempts;
mod names;
mod trap;

use std::net::IpAddr;

use rollcall_testkit::Database;
use rstest::rstest;

use self::attempts::Attempts;
use self::names::Names;
use self::trap::Trap;

/// The operator has opened this address.
const OPEN: &str = "127.0.0.1";
/// Not this one, behind which the same machine listens.
const CLOSED: &str = "127.0.0.2";
/// Opened by who wants to know whether the trap works.
const EVERYTHING: &str = "0.0.0.0/0,::/0";
const REFUSED_NAME: &str = "leads to an address that is not public.";
const REFUSED_URL: &str = "The URL cannot be used: its address is not a public one.";

/// Addresses that are none of a receiver's, as a name server may give them. The first ones lead to this machine, where
/// the trap is; the rest lead to what only this machine may reach, or nowhere.
const HERE: [&str; 12] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.0.0.53",
    "127.1.1.1",
    "127.255.255.254",
    "0.0.0.0",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:127.8.9.10",
    "::ffff:7f00:1",
    "::ffff:0:0",
];
const ELSEWHERE: [&str; 53] = [
    // Private and shared networks.
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "::ffff:10.0.0.1",
    "::ffff:172.16.0.1",
    "::ffff:192.168.0.1",
    "::ffff:100.64.0.1",
    "fc00::1",
    "fd00::1",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fec0::1",
    // Link-local, and the metadata of clouds.
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "::ffff:169.254.169.254",
    "fe80::1",
    "febf::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    // IPv4 behind NAT64, 6to4, Teredo, ISATAP's and the compatible form.
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "fe80::5efe:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::169.254.169.254",
    // "This network", documentation, benchmarks, relays, reserved, multicast, broadcast.
    "0.0.0.1",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "2001:db8::1",
    "100::1",
    "ff02::1",
    "5f00::1",
];

fn host(number: usize) -> String {
    format!("hooks-{number}.example.com")
}

/// A name for each address, and the URLs of all of these names and addresses.
fn aims<'a>(addresses: impl Iterator<Item = &'a str>, port: u16) -> (Names, Vec<String>) {
    let (names, mut urls) = (Names::default(), Vec::new());
    for (number, address) in addresses.enumerate() {
        names.say(&host(number), &[&[address]]);
        let literal = match address.parse().unwrap() {
            IpAddr::V6(address) => format!("[{address}]"),
            IpAddr::V4(address) => address.to_string(),
        };
        for place in [host(number), literal] {
            for scheme in ["https", "http"] {
                urls.push(format!("{scheme}://{place}:{port}/{number}"));
            }
        }
    }
    (names, urls)
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn no_form_of_a_hostile_address_is_connected_to(#[case] database: Database) {
    let trap = Trap::start();
    let (names, urls) = aims(HERE.into_iter().chain(ELSEWHERE), trap.port);
    // Something is open, so that plain http is not refused as such.
    let Some(attempts) = Attempts::new(database, "203.0.113.77", &names).await else {
        return;
    };
    let errors = attempts.send_to(&urls).await;
    for (url, error) in urls.iter().zip(&errors) {
        let error = error.as_deref().unwrap();
        let is_name = url.contains("hooks-");
        assert!(
            error == REFUSED_URL || is_name && error.ends_with(REFUSED_NAME),
            "{url}: {error}"
        );
    }
    assert_eq!(trap.reached(), [] as [IpAddr; 0]);
    // One look at a name for each attempt, and none for addresses.
    assert_eq!(names.asked(), urls.len() / 2);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_opened_is_connected_to_so_the_trap_works(#[case] database: Database) {
    let trap = Trap::start();
    // Not every machine has IPv6.
    let (names, urls) = aims(HERE.into_iter().filter(|one| !one.contains(':')), trap.port);
    let Some(attempts) = Attempts::new(database, EVERYTHING, &names).await else {
        return;
    };
    attempts.send_to(&urls).await;
    assert!(trap.reached().len() >= urls.len(), "{:?}", trap.reached());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_moves_is_judged_by_the_address_that_is_connected_to() {
    let trap = Trap::start();
    let names = Names::default();
    names.say(
        "hooks.example.com",
        &[&[OPEN], &[CLOSED], &[OPEN, CLOSED], &[CLOSED]],
    );
    let attempts = Attempts::new(Database::Sqlite, OPEN, &names).await.unwrap();
    let url = [format!("http://hooks.example.com:{}/", trap.port)];
    assert_eq!(attempts.send_to(&url).await, [None]);
    for taken in [false, true, false] {
        let error = attempts.send_again().await.remove(0);
        assert_eq!(error.is_none(), taken, "{error:?}");
    }
    assert_eq!(trap.reached(), [OPEN.parse::<IpAddr>().unwrap(); 2]);
    assert_eq!(
        names.asked(),
        4,
        "one look an attempt: the address is the one that was checked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_address_among_open_ones_is_not_even_the_last_resort() {
    // Only at the closed address somebody listens.
    let trap = Trap::at(CLOSED);
    let names = Names::default();
    names.say("mixed.example.com", &[&[CLOSED, OPEN, "::1", CLOSED]]);
    let attempts = Attempts::new(Database::Sqlite, OPEN, &names).await.unwrap();
    let url = [format!("http://mixed.example.com:{}/", trap.port)];
    let error = attempts.send_to(&url).await.remove(0).unwrap();
    assert!(error.starts_with("Could not connect"), "{error}");
    assert_eq!(trap.reached(), [] as [IpAddr; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_is_judged_by_where_it_ends() {
    let trap = Trap::start();
    let names = Names::default();
    names.alias("hooks.example.com", "cdn.example.net");
    names.alias("cdn.example.net", "database.internal");
    names.say("database.internal", &[&[CLOSED]]);
    names.alias("round.example.com", "round.example.com");
    let attempts = Attempts::new(Database::Sqlite, OPEN, &names).await.unwrap();
    let url = |host| format!("http://{host}:{}/", trap.port);
    let urls = [
        "hooks.example.com",
        "HOOKS.example.com.",
        "round.example.com",
    ]
    .map(url);
    let errors = attempts.send_to(&urls).await;
    let endings = [REFUSED_NAME, REFUSED_NAME, "has no address."];
    for (error, ending) in errors.iter().zip(endings) {
        assert!(error.as_deref().unwrap().ends_with(ending), "{error:?}");
    }
    assert_eq!(trap.reached(), [] as [IpAddr; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_is_followed_wherever_it_leads() {
    let names = Names::default();
    names.say("closed.example.com", &[&[CLOSED]]);
    names.say("open.example.com", &[&[OPEN]]);
    let attempts = Attempts::new(Database::Sqlite, OPEN, &names).await.unwrap();
    let mut urls = Vec::new();
    let traps = [301, 302, 303, 307, 308].map(|status| {
        let hosts = [CLOSED, "closed.example.com", "open.example.com", OPEN];
        hosts.map(|host| {
            let trap = Trap::redirecting(status, host);
            urls.push(format!("http://open.example.com:{}/", trap.port));
            trap
        })
    });
    let errors = attempts.send_to(&urls).await;
    assert!(errors.iter().all(Option::is_some), "{errors:?}");
    for trap in traps.iter().flatten() {
        assert_eq!(trap.reached(), [OPEN.parse::<IpAddr>().unwrap()]);
    }
}
