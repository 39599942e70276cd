//! What is forgotten.

use std::time::Duration;

use diesel::prelude::*;
use rollcall_store::change::Change;
use rollcall_store::schema::{event_positions, events, webhook_attempts, webhook_deliveries};
use rollcall_store::workspace::Changes;
use rollcall_store::{Connection, Error, webhook_endpoint};
use rollcall_testkit::{Database, TestDirectory, WebhookSink};
use rollcall_webhooks::prune;
use rstest::rstest;

use crate::support::Bed;

const DAY: Duration = Duration::from_hours(24);

/// Events, positions, deliveries and attempts.
async fn counts(bed: &Bed) -> [i64; 4] {
    let counted: Result<_, Error> = bed
        .test
        .store
        .read(|conn| {
            Ok([
                events::table.count().get_result(conn)?,
                event_positions::table.count().get_result(conn)?,
                webhook_deliveries::table.count().get_result(conn)?,
                webhook_attempts::table.count().get_result(conn)?,
            ])
        })
        .await;
    counted.unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn old_events_go_with_all_that_was_delivered_of_them(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    bed.endpoint_with(&sink, |new| new.deliveries_per_second = 1_000)
        .await;
    let [before, ..] = counts(&bed).await;
    bed.test.clock.advance(DAY);
    bed.happen(10).await;
    bed.settle().await;
    bed.test.clock.advance(DAY * 10);
    bed.happen(3).await;
    bed.settle().await;
    assert_eq!(counts(&bed).await, [before + 13, before + 13, 13, 13]);
    assert_eq!(prune(&bed.test.store, DAY * 12).await.unwrap(), 0);
    prune(&bed.test.store, DAY * 5).await.unwrap();
    assert_eq!(counts(&bed).await, [3, 3, 3, 3]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_has_its_events_kept_for_a_shorter_time_and_not_for_a_longer_one(
    #[case] database: Database,
) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let sink = WebhookSink::start();
    bed.endpoint_with(&sink, |new| new.deliveries_per_second = 1_000)
        .await;
    let other = bed.test.directory("Other").await;
    bed.happen(4).await;
    bed.settle().await;
    bed.test.clock.advance(DAY * 10);
    bed.happen(3).await;
    bed.settle().await;
    let of_other = events_of(&bed, &other).await;
    assert!(of_other > 0);
    let decide = async |days| {
        let changes = Changes {
            event_retention_days: Change::Set(days),
            ..Changes::default()
        };
        bed.test
            .change_workspace(&bed.directory.workspace, changes)
            .await;
    };
    decide(11).await;
    assert_eq!(prune(&bed.test.store, DAY * 12).await.unwrap(), 0);
    decide(5).await;
    prune(&bed.test.store, DAY * 12).await.unwrap();
    assert_eq!(counts(&bed).await, [3 + of_other, 3 + of_other, 3, 3]);
    assert_eq!(events_of(&bed, &other).await, of_other);
    // The installation's bound holds whatever a workspace decides.
    decide(3_650).await;
    bed.test.clock.advance(DAY * 13);
    prune(&bed.test.store, DAY * 12).await.unwrap();
    assert_eq!(counts(&bed).await, [0; 4]);
}

async fn events_of(bed: &Bed, directory: &TestDirectory) -> i64 {
    let id = directory.workspace.id.clone();
    let own = move |conn: &mut Connection| -> Result<i64, Error> {
        let own = events::table.filter(events::workspace_id.eq(&id));
        Ok(own.count().get_result(conn)?)
    };
    bed.test.store.read(own).await.unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_deleted_endpoint_leaves_behind_goes(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let (sink, other) = (WebhookSink::start(), WebhookSink::start());
    let endpoint = bed.endpoint(&sink).await;
    bed.endpoint(&other).await;
    bed.happen(5).await;
    bed.settle().await;
    bed.happen(1).await;
    let gone = endpoint.clone();
    let deleted: Result<_, Error> = bed
        .test
        .store
        .write(move |tx| webhook_endpoint::delete(tx, &gone))
        .await;
    deleted.unwrap();
    bed.pass(Duration::from_secs(1)).await;
    assert_eq!(sink.received().len(), 5);
    assert_eq!(prune(&bed.test.store, DAY).await.unwrap(), 11);
    let [_, _, deliveries, attempts] = counts(&bed).await;
    assert_eq!((deliveries, attempts), (6, 6));
    assert_eq!(other.received().len(), 6);
}
