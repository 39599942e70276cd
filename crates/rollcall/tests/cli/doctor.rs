//! `rollcall doctor`: what is wrong, in words and as an exit code.

use std::process::{Command, Output};

use rollcall_testkit::{
    Database, MailSink, SECRET_KEY, TestStore, create_postgres_database_as_text,
};
use rstest::rstest;
use serde_json::Value;

use crate::provider::Provider;
use crate::support::{rollcall, run, serve, stdout};

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_database_is_well(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let sink = MailSink::start();
    let findings = findings(&stdout(
        &examining(&test)
            .args(["--smtp-url", &sink.url])
            .output()
            .unwrap(),
    ));
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
            "backups",
            "audit log",
            "mail"
        ]
    );
    assert!(
        findings.iter().all(|found| found["verdict"] == "good"),
        "{findings:?}"
    );
}

/// The command for a test's database.
fn examining(test: &TestStore) -> Command {
    let mut command = rollcall(&["doctor", "--json", "--database-url", &test.url_text]);
    command
        .args(["--public-url", "https://sync.example.com"])
        .env("ROLLCALL_SECRET_KEY", SECRET_KEY);
    command
}

/// What it says of a test's database.
fn examine(test: &TestStore) -> Output {
    examining(test).output().unwrap()
}

fn findings(printed: &str) -> Vec<Value> {
    serde_json::from_str(printed).unwrap()
}

/// Verdict and message about one thing.
fn about<'a>(findings: &'a [Value], subject: &str) -> (&'a str, &'a str) {
    let found = findings.iter().rfind(|found| found["subject"] == subject);
    let found = found.unwrap();
    let [verdict, message] = [&found["verdict"], &found["message"]].map(Value::as_str);
    (verdict.unwrap(), message.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_cannot_go_out_is_noticed() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let found = findings(&stdout(&examine(&test)));
    let (verdict, message) = about(&found, "mail");
    assert!(verdict == "warning" && message.contains("log"), "{message}");
    for url in [
        "smtp://ada:hunter2@127.0.0.1:1",
        "https://ada:hunter2@example.com",
    ] {
        let output = examining(&test).args(["--smtp-url", url]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(!printed.contains("hunter2"), "{printed}");
        assert_eq!(about(&findings(&printed), "mail").0, "problem");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_be_lost_needs_a_backup() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let directory = test.directory("Contoso").await;
    let server = serve(&test);
    Provider::of(&directory, &server, 1).create_user().await;
    let found = findings(&stdout(&examine(&test)));
    assert_eq!(about(&found, "backups").0, "warning");
    let taken = run(&["backup", "-", "--database-url", &test.url_text]);
    assert!(taken.status.success(), "{taken:?}");
    let found = findings(&stdout(&examine(&test)));
    assert_eq!(about(&found, "backups").0, "good");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_everybody_can_read_is_noticed() {
    use std::os::unix::fs::PermissionsExt;

    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret.key");
    std::fs::write(&file, SECRET_KEY).unwrap();
    for (mode, verdict) in [(0o644, "warning"), (0o640, "good"), (0o600, "good")] {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        let mut command = examining(&test);
        command.args(["--secret-key-file", file.to_str().unwrap()]);
        let found = findings(&stdout(&command.output().unwrap()));
        assert_eq!(about(&found, "secret key").0, verdict, "{mode:o}");
    }
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
