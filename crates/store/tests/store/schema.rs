//! Both sets of migrations end in the tables, columns and nullability that `schema.rs` declares,
//! and each `down.sql` undoes its `up.sql`.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use rollcall_store::{Connection, DatabaseUrl, migrations};
use rollcall_testkit::{Database, TestStore, create_postgres_database};
use rstest::rstest;

pub(crate) type Tables = BTreeMap<String, BTreeMap<String, Column>>;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) kind: &'static str,
    pub(crate) nullable: bool,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable = 'YES' AS nullable
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'";
const SQLITE: &str = "SELECT m.name AS table_name, c.name AS column_name, lower(c.type) AS kind,
    c.\"notnull\" = 0 AS nullable FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'";

pub(crate) fn declared() -> Tables {
    let source = include_str!("../../src/db/schema.rs");
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in source.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [name, key, ..] if key.starts_with('(') && line.ends_with('{') => {
                (*name).clone_into(&mut table);
            }
            [column, "->", declared] => {
                let declared = declared.trim_end_matches(',');
                let inner = declared
                    .strip_prefix("Nullable<")
                    .and_then(|rest| rest.strip_suffix('>'));
                let column_kind = Column {
                    kind: kind(inner.unwrap_or(declared)),
                    nullable: inner.is_some(),
                };
                tables
                    .entry(table.clone())
                    .or_default()
                    .insert((*column).to_owned(), column_kind);
            }
            _ => {}
        }
    }
    tables
}

fn kind(name: &str) -> &'static str {
    match name {
        "Text" | "text" => "text",
        // SQLite spells the key that counts by itself "integer"; it holds 64 bits like all its integers.
        "BigInt" | "bigint" => "bigint",
        "Integer" | "integer" => "integer",
        "Bool" | "boolean" => "boolean",
        other => panic!("no kind of column is called {other}"),
    }
}

fn found(rows: Vec<Found>) -> Tables {
    let mut tables = Tables::new();
    for row in rows {
        let counts_by_itself =
            (row.table_name.as_str(), row.column_name.as_str()) == ("events", "seq");
        let kind = if counts_by_itself {
            "bigint"
        } else {
            kind(&row.kind)
        };
        let column = Column {
            kind,
            nullable: row.nullable,
        };
        tables
            .entry(row.table_name)
            .or_default()
            .insert(row.column_name, column);
    }
    tables
}

fn query(conn: &mut Connection) -> Vec<Found> {
    match conn {
        Connection::Postgres(conn) => diesel::sql_query(POSTGRES).load(conn),
        Connection::Sqlite(conn) => diesel::sql_query(SQLITE).load(conn),
    }
    .expect("the catalogue can be read")
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn migrations_end_in_the_declared_schema(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let rows = test
        .store
        .read(|conn| Ok::<_, rollcall_store::Error>(query(conn)))
        .await
        .unwrap();
    assert_eq!(found(rows), declared());
}

fn check_down_undoes_up(url: &DatabaseUrl) {
    let migrated = migrations::migrate(url).unwrap();
    assert!(migrated > 0);
    assert_eq!(migrations::missing(url).unwrap(), 0);
    assert_eq!(
        migrations::migrate(url).unwrap(),
        0,
        "a second run has nothing to do"
    );
    assert_eq!(migrations::revert_all(url).unwrap(), migrated);
    assert_eq!(migrations::missing(url).unwrap(), migrated);
    assert_eq!(
        migrations::migrate(url).unwrap(),
        migrated,
        "what was taken back can come again"
    );
}

#[test]
fn down_undoes_up_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}",
        folder.path().join("made/on/the/way.db").display()
    );
    check_down_undoes_up(&url.parse().unwrap());
}

#[test]
fn down_undoes_up_on_postgres() {
    if let Some(url) = create_postgres_database() {
        check_down_undoes_up(&url);
    }
}

#[test]
fn an_old_postgres_schema_is_refused() {
    let Some(url) = create_postgres_database() else {
        return;
    };
    let error = rollcall_store::Store::open(&rollcall_store::Options::new(url)).unwrap_err();
    assert!(error.to_string().contains("rollcall migrate"), "{error}");
}

#[test]
fn both_folders_hold_the_same_migrations() {
    let names = |backend: &str| {
        let folder = format!("{}/../../migrations/{backend}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// A line of a plan.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// By the primary key it would walk through all members of each group of a page, hidden or not.
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_counts_hidden_members_by_their_own_index() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let plan = "EXPLAIN QUERY PLAN SELECT directory_group_id, count(*) FROM memberships
        WHERE directory_group_id IN ('a', 'b') AND hidden GROUP BY directory_group_id";
    let steps: Vec<Step> = test
        .store
        .read(move |conn| Ok::<_, rollcall_store::Error>(diesel::sql_query(plan).load(conn)?))
        .await
        .unwrap();
    let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
    assert!(
        steps[0].contains("COVERING INDEX memberships_hidden"),
        "{steps:?}"
    );
}
