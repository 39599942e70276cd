//! Where webhooks must not go.

use rollcall_store::webhook_endpoint::{self, New};
use rollcall_store::webhook_target::{self, Networks};
use rollcall_store::{Options, Store, event};
use rollcall_testkit::{Database, SECRET_KEY, WebhookSink};
use rollcall_webhooks::Dispatcher;

use crate::support::{Bed, PATIENCE};

const HOSTILE: [&str; 79] = [
    // Loopback, in every way to write it.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.255.255.254/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://１２７.０.０.１/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://db.localhost/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::127.0.0.1]/",
    // "This host" and everything unspecified.
    "https://0/",
    "https://0.0.0.0/",
    "https://0.1.2.3/",
    "https://[::]/",
    // Private networks.
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://192.168.1/",
    "https://3232235521/",
    "https://0xc0a80001/",
    "https://100.64.0.1/",
    "https://100.127.255.255/",
    "https://[fc00::1]/",
    "https://[fd12:3456:789a::1]/",
    "https://[fec0::1]/",
    // Link-local, and the metadata of clouds.
    "https://169.254.0.1/",
    "https://169.254.169.254/",
    "https://0xa9fea9fe/",
    "https://2852039166/",
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://192.0.0.192/",
    // IPv4 in the clothes of IPv6.
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[2001:0:53aa:64c:0:0:80ff:fffe]/",
    // Documentation, benchmarks, relays, reserved, multicast, broadcast.
    "https://192.0.2.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://198.18.0.1/",
    "https://192.88.99.1/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[100::1]/",
    "https://[ff02::1]/",
    "https://[5f00::1]/",
    "https://[4000::1]/",
    // Not https, or not a place at all.
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "https://user:password@hooks.example.com/",
    "https://hooks.example.com:0/",
    "https:///",
    "hooks.example.com",
    "https://hooks.example.com/\r\nHost: internal",
];

#[test]
fn hostile_urls_are_refused_in_every_form() {
    for url in HOSTILE {
        assert!(
            webhook_target::parse(url, &Networks::default()).is_err(),
            "{url}"
        );
    }
}

#[test]
fn public_urls_are_taken() {
    for url in [
        "https://hooks.example.com/rollcall?tenant=1#part",
        "https://hooks.example.com:8443/",
        "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "https://[64:ff9b::5db8:d70e]/",
        "https://[::ffff:93.184.215.14]/",
        "https://xn--bcher-kva.example.com/",
    ] {
        assert!(
            webhook_target::parse(url, &Networks::default()).is_ok(),
            "{url}"
        );
    }
}

#[test]
fn the_operator_opens_networks_and_no_more() {
    let networks: Networks = "10.1.0.0/16, fd00::/8,127.0.0.1".parse().unwrap();
    for url in [
        "http://10.1.2.3/",
        "https://10.1.2.3/",
        "http://[fd12::1]:8080/",
        "http://127.0.0.1/",
        "http://[::ffff:10.1.0.1]/",
        "http://receiver.internal/",
    ] {
        assert!(webhook_target::parse(url, &networks).is_ok(), "{url}");
    }
    for url in [
        "http://10.2.0.1/",
        "https://127.0.0.2/",
        "http://93.184.215.14/",
        "https://169.254.169.254/",
    ] {
        assert!(webhook_target::parse(url, &networks).is_err(), "{url}");
    }
    for text in ["10.0.0.0/33", "example.com", "10.0.0.0/8;::1"] {
        assert!(text.parse::<Networks>().is_err(), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_at_a_forbidden_address_is_not_made() {
    let bed = Bed::new(Database::Sqlite).await.unwrap();
    for url in ["https://10.0.0.1/", "https://169.254.169.254/latest"] {
        let workspace_id = bed.directory.workspace.id.clone();
        let new = New {
            endpoint_url: url.to_owned(),
            description: String::new(),
            events: vec![event::USER_CREATED.to_owned()],
            in_order: false,
            deliveries_per_second: 10,
        };
        let refused = bed
            .test
            .store
            .write(move |tx| webhook_endpoint::create(tx, &workspace_id, new))
            .await;
        assert!(matches!(
            refused,
            Err(webhook_endpoint::Error::InvalidUrl(_))
        ));
    }
}

/// The endpoint was made while its address was allowed; what counts is the moment of sending.
async fn send_with(networks: &str, url: impl FnOnce(&WebhookSink) -> String) -> (usize, String) {
    let bed = Bed::new(Database::Sqlite).await.unwrap();
    let sink = WebhookSink::start();
    let url = url(&sink);
    let endpoint = bed.endpoint_with(&sink, |new| new.endpoint_url = url).await;
    bed.happen(1).await;
    let options = Options {
        clock: bed.test.clock.clone(),
        secret_key: Some(SECRET_KEY.parse().unwrap()),
        webhook_networks: networks.parse().unwrap(),
        ..Options::new(bed.test.url.clone())
    };
    let closed = Store::open(&options).unwrap();
    let dispatcher = Dispatcher::new(closed, PATIENCE).unwrap();
    dispatcher.settle().await.unwrap();
    let attempts = bed.attempts(&bed.deliveries(&endpoint).await[0]).await;
    let error = attempts[0].error.clone().unwrap();
    (sink.received().len(), error)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_closed_since_is_not_reached() {
    let (received, error) = send_with("", |sink| sink.url.clone()).await;
    assert_eq!(received, 0);
    assert_eq!(
        error,
        "The URL cannot be used: it must begin with https://."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_judged_by_the_addresses_it_leads_to() {
    let by_name = |sink: &WebhookSink| sink.url.replace("127.0.0.1", "localhost");
    let (received, error) = send_with("10.0.0.0/8", by_name).await;
    assert_eq!(received, 0);
    assert_eq!(
        error,
        "The host name localhost leads to an address that is not public."
    );
}
