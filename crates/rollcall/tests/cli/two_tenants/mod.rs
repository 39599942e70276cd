//! Two tenants provisioned at the same time with the same names, ids and addresses: nothing that one of them is told,
//! and no row, holds anything of the other.

mod person;
mod tenant;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use tokio::task::JoinSet;

use self::tenant::{Order, Tenant};
use crate::support::{Server, report};

/// People of each tenant: all calls for all of them are some more than 2,000.
const PEOPLE: usize = 84;
/// Clients of each tenant at a time.
const CLIENTS: usize = 4;
/// Tables whose rows belong to a tenant, and in which both have made the same.
const SHARED_OUT: [&str; 9] = [
    "directory_users",
    "directory_user_emails",
    "directory_groups",
    "memberships",
    "organizations",
    "directories",
    "events",
    "event_positions",
    "webhook_deliveries",
];

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_the_same_stays_apart(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let server = Server::start(&test.url_text);
    let order = Order::default();
    let mut tenants = Vec::new();
    for mark in ["Works at Northwind", "Works at Fabrikam"] {
        let directory = test.directory("Contoso").await;
        tenants.push(Arc::new(
            Tenant::new(&test, directory, &server, mark, &order).await,
        ));
    }
    let begun = Instant::now();
    provision(&tenants).await;
    assert_interleaved(&order, begun);
    let mut told = Vec::new();
    for tenant in &tenants {
        told.push(tenant.everything_told().await);
    }
    let shared: Vec<_> = told[0].intersection(&told[1]).collect();
    assert!(shared.is_empty(), "told to both: {shared:?}");
    assert_rows_apart(&test, &told).await;
}

/// All calls of all tenants, from several clients of each.
async fn provision(tenants: &[Arc<Tenant>]) {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        for tenant in tenants {
            let tenant = Arc::clone(tenant);
            clients.spawn(async move {
                for number in (client..PEOPLE).step_by(CLIENTS) {
                    person::come_and_go(&tenant, number).await;
                }
            });
        }
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
}

/// The tenants took turns, rather than one being done when the other began.
fn assert_interleaved(order: &Order, begun: Instant) {
    let order = order.lock().unwrap();
    let turns = order.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(order.len(), 2 * PEOPLE * person::CALLS);
    assert!(turns * 10 > order.len(), "only {turns} turns");
    report(&format!(
        "{} calls of two tenants in {:.1} s, {turns} times one after the other's",
        order.len(),
        begun.elapsed().as_secs_f32()
    ));
}

/// No row names both tenants, and where rows are shared out each has as many.
async fn assert_rows_apart(test: &TestStore, told: &[BTreeSet<String>]) {
    for (table, rows) in test.contents(&[]).await {
        let mut counts = [0; 2];
        for row in &rows {
            let named = ids(row);
            let whose = told.iter().map(|told| !told.is_disjoint(&named));
            match whose.collect::<Vec<_>>()[..] {
                [true, true] => panic!("both in a row of {table}: {row}"),
                [true, false] => counts[0] += 1,
                [false, true] => counts[1] += 1,
                _ => assert!(!SHARED_OUT.contains(&&*table), "whose? {table}: {row}"),
            }
        }
        if SHARED_OUT.contains(&&*table) {
            assert!(
                counts[0] > 0 && counts[0] == counts[1],
                "{table}: {counts:?}"
            );
        }
    }
}

/// The ids in a text: a prefix, an underscore and the 26 characters of a ULID. What marks a tenant counts as one.
fn ids(text: &str) -> BTreeSet<String> {
    let words =
        text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let is_id = |word: &&str| {
        word.rsplit_once('_')
            .is_some_and(|(_, end)| end.len() == 26 && !end.contains(|c: char| c.is_lowercase()))
    };
    let mut ids: BTreeSet<_> = words.filter(is_id).map(str::to_owned).collect();
    let marks = ["Northwind", "Fabrikam"].into_iter();
    ids.extend(marks.filter(|mark| text.contains(mark)).map(str::to_owned));
    ids
}

#[test]
fn a_foreign_id_is_noticed() {
    let own =
        ids(r#"{"id":"directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV","title":"Works at Northwind"}"#);
    let wrong = ids("/Users/directory_user_01ARZ3NDEKTSV4RRFFQ69G5FAV?x");
    assert_eq!(own.len(), 2);
    assert_eq!(own.intersection(&wrong).count(), 1);
}
