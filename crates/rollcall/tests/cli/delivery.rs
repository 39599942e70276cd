//! Webhooks of processes that are killed or that are many: nothing lost, and repeated only where nobody can know.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rollcall_store::Clock;
use rollcall_store::webhook_delivery::LEASE;
use rollcall_testkit::{Database, Received, Reply, TestStore, WebhookSink};
use rollcall_webhooks::{Dispatcher, Publisher, Step};
use rstest::rstest;
use serde_json::Value;

use crate::application::{Application, id};
use crate::provider::Provider;
use crate::support::{Server, serve};

const PEOPLE: usize = 40;
const OPERATIONS: usize = 200;
/// How long a receiver may take that never answers.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time between two rounds of attempts, and how many it may take.
const ROUND: Duration = Duration::from_hours(1);
const MOST_ROUNDS: usize = 200;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_sending_and_recording_repeats_the_same_events(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let server = serve(&test);
    let application = Application::of(&test, &directory, &server).await;
    let sink = WebhookSink::start();
    sink.always(Reply::Hang);
    application.subscribe(&sink.url).await;
    Provider::of(&directory, &server, 1).create_user().await;
    // They have arrived, and nothing was answered, so nothing is recorded.
    let before = sink.wait_for(2).await;
    let events = application.events(2).await;
    server.kill();
    sink.always(Reply::Status(204));

    let server = serve(&test);
    let application = application.at(&server);
    let dispatcher = dispatcher_of_the_future(&test);
    dispatcher.settle().await.unwrap();
    let after = sink.wait_for(4).await;
    assert_eq!(bodies(&after[2..]), bodies(&before), "byte for byte");
    assert_eq!(times(&before), once(&events));
    application.until_all_succeeded().await;
    dispatcher.settle().await.unwrap();
    assert_eq!(sink.received().len(), 4, "what is recorded is not repeated");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_moment_lose_no_webhook(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let mut server = serve(&test);
    let mut application = Application::of(&test, &directory, &server).await;
    let sink = WebhookSink::start();
    application.subscribe(&sink.url).await;
    let mut provider = Provider::of(&directory, &server, 1);
    for number in 1..=PEOPLE {
        provider.create_user().await;
        if number % 15 == 0 {
            server.kill();
            server = serve(&test);
            provider.move_to(&directory, &server);
            application = application.at(&server);
        }
    }
    let events = application.events(1 + PEOPLE).await;
    dispatcher_of_the_future(&test).settle().await.unwrap();
    application.until_all_succeeded().await;
    let received: Vec<_> = times(&sink.received()).into_keys().collect();
    assert_eq!(received, once(&events).into_keys().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_make_no_attempt_twice() {
    let Some(test) = TestStore::new(Database::Postgres).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let servers = [serve(&test), serve(&test)];
    let application = Application::of(&test, &directory, &servers[0]).await;
    let sink = WebhookSink::start();
    application.subscribe(&sink.url).await;
    let mut provider = Provider::of(&directory, &servers[0], 1);
    for number in 0..PEOPLE {
        provider.move_to(&directory, &servers[number % 2]);
        provider.create_user().await;
    }
    let events = application.events(1 + PEOPLE).await;
    application.until_all_succeeded().await;
    assert_eq!(times(&sink.received()), once(&events));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_at_random_ends_with_every_event(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    // It publishes and delivers nothing: that is for the dispatcher below, whose clock can be moved.
    let server = Server::start_with(&test.url_text, &["--role", "api,scim"]);
    let application = Application::of(&test, &directory, &server).await;
    let sink = WebhookSink::start();
    application.subscribe(&sink.url).await;
    let mut provider = Provider::of(&directory, &server, 7);
    for _ in 0..OPERATIONS {
        provider.act().await;
    }
    let events = publish_all(&test, &application).await;
    let dispatcher = dispatcher_of_the_future(&test);
    let mut random = StdRng::seed_from_u64(7);
    let mut rounds = 0;
    while !application.deliveries("pending").await.is_empty() {
        rounds += 1;
        assert!(rounds < MOST_ROUNDS, "deliveries still wait");
        sink.always(any_reply(&mut random));
        sink.next((0..events.len()).map(|_| any_reply(&mut random)));
        dispatcher.settle().await.unwrap();
        test.clock.advance(ROUND);
    }
    let delivered: BTreeMap<_, _> = application
        .deliveries("succeeded")
        .await
        .iter()
        .map(|delivery| (delivery["event_id"].as_str().unwrap().to_owned(), 1))
        .collect();
    assert_eq!(delivered, once(&events));
    let received = times(&sink.received());
    assert_eq!(
        received.keys().collect::<Vec<_>>(),
        delivered.keys().collect::<Vec<_>>()
    );
    assert!(received.values().any(|times| *times > 1), "none had failed");
}

/// A proxy would look names up by itself, and so lead around the guard.
#[tokio::test(flavor = "multi_thread")]
async fn webhooks_go_by_no_proxy_of_the_environment() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let directory = test.directory("Contoso").await;
    let proxy = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut command = Server::command(&test.url_text, &[]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command
            .env(name, &address)
            .env(name.to_lowercase(), &address);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    let server = Server::of(command);
    let application = Application::of(&test, &directory, &server).await;
    let sink = WebhookSink::start();
    application.subscribe(&sink.url).await;
    Provider::of(&directory, &server, 1).create_user().await;
    sink.wait_for(2).await;
    let nobody = proxy.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

/// Three of four succeed.
fn any_reply(random: &mut StdRng) -> Reply {
    match random.random_range(0..160) {
        0..120 => Reply::Status(204),
        120..150 => Reply::Status(500),
        150..158 => Reply::Status(404),
        _ => Reply::Hang,
    }
}

/// Publishes what waits; gives all events.
async fn publish_all(test: &TestStore, application: &Application) -> Vec<Value> {
    let publisher = Publisher::new(test.store.clone(), "test".to_owned());
    while publisher.step(None).await.unwrap() != Step::Idle {}
    application.events(1).await
}

/// A process that comes when what others had claimed is due again.
fn dispatcher_of_the_future(test: &TestStore) -> Dispatcher {
    let past = Clock::system().now().since(test.clock.now());
    test.clock.advance(past + 2 * LEASE);
    Dispatcher::new(test.store.clone(), PATIENCE).unwrap()
}

fn bodies(received: &[Received]) -> BTreeMap<String, &str> {
    received
        .iter()
        .map(|attempt| (attempt.event_id(), attempt.body.as_str()))
        .collect()
}

/// How often each event arrived, by its id.
fn times(received: &[Received]) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for attempt in received {
        *times.entry(attempt.event_id()).or_default() += 1;
    }
    times
}

/// The same for events that arrived once each.
fn once(events: &[Value]) -> BTreeMap<String, usize> {
    events
        .iter()
        .map(|event| (id(event).to_owned(), 1))
        .collect()
}
