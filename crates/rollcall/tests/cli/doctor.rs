//! `rollcall doctor`: what is wrong, in words and as an exit code.

use rollcall_testkit::{Database, TestStore, create_postgres_database_as_text};
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
    let output = run(&[
        "doctor",
        "--json",
        "--database-url",
        &test.url_text,
        "--public-url",
        "https://sync.example.com",
    ]);
    let findings: Vec<Value> = serde_json::from_str(&stdout(&output)).unwrap();
    let subjects: Vec<&str> = findings
        .iter()
        .filter_map(|found| found["subject"].as_str())
        .collect();
    assert_eq!(subjects, ["settings", "public URL", "database", "schema"]);
    assert!(
        findings.iter().all(|found| found["verdict"] == "good"),
        "{findings:?}"
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
