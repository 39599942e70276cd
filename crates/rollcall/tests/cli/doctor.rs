//! `rollcall doctor`: what is wrong, in words and as an exit code.

use std::process::Output;

use rollcall_testkit::{Database, SECRET_KEY, TestStore, create_postgres_database_as_text};
use rstest::rstest;
use serde_json::Value;

use crate::support::{rollcall, run, stdout};

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_database_is_well(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let findings: Vec<Value> = serde_json::from_str(&stdout(&examine(&test))).unwrap();
    let subjects: Vec<&str> = findings
        .iter()
        .filter_map(|found| found["subject"].as_str())
        .collect();
    assert_eq!(
        subjects,
        [
            "settings",
            "public URL",
            "database",
            "schema",
            "publishing",
            "webhooks",
            "secret key",
            "audit log"
        ]
    );
    assert!(
        findings.iter().all(|found| found["verdict"] == "good"),
        "{findings:?}"
    );
}

/// What it says of a test's database.
fn examine(test: &TestStore) -> Output {
    let database = ["doctor", "--json", "--database-url", &test.url_text];
    rollcall(&database)
        .args(["--public-url", "https://sync.example.com"])
        .env("ROLLCALL_SECRET_KEY", SECRET_KEY)
        .output()
        .unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_audit_entry_is_found(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    test.organization(&workspace, "Contoso").await;
    let (without_triggers, with_triggers) = match database {
        Database::Sqlite => ("DROP TRIGGER audit_entries_stay", "SELECT 1"),
        Database::Postgres => (
            "SET session_replication_role = replica",
            "SET session_replication_role = DEFAULT",
        ),
    };
    let change = "UPDATE audit_entries SET target_name = 'Fabrikam' WHERE number = 2";
    test.run_sql(&format!("{without_triggers}; {change}; {with_triggers}"))
        .await;
    let output = examine(&test);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let found = findings
        .iter()
        .find(|found| found["subject"] == "audit log");
    let message = found.unwrap()["message"].as_str().unwrap();
    assert_eq!(
        message,
        format!(
            "somebody changed it in the database: entry 2 of {}: it was changed after it was written",
            workspace.id
        )
    );
}

#[test]
fn an_empty_postgres_database_is_a_problem_with_its_remedy() {
    let Some(url) = create_postgres_database_as_text() else {
        return;
    };
    let output = run(&["doctor", "--database-url", &url]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("PROBLEM") && printed.contains("rollcall migrate"),
        "{printed}"
    );
}

#[test]
fn a_misspelt_variable_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let output = rollcall(&["doctor"])
        .current_dir(folder.path())
        .env("ROLLCALL_DATABASE_ULR", "x")
        .output()
        .unwrap();
    let printed = stdout(&output);
    let line = printed
        .lines()
        .find(|line| line.contains("ROLLCALL_DATABASE_ULR"))
        .unwrap();
    assert!(line.starts_with("warning"), "{line}");
    assert!(
        std::fs::read_dir(folder.path()).unwrap().next().is_none(),
        "looking made something"
    );
}
