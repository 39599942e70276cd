//! What is no whole backup of this program's schema changes nothing.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use rollcall_store::audit::{Actor, Context};
use rollcall_store::backup::{self, Error};
use rollcall_store::{Options, migrations};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

use super::everything::fill;
use super::{compressed, restore, rows, take, text};

/// The refusal, after which the database is as it was.
async fn refused(test: &TestStore, bytes: Vec<u8>) -> Error {
    let before = test.contents(&[]).await;
    let refusal = restore(test, bytes).await.unwrap_err();
    assert_eq!(test.contents(&[]).await, before, "{refusal}");
    refusal
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_off_or_changed_is_refused(#[case] database: Database) {
    let (Some(test), Some(other)) = (
        TestStore::new(database).await,
        TestStore::new(database).await,
    ) else {
        return;
    };
    fill(&test).await;
    let whole = take(&test).await;
    let end = whole.len() - 1;
    for length in [
        0,
        1,
        5,
        30,
        end / 4,
        end / 2,
        end - 40,
        end - 8,
        end - 1,
        end,
    ] {
        let refusal = refused(&other, whole[..length].to_vec()).await;
        assert!(
            matches!(refusal, Error::CutOff | Error::Foreign),
            "{length} of {end}: {refusal}"
        );
    }
    for place in [end / 3, end / 2, end - 6, end] {
        let mut changed = whole.clone();
        changed[place] ^= 0x20;
        let refusal = refused(&other, changed).await;
        let known = matches!(refusal, Error::CutOff | Error::Damaged(_) | Error::Store(_));
        assert!(known, "{place} of {end}: {refusal}");
    }
    restore(&other, whole.clone()).await.unwrap();
    assert_eq!(rows(&take(&other).await), rows(&whole));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn other_files_and_other_schemas_are_refused(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let whole = text(&take(&test).await);
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        compressed(&whole.replacen(from, to, 1))
    };
    let schema = whole.split("\"schema\":\"").nth(1).unwrap();
    let schema = &schema[..schema.find('"').unwrap()];

    let cases = [
        (b"SQLite format 3\0".to_vec(), "this is no Rollcall backup"),
        (compressed("hello\n"), "this is no Rollcall backup"),
        (compressed("{\"rows\":{}}\n"), "this is no Rollcall backup"),
        (
            with("\"rollcall_backup\":1", "\"rollcall_backup\":2"),
            "use the newer program",
        ),
        (
            with(schema, "20990101000000"),
            "restore it with that program",
        ),
        (
            with(schema, "20200101000000"),
            "restore it with that program",
        ),
        (with("\"publisher\":1", "\"publisher\":2"), "checksum"),
        (
            with("\"table\":\"members\"", "\"table\":\"sessions\""),
            "none of this schema",
        ),
        (
            with("\"email\"", "\"email; DROP TABLE members\""),
            "none of this schema",
        ),
        (
            with("\"table\":\"members\"", "\"table\":\"workspaces\""),
            "none of this schema",
        ),
        (
            compressed(&format!("{whole}{{}}\n")),
            "something follows its end",
        ),
    ];
    let Some(empty) = TestStore::new(database).await else {
        return;
    };
    for (bytes, reason) in cases {
        let refusal = refused(&empty, bytes).await.to_string();
        assert!(refusal.contains(reason), "{refusal}");
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_use_is_not_overwritten(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    test.workspace("Acme").await;
    let taken = take(&test).await;
    let refusal = refused(&test, taken).await;
    assert!(
        matches!(&refusal, Error::NotEmpty(table) if table == "workspaces"),
        "{refusal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_another_program_is_not_even_migrated() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let taken = take(&test).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.db").display().to_string();
    let mut orders = SqliteConnection::establish(&file).unwrap();
    orders
        .batch_execute("CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1)")
        .unwrap();
    let options = Options::new(format!("sqlite://{file}").parse().unwrap());
    let missing = migrations::missing(&options.url).unwrap();
    let context = Context::local(Actor::CommandLine);
    let refusal = backup::restore(&options, context, taken.as_slice()).unwrap_err();
    assert!(
        matches!(&refusal, Error::UnknownTable(table) if table == "orders"),
        "{refusal}"
    );
    assert_eq!(migrations::missing(&options.url).unwrap(), missing);
}
