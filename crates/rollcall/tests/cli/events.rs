//! The events, as an application reads them from processes that are killed.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use rollcall_store::workspace::DeactivatedUsers;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use serde_json::Value;

use crate::application::Application;
use crate::contents::Contents;
use crate::durability::burst_until_killed;
use crate::provider::Provider;
use crate::support::{Server, report, serve};

const PEOPLE: usize = 20;
/// Operations of the model test unless the environment asks for more.
const OPERATIONS: usize = 400;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_before_a_kill_is_published_after_it(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    // It takes what the provider pushes, and has nobody to publish it.
    let ingest = Server::start_with(&test.url_text, &["--role", "scim"]);
    let mut provider = Provider::of(&directory, &ingest, 1);
    for _ in 0..PEOPLE {
        provider.create_user().await;
    }
    ingest.kill();

    let server = serve(&test);
    let application = Application::of(&test, &directory, &server).await;
    let events = application.events(1 + PEOPLE).await;
    assert_eq!(Contents::of(&events), Contents::told_by(&application).await);
    assert_eq!(Contents::of(&events).size(), [PEOPLE, 0, 0]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_a_burst_loses_and_doubles_no_event(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let answered = burst_until_killed(serve(&test), &directory).await;

    let server = serve(&test);
    let application = Application::of(&test, &directory, &server).await;
    // More may have been committed than was answered; an event of its own marks the end of it.
    let last = Provider::of(&directory, &server, 1).create_user().await;
    let events = application
        .events_until(|event| event["data"]["id"] == last)
        .await;
    assert_eq!(Contents::of(&events), Contents::told_by(&application).await);
    let told: BTreeSet<_> = events.iter().filter_map(user_name).collect();
    let lost: Vec<_> = answered.difference(&told).collect();
    assert!(lost.is_empty(), "answered 201 and never told: {lost:?}");
    assert_sequence(&events);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_publishes_when_the_leader_is_killed() {
    let Some(test) = TestStore::new(Database::Postgres).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let first = serve(&test);
    let application = Application::of(&test, &directory, &first).await;
    let mut provider = Provider::of(&directory, &first, 1);
    provider.create_user().await;
    // Only one process is there, so it leads once this is published.
    application.events(2).await;
    let second = serve(&test);
    provider.move_to(&directory, &second);
    let application = application.at(&second);
    first.kill();
    let killed = Instant::now();
    provider.create_user().await;
    let events = application.events(3).await;
    let taken = killed.elapsed();
    assert_sequence(&events);
    assert!(taken.as_secs() < 10, "took over after {taken:?}");
    report(&format!("a killed publisher was replaced after {taken:?}"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_folds_the_events_has_the_directory(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values(DeactivatedUsers::Keep, DeactivatedUsers::Delete)] deactivated: DeactivatedUsers,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    test.decide(&directory.workspace, deactivated).await;
    let server = serve(&test);
    let application = Application::of(&test, &directory, &server).await;
    let seed = number("ROLLCALL_MODEL_SEED").unwrap_or(1);
    let operations = number("ROLLCALL_MODEL_OPERATIONS").unwrap_or(OPERATIONS);
    // An event of its own marks the end: whatever was done before is told before it.
    let end = Arc::new(OnceLock::new());
    let (reader, marker) = (application.clone(), Arc::clone(&end));
    let follower = tokio::spawn(async move {
        let is_last = |event: &Value| {
            marker
                .get()
                .is_some_and(|last| event["data"]["id"] == *last)
        };
        reader.events_until(is_last).await
    });
    let mut provider = Provider::of(&directory, &server, seed);
    for _ in 0..operations {
        provider.act().await;
    }
    let last: String = provider.create_user().await;
    end.set(last).unwrap();
    let events = follower.await.unwrap();
    let told = Contents::told_by(&application).await;
    let size = told.size();
    let differences = match deactivated {
        DeactivatedUsers::Keep => Contents::of(&events).differences(&told),
        DeactivatedUsers::Delete => {
            let folded = Contents::of(&events).without_times_of_groups();
            folded.differences(&told.without_times_of_groups())
        }
    };
    assert!(differences.is_empty(), "seed {seed}: {differences:#?}");
    assert_sequence(&events);
    report(&format!(
        "{operations} operations ({deactivated:?}) made {} events and left {:?} people, groups and memberships",
        events.len(),
        size
    ));
}

/// Each event has the next number in its directory.
fn assert_sequence(events: &[Value]) {
    let numbers: Vec<_> = events
        .iter()
        .map(|event| event["context"]["directory_sequence"].as_u64().unwrap())
        .collect();
    assert!(
        numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]),
        "{numbers:?}"
    );
}

fn user_name(event: &Value) -> Option<String> {
    Some(event["data"]["username"].as_str()?.to_owned())
}

fn number<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.parse().ok()
}
