//! Publishing: one order, nothing skipped, one publisher at a time.

use std::sync::mpsc;
use std::time::Duration;

use rollcall_store::event::{self, Order, Published, Query};
use rollcall_store::publisher::{self, LEASE, Publication};
use rollcall_store::{Clock, Error, Options, Store, directory_user};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;

use crate::{create_user, profile};

/// Fewer events than a page takes.
const LIVES: usize = 100;

async fn publish(store: &Store, holder: &'static str) -> Publication {
    let done: Result<_, Error> = store.write(move |tx| publisher::publish(tx, holder)).await;
    done.expect("events can be published")
}

/// Publishes all that waits.
async fn publish_all(store: &Store) {
    while let Publication::Leading { more: true, .. } = publish(store, "this").await {}
}

const fn everything() -> Query {
    Query {
        names: Vec::new(),
        organization_id: None,
        directory_id: None,
        after: None,
        before: None,
        created_from: None,
        created_until: None,
        order: Order::Ascending,
        limit: 1_000,
    }
}

async fn read(test: &TestStore, at: &TestDirectory, query: Query) -> Vec<Published> {
    let id = at.workspace.id.clone();
    test.store
        .read(move |conn| event::page(conn, &id, &query))
        .await
        .expect("events can be read")
}

fn user_names(events: &[Published]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|published| published.event.data["username"].as_str())
        .collect()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_seen_once_it_is_published_and_numbered(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    for name in ["ada@example.com", "grace@example.com"] {
        create_user(&test, &at, name).await;
    }
    assert_eq!(read(&test, &at, everything()).await, []);
    publish_all(&test.store).await;

    let seen = read(&test, &at, everything()).await;
    assert_eq!(user_names(&seen), ["ada@example.com", "grace@example.com"]);
    let sequences: Vec<_> = seen
        .iter()
        .filter_map(|published| published.directory_sequence)
        .collect();
    let counted: Vec<_> = (1..).take(sequences.len()).collect();
    assert_eq!(sequences, counted);
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].position < pair[1].position)
    );
    assert_eq!(test.store.read(publisher::backlog).await.unwrap(), 0);
}

/// Two transactions are open at once; the one that drew its number first commits last, and a
/// reader asks in between. Only PostgreSQL has two writers.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_commits_late_is_not_skipped() {
    let Some(test) = TestStore::new(Database::Postgres).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let (drew, has_drawn) = mpsc::channel();
    let (commit, may_commit) = mpsc::channel();
    let early = held_open(&test, &at, "early@example.com", drew, may_commit);
    has_drawn.recv().unwrap();
    create_user(&test, &at, "late@example.com").await;

    publish_all(&test.store).await;
    let first = read(&test, &at, everything()).await;
    assert_eq!(user_names(&first), ["late@example.com"]);
    let cursor = first.last().unwrap().position;
    assert!(!early.is_finished(), "it commits only now");
    commit.send(()).unwrap();
    early.await.unwrap();

    publish_all(&test.store).await;
    let after = Query {
        after: Some(cursor),
        ..everything()
    };
    let second = read(&test, &at, after).await;
    assert_eq!(user_names(&second), ["early@example.com"]);
    assert!(second[0].event.seq < first.last().unwrap().event.seq);
    let all = read(&test, &at, everything()).await;
    assert_eq!(all, [first, second].concat(), "the order stays");
}

/// Creates somebody in a transaction that stays open until it is told to commit.
fn held_open(
    test: &TestStore,
    at: &TestDirectory,
    user_name: &str,
    drew: mpsc::Sender<()>,
    may_commit: mpsc::Receiver<()>,
) -> tokio::task::JoinHandle<()> {
    let (store, directory, profile) =
        (test.store.clone(), at.directory.clone(), profile(user_name));
    tokio::spawn(async move {
        let made: Result<_, directory_user::Error> = store
            .write(move |tx| {
                let user = directory_user::create(tx, &directory, profile)?;
                drew.send(()).unwrap();
                may_commit.recv().unwrap();
                Ok(user)
            })
            .await;
        made.expect("the person can be created");
    })
}

/// Somebody reads page after page, and a page takes so long that much is published meanwhile.
#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_follows_the_publisher_misses_nothing(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let (store, directory) = (test.store.clone(), at.directory.clone());
    let busy = tokio::spawn(async move {
        for number in 0..LIVES {
            let profile = profile(&format!("person{number}@example.com"));
            let owner = directory.clone();
            let born: Result<_, directory_user::Error> = store
                .write(move |tx| directory_user::create(tx, &owner, profile))
                .await;
            publish_all(&store).await;
            let (owner, user) = (directory.clone(), born.unwrap());
            let gone: Result<_, Error> = store
                .write(move |tx| directory_user::delete(tx, &owner, &user.id))
                .await;
            gone.unwrap();
            publish_all(&store).await;
        }
    });
    let mut seen: Vec<Published> = Vec::new();
    let mut over = false;
    while !over {
        // Asked before the last page is read.
        over = busy.is_finished();
        let next = Query {
            names: lives(),
            after: seen.last().map(|last| last.position),
            ..everything()
        };
        seen.extend(read(&test, &at, next).await);
    }
    busy.await.unwrap();
    let all = Query {
        names: lives(),
        ..everything()
    };
    assert_eq!(positions(&seen), positions(&read(&test, &at, all).await));
    assert_eq!(seen.len(), 2 * LIVES);
}

/// Births and deaths, with many a name between them.
fn lives() -> Vec<String> {
    let between = std::iter::repeat_n(event::GROUP_CREATED, 100);
    [event::USER_CREATED]
        .into_iter()
        .chain(between)
        .chain([event::USER_DELETED])
        .map(str::to_owned)
        .collect()
}

fn positions(events: &[Published]) -> Vec<i64> {
    events.iter().map(|published| published.position).collect()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn another_process_publishes_once_the_lease_is_over(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    publish_all(&test.store).await;
    create_user(&test, &at, "ada@example.com").await;
    let until = test.clock.now().plus(LEASE);
    assert_eq!(
        publish(&test.store, "other").await,
        Publication::Following { until }
    );
    test.clock.advance(LEASE + Duration::from_millis(1));
    let taken = publish(&test.store, "other").await;
    assert!(matches!(taken, Publication::Leading { events: 1, .. }));

    let resigned: Result<(), Error> = test.store.write(|tx| publisher::resign(tx, "other")).await;
    resigned.unwrap();
    let back = publish(&test.store, "this").await;
    assert!(matches!(back, Publication::Leading { events: 0, .. }));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_by_name_time_and_place(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let other = test.directory("Other").await;
    create_user(&test, &at, "ada@example.com").await;
    create_user(&test, &other, "else@example.com").await;
    publish_all(&test.store).await;
    test.clock.advance(Duration::from_hours(1));
    let noon = test.clock.now();
    create_user(&test, &at, "grace@example.com").await;
    publish_all(&test.store).await;

    let created = Query {
        names: vec![event::USER_CREATED.to_owned()],
        ..everything()
    };
    let both = read(&test, &at, created.clone()).await;
    assert_eq!(user_names(&both), ["ada@example.com", "grace@example.com"]);
    let newest_first = Query {
        order: Order::Descending,
        limit: 1,
        ..created.clone()
    };
    let newest = read(&test, &at, newest_first).await;
    assert_eq!(user_names(&newest), ["grace@example.com"]);
    let since = Query {
        created_from: Some(noon),
        ..created.clone()
    };
    assert_eq!(
        user_names(&read(&test, &at, since).await),
        ["grace@example.com"]
    );
    let until = Query {
        created_until: Some(noon.minus(Duration::from_secs(1))),
        before: Some(both[1].position),
        ..created.clone()
    };
    assert_eq!(
        user_names(&read(&test, &at, until).await),
        ["ada@example.com"]
    );
    let nowhere = Query {
        organization_id: Some(other.organization.id.clone()),
        ..created
    };
    assert_eq!(read(&test, &at, nowhere).await, []);
}

/// The publisher's clock is behind, or its transaction began before the one whose event it finds.
#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_found_from_its_own_time_on_when_the_publisher_is_late(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let late = Clock::fixed(test.clock.now());
    let options = Options {
        clock: late.clone(),
        ..Options::new(test.url.clone())
    };
    let publisher = Store::open(&options).unwrap();
    let at = test.directory("Okta").await;
    for name in ["ada@example.com", "grace@example.com"] {
        test.clock.advance(Duration::from_mins(1));
        create_user(&test, &at, name).await;
        publish_all(&publisher).await;
        late.advance(Duration::from_secs(1));
    }
    for event in read(&test, &at, everything()).await {
        let from = Query {
            created_from: Some(event.event.created_at),
            ..everything()
        };
        assert!(read(&test, &at, from).await.contains(&event), "{event:?}");
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_opens_only_its_own_workspaces_event(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let other = test.directory("Other").await;
    create_user(&test, &at, "ada@example.com").await;
    publish_all(&test.store).await;
    let seen = read(&test, &at, everything()).await.pop().unwrap();
    for (workspace, expected) in [
        (&at.workspace, Some(seen.clone())),
        (&other.workspace, None),
    ] {
        let (workspace, id) = (workspace.id.clone(), seen.event.id.clone());
        let found = test
            .store
            .read(move |conn| event::find(conn, &workspace, &id))
            .await;
        assert_eq!(found.unwrap(), expected);
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn old_events_go_in_small_steps(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    create_user(&test, &at, "old@example.com").await;
    publish_all(&test.store).await;
    test.clock.advance(Duration::from_hours(24));
    let cut = test.clock.now();
    create_user(&test, &at, "new@example.com").await;
    publish_all(&test.store).await;

    let before = read(&test, &at, everything()).await.len();
    let mut gone = 0;
    loop {
        let step: Result<usize, Error> = test.store.write(move |tx| event::prune(tx, cut, 1)).await;
        match step.unwrap() {
            0 => break,
            one => gone += one,
        }
    }
    let left = read(&test, &at, everything()).await;
    assert_eq!(left.len() + gone, before);
    assert_eq!(user_names(&left), ["new@example.com"]);
}
