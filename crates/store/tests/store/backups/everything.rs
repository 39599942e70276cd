//! Rows in every table and every column, made from the schema as it is declared, and back again.

use rollcall_store::Backend;
use rollcall_store::backup::TABLES;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

use super::{restore, rows, take};
use crate::schema::declared;

/// Rows of each table. The second has null wherever that may be.
const ROWS: usize = 3;

/// Columns of documents, which may be of any length. (PostgreSQL's indexes do not take long texts.)
const LONG: &[&str] = &[
    "resource",
    "data",
    "request_body",
    "response_body",
    "difference",
];

/// A text that does not repeat itself, or half of its bytes could change unnoticed in a compressed file.
fn long(number: usize) -> String {
    let numbers = (0..20_000_usize).map(|each| (each * each * number).to_string());
    numbers.collect::<Vec<_>>().join("é")
}

/// Fills every table that is backed up. Rows of one number refer to one another.
pub(super) async fn fill(test: &TestStore) {
    let declared = declared();
    let mut sql = String::from("DELETE FROM publisher; DELETE FROM sealing_key;");
    for table in TABLES {
        let columns = &declared[*table];
        let names: Vec<&str> = columns.keys().map(String::as_str).collect();
        for number in 1..=ROWS {
            let values = columns.iter().map(|(name, column)| {
                if column.nullable && number == 2 {
                    return "NULL".to_owned();
                }
                value(name, column.kind, number)
            });
            let values: Vec<String> = values.collect();
            let (names, values) = (names.join(", "), values.join(", "));
            sql.extend([
                "INSERT INTO ",
                table,
                " (",
                &names,
                ") VALUES (",
                &values,
                ");",
            ]);
        }
    }
    if test.store.backend() == Backend::Postgres {
        sql += "SELECT setval('events_seq_seq', 9007199254740993)";
    }
    test.run_sql(&sql).await;
}

fn value(column: &str, kind: &str, number: usize) -> String {
    let is_reference = column == "id" || column.ends_with("_id") || column.ends_with("_by");
    match kind {
        "text" if is_reference => format!("'row {number}'"),
        "text" => {
            let tail = if LONG.contains(&column) {
                long(number)
            } else {
                String::new()
            };
            format!(
                "'{column} {number} ''quoted'' \"twice\" \\ \\n \\u0041 null [1,2] {{}} <b>\u{202e}🧑\u{200d}💻\u{7f}\r\n\t{tail}'"
            )
        }
        // More than a JSON number that went through a float could hold.
        "bigint" => ["9007199254740993", "-7", "3"][number - 1].to_owned(),
        "integer" => number.to_string(),
        "boolean" => (number != 1).to_string(),
        other => panic!("no values for {other}"),
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite, Database::Sqlite)]
#[case::postgres(Database::Postgres, Database::Postgres)]
#[case::sqlite_to_postgres(Database::Sqlite, Database::Postgres)]
#[case::postgres_to_sqlite(Database::Postgres, Database::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back(#[case] from: Database, #[case] to: Database) {
    let (Some(test), Some(other)) = (TestStore::new(from).await, TestStore::new(to).await) else {
        return;
    };
    fill(&test).await;
    let taken = take(&test).await;
    let restored = restore(&other, taken.clone()).await.unwrap();
    assert_eq!(restored.header.last_seq, 9_007_199_254_740_993);

    let (before, after) = (rows(&taken), rows(&take(&other).await));
    for table in TABLES {
        assert_eq!(before[*table].len(), ROWS, "{table}");
        assert_eq!(before[*table], after[*table], "{table}");
    }
    if from == to {
        // Not only by the words of the backup itself.
        let dump = |test: TestStore| async move { test.contents(NOT_COMPARED).await };
        assert_eq!(dump(test).await, dump(other).await);
    }
}

/// What differs for good reason: the audit log tells of backup and restore, and nobody publishes yet.
const NOT_COMPARED: &[&str] = &[
    "audit_entries",
    "audit_heads",
    "publisher.holder",
    "publisher.lease_expires_at",
    "__diesel_schema_migrations.run_on",
];
