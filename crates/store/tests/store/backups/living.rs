//! Backups of a database in use, and a database that goes on from one.

use std::sync::atomic::{AtomicBool, Ordering};

use rollcall_store::publisher::{self, Publication};
use rollcall_store::webhook_endpoint::{self, New};
use rollcall_store::{Error, audit, event};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use secrecy::ExposeSecret as _;

use super::{parsed, restore, rows, take};
use crate::groups::create;
use crate::{create_user, events};

async fn publish(test: &TestStore) {
    let publish = |store: rollcall_store::Store| async move {
        let done: Result<_, Error> = store.write(|tx| publisher::publish(tx, "this")).await;
        done.unwrap()
    };
    while let Publication::Leading { more: true, .. } = publish(test.store.clone()).await {}
}

/// The rows of a table.
async fn count(test: &TestStore, table: &str) -> usize {
    test.contents(&[]).await[table].len()
}

async fn seq_of_a_new_event(test: &TestStore, at: &TestDirectory, user_name: &str) -> i64 {
    create_user(test, at, user_name).await;
    events(test, at).await.last().unwrap().seq
}

#[rstest]
#[case::sqlite(Database::Sqlite, Database::Sqlite)]
#[case::postgres(Database::Postgres, Database::Postgres)]
#[case::sqlite_to_postgres(Database::Sqlite, Database::Postgres)]
#[case::postgres_to_sqlite(Database::Postgres, Database::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_installation_goes_on(#[case] from: Database, #[case] to: Database) {
    let (Some(test), Some(other)) = (TestStore::new(from).await, TestStore::new(to).await) else {
        return;
    };
    let at = test.directory("Contoso").await;
    let workspace_id = at.workspace.id.clone();
    let made = test.store.write(move |tx| {
        let new = New {
            endpoint_url: "https://hooks.example.com/".to_owned(),
            description: String::new(),
            events: vec![event::USER_CREATED.to_owned()],
            in_order: false,
            deliveries_per_second: 10,
        };
        webhook_endpoint::create(tx, &workspace_id, new)
    });
    let (endpoint, secret) = made.await.unwrap();
    let last = seq_of_a_new_event(&test, &at, "ada@example.com").await;
    publish(&test).await;
    // The newest event is gone, as when all were pruned: its number must not be given again.
    test.run_sql(&format!("DELETE FROM events WHERE seq = {last}"))
        .await;
    restore(&other, take(&test).await).await.unwrap();

    let verdict = other.store.read(audit::verify).await.unwrap();
    assert!(verdict.broken.is_empty(), "{verdict:?}");
    assert!(verdict.entries > 4 && verdict.chains == 2, "{verdict:?}");
    let opened = webhook_endpoint::secret(other.store.sealer(), &endpoint).unwrap();
    assert_eq!(opened.expose_secret(), secret.expose_secret());

    let next = seq_of_a_new_event(&other, &at, "grace@example.com").await;
    assert!(next > last, "{next} after {last}");
    let published = count(&other, "event_positions").await;
    publish(&other).await;
    assert_eq!(count(&other, "event_positions").await, published + 1);
    assert_eq!(count(&other, "event_outbox").await, 0);
    let verdict = other.store.read(audit::verify).await.unwrap();
    assert!(verdict.broken.is_empty(), "{verdict:?}");
}

/// One person after the other, each in a group of their own, until told to stop.
async fn provision(test: &TestStore, at: &TestDirectory, stop: &AtomicBool) {
    let mut number = 0;
    while !stop.load(Ordering::SeqCst) {
        number += 1;
        let user = create_user(test, at, &format!("{number}@example.com")).await;
        create(test, at, &format!("Group {number}"), &[&user])
            .await
            .unwrap();
        publish(test).await;
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_of_one_moment_while_others_write(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (one, two) = (test.directory("One").await, test.directory("Two").await);
    for number in 0..300 {
        create_user(&test, &one, &format!("first-{number}@example.com")).await;
    }
    let stop = AtomicBool::new(false);
    let taking = async {
        let mut taken = Vec::new();
        for _ in 0..5 {
            taken.push(take(&test).await);
        }
        stop.store(true, Ordering::SeqCst);
        taken
    };
    let writing =
        async { tokio::join!(provision(&test, &one, &stop), provision(&test, &two, &stop)) };
    let (taken, _) = tokio::join!(taking, writing);

    let sizes: Vec<usize> = taken.iter().map(|bytes| check_whole(bytes)).collect();
    assert!(
        sizes[0] < sizes[4],
        "nothing was written meanwhile: {sizes:?}"
    );
    assert!(sizes[4] <= count(&test, "directory_users").await);
    let Some(other) = TestStore::new(database).await else {
        return;
    };
    restore(&other, taken[4].clone()).await.unwrap();
    assert_eq!(rows(&take(&other).await), rows(&taken[4]));
    let verdict = other.store.read(audit::verify).await.unwrap();
    assert!(verdict.broken.is_empty(), "{verdict:?}");
}

/// Checks that what one transaction wrote is in a backup whole or not at all; how many people there are.
fn check_whole(bytes: &[u8]) -> usize {
    let tables = parsed(bytes);
    let of = |table: &str| tables.get(table).map_or(&[][..], Vec::as_slice);
    let told = |name: &str| {
        let told = of("events").iter().filter(|event| event["name"] == name);
        told.count()
    };
    let counted: i64 = of("directory_groups")
        .iter()
        .filter_map(|group| group["member_count"].as_i64())
        .sum();
    assert_eq!(told("dsync.user.created"), of("directory_users").len());
    assert_eq!(told("dsync.group.created"), of("directory_groups").len());
    assert_eq!(told("dsync.group.user_added"), of("memberships").len());
    assert_eq!(usize::try_from(counted).unwrap(), of("memberships").len());
    let (waiting, placed) = (of("event_outbox").len(), of("event_positions").len());
    assert_eq!(of("events").len(), waiting + placed);
    assert_eq!(of("publisher")[0]["last_position"], placed);
    of("directory_users").len()
}
