//! That nothing can be forgotten: no table, no column, no counter.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use rollcall_store::backup::{COUNTER, LEFT_OUT, TABLES};
use rollcall_store::{Connection, Error};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

use super::everything::fill;
use super::take;
use crate::schema::declared;

#[test]
fn every_table_is_backed_up_or_left_out_for_a_reason() {
    let kept: BTreeSet<&str> = TABLES.iter().copied().collect();
    let left_out: BTreeSet<&str> = LEFT_OUT.iter().map(|(table, _)| *table).collect();
    let both: Vec<_> = kept.intersection(&left_out).collect();
    assert!(both.is_empty(), "{both:?}");
    let decided: BTreeSet<String> = kept.union(&left_out).map(ToString::to_string).collect();
    let mut tables: BTreeSet<String> = declared().into_keys().collect();
    tables.insert("__diesel_schema_migrations".to_owned());
    assert_eq!(
        decided, tables,
        "a new table belongs into TABLES or LEFT_OUT of backup/tables.rs"
    );
    assert!(LEFT_OUT.iter().all(|(_, reason)| reason.len() > 20));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn every_declared_column_is_in_a_backup(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let bytes = take(&test).await;
    let text = super::text(&bytes);
    for table in TABLES {
        let mut columns: Vec<String> = declared().remove(*table).unwrap().into_keys().collect();
        let begin = format!("{{\"table\":\"{table}\"");
        let line = text.lines().find(|line| line.starts_with(&begin)).unwrap();
        let mark: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut found: Vec<String> = serde_json::from_value(mark["columns"].clone()).unwrap();
        columns.sort();
        found.sort();
        assert_eq!(found, columns, "{table}");
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    name: String,
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn one_column_counts_by_itself(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    // SQLite lists what counts once it has counted.
    fill(&test).await;
    let found = test.store.read(|conn| {
        let found: Vec<Found> = match conn {
            Connection::Postgres(conn) => diesel::sql_query(
                "SELECT sequencename::text AS name FROM pg_sequences WHERE schemaname = 'public'",
            )
            .load(conn)?,
            Connection::Sqlite(conn) => {
                diesel::sql_query("SELECT name || '_seq_seq' AS name FROM sqlite_sequence")
                    .load(conn)?
            }
        };
        Ok::<_, Error>(found)
    });
    let names: Vec<String> = found.await.unwrap().into_iter().map(|it| it.name).collect();
    let (table, column) = COUNTER;
    assert_eq!(names, [format!("{table}_{column}_seq")]);
}
