//! Domains are verified by the records that their DNS shows.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rollcall_store::organization::Organization;
use rollcall_store::organization_domain::{
    self, DomainName, OrganizationDomain, Proof, State, VERIFICATION_PERIOD, Wanted,
};
use rollcall_testkit::{Database, TestStore};
use rollcall_webhooks::{Dns, DomainChecker, LookupError, TxtRecords};
use rstest::rstest;
use tokio::net::UdpSocket;

/// What DNS says of each name; it does not answer for names that are not in it.
#[derive(Clone, Default)]
struct Records(Arc<Mutex<HashMap<String, Vec<String>>>>);

impl Records {
    fn say(&self, domain: &str, records: &[&str]) {
        let records = records.iter().map(|&text| text.to_owned()).collect();
        self.0.lock().unwrap().insert(domain.to_owned(), records);
    }
}

impl TxtRecords for Records {
    async fn of(&self, domain: &str) -> Result<Vec<String>, LookupError> {
        let found = self.0.lock().unwrap().get(domain).cloned();
        found.ok_or_else(|| LookupError("no server could be reached".to_owned()))
    }
}

async fn add(test: &TestStore, to: &Organization, name: &str) -> OrganizationDomain {
    let domain = DomainName::parse(name).unwrap();
    let wanted = Wanted {
        domain,
        verified: false,
    };
    let to = to.clone();
    let add = move |tx: &mut rollcall_store::Tx<'_>| organization_domain::create(tx, &to, &wanted);
    test.store.write(add).await.unwrap()
}

fn record(domain: &OrganizationDomain) -> String {
    let Proof::Dns(challenge) = &domain.proof else {
        panic!("{domain:?}")
    };
    challenge.record()
}

async fn states(test: &TestStore, of: &Organization) -> Vec<State> {
    let id = of.id.clone();
    let read: Result<Vec<_>, rollcall_store::Error> = test
        .store
        .read(move |conn| organization_domain::for_organizations(conn, &[id]))
        .await;
    read.unwrap().iter().map(|domain| domain.state).collect()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_verified_by_its_own_record_alone(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let acme = test.directory("Acme").await.organization;
    let own = add(&test, &acme, "own.example").await;
    let other = add(&test, &acme, "other.example").await;
    add(&test, &acme, "silent.example").await;
    let records = Records::default();
    records.say("own.example", &["v=spf1 -all"]);
    records.say("other.example", &[&record(&own)]);
    let checker = DomainChecker::new(test.store.clone(), records.clone());
    assert_eq!(checker.step().await.unwrap(), 3);
    assert_eq!(states(&test, &acme).await, [State::Pending; 3]);

    records.say("own.example", &["v=spf1 -all", &record(&own)]);
    assert_eq!(checker.step().await.unwrap(), 0, "not yet again");
    test.clock.advance(Duration::from_mins(1));
    assert_eq!(checker.step().await.unwrap(), 3);
    let verified = [State::Verified, State::Pending, State::Pending];
    assert_eq!(states(&test, &acme).await, verified);

    // The last look, after the time is over, still finds what is there.
    records.say("other.example", &[&record(&other)]);
    test.clock.advance(VERIFICATION_PERIOD);
    assert_eq!(checker.step().await.unwrap(), 2);
    let settled = [State::Verified, State::Verified, State::Failed];
    assert_eq!(states(&test, &acme).await, settled);
    assert_eq!(checker.step().await.unwrap(), 0);
}

/// A name server on a free port: `long.example` has a record in two pieces, `empty.example` has
/// none, and nothing else exists.
async fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut query = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut query).await {
            let answer = answer(&query[..length]);
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    address
}

/// Answers a query as RFC 1035 §4.1 lays it out.
fn answer(query: &[u8]) -> Vec<u8> {
    let labels = query[12..].iter().position(|byte| *byte == 0).unwrap();
    let question = &query[12..12 + labels + 5];
    let (code, record): (u8, &[u8]) = if question.starts_with(b"\x04long\x07example\0\0\x10") {
        (0, b"\x0bprefix=rest\x06 token")
    } else if question.starts_with(b"\x05empty\x07example\0") {
        (0, b"")
    } else {
        (3, b"")
    };
    let mut answer = query[..2].to_vec();
    answer.extend([
        0x81,
        0x80 | code,
        0,
        1,
        0,
        u8::from(!record.is_empty()),
        0,
        0,
        0,
        0,
    ]);
    answer.extend(question);
    if !record.is_empty() {
        // The name of the question, TXT, IN, for no time at all.
        answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0]);
        answer.push(u8::try_from(record.len()).unwrap());
        answer.extend(record);
    }
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_read_from_name_servers() {
    let dns = Dns::of_server(name_server().await).unwrap();
    assert_eq!(dns.of("long.example").await.unwrap(), ["prefix=rest token"]);
    assert_eq!(dns.of("empty.example").await.unwrap(), [""; 0]);
    assert_eq!(dns.of("nothing.example").await.unwrap(), [""; 0]);
    dns.of("not a name..").await.unwrap_err();
}
