//! `rollcall backup` and `rollcall restore`: an installation in a file, and out of it.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use reqwest::StatusCode;
use rollcall_testkit::{Database, SECRET_KEY, TestStore, create_postgres_database_as_text};
use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

use crate::provider::Provider;
use crate::support::{Server, refusal, rollcall, run, scim_get, serve, stdout};

fn backup(database_url: &str, file: &Path) -> Output {
    run(&[
        "backup",
        file.to_str().unwrap(),
        "--database-url",
        database_url,
    ])
}

fn restore(file: &Path, database_url: &str) -> Output {
    rollcall(&[
        "restore",
        file.to_str().unwrap(),
        "--database-url",
        database_url,
    ])
    .env("ROLLCALL_SECRET_KEY", SECRET_KEY)
    .output()
    .unwrap()
}

/// The URL of a database that is not there yet, or has no tables.
fn nothing_yet(database: Database, folder: &TempDir) -> Option<String> {
    match database {
        Database::Sqlite => {
            let file = folder.path().join("new").join("rollcall.db");
            Some(format!("sqlite://{}", file.display()))
        }
        Database::Postgres => create_postgres_database_as_text(),
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite, Database::Sqlite)]
#[case::postgres(Database::Postgres, Database::Postgres)]
#[case::sqlite_to_postgres(Database::Sqlite, Database::Postgres)]
#[case::postgres_to_sqlite(Database::Postgres, Database::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn an_installation_moves_while_it_runs(#[case] from: Database, #[case] to: Database) {
    let folder = tempfile::tempdir().unwrap();
    let (Some(test), Some(other)) = (TestStore::new(from).await, nothing_yet(to, &folder)) else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let server = serve(&test);
    let mut provider = Provider::of(&directory, &server, 1);
    provider.create_user().await;
    let users = |server: &Server| format!("{}/Users", server.endpoint(&directory));
    let before = scim_get(&users(&server), &directory.token).await;
    assert_eq!(before.1["totalResults"], 1);

    let file = folder.path().join("rollcall.backup");
    let said = stdout(&backup(&test.url_text, &file));
    let key_id = SECRET_KEY
        .parse::<rollcall_store::seal::SecretKey>()
        .unwrap()
        .id();
    assert!(
        said.contains(" rows to ") && said.contains(&key_id),
        "{said}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let said = stdout(&restore(&file, &other));
    assert!(said.contains("which is here"), "{said}");
    let again = refusal(&restore(&file, &other), 1);
    assert!(
        again.contains("nothing was restored: the database is not empty"),
        "{again}"
    );

    let second = Server::start(&other);
    let (status, after) = scim_get(&users(&second), &directory.token).await;
    assert_eq!(status, StatusCode::OK);
    let located = |list: &Value| list["Resources"][0]["id"].clone();
    assert_eq!(located(&after), located(&before.1));
    provider.move_to(&directory, &second);
    provider.create_user().await;
    let checked = rollcall(&["doctor", "--json", "--database-url", &other])
        .args(["--public-url", "https://sync.example.com"])
        .env("ROLLCALL_SECRET_KEY", SECRET_KEY)
        .output();
    let findings: Vec<Value> = serde_json::from_slice(&checked.unwrap().stdout).unwrap();
    let sick = findings.iter().find(|found| found["verdict"] == "problem");
    assert!(sick.is_none(), "{findings:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_goes_through_a_pipe() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    test.directory("Contoso").await;
    let folder = tempfile::tempdir().unwrap();
    let other = nothing_yet(Database::Sqlite, &folder).unwrap();
    let output = run(&["backup", "-", "--json", "--database-url", &test.url_text]);
    assert!(output.status.success(), "{output:?}");
    let header: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(header["rows"]["directories"], 1);
    let file = folder.path().join("piped");
    fs::write(&file, &output.stdout).unwrap();
    let mut command = rollcall(&["restore", "-", "--database-url", &other]);
    let restored = command
        .stdin(Stdio::from(fs::File::open(&file).unwrap()))
        .output();
    let said = stdout(&restored.unwrap());
    assert!(
        said.contains("which is not here: start the server with it"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_backup_is_replaced_and_only_by_a_whole_one() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = test.url.sqlite_path().unwrap();
    let refused = refusal(&backup(&test.url_text, database), 1);
    assert!(
        refused.contains("is no backup; choose another name"),
        "{refused}"
    );
    test.workspace("Acme").await;

    let file = folder.path().join("rollcall.backup");
    stdout(&backup(&test.url_text, &file));
    let first = fs::read(&file).unwrap();
    let gone = format!("sqlite://{}/gone.db", folder.path().display());
    let refused = refusal(&backup(&gone, &file), 1);
    assert!(refused.contains("there is no database"), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), first);
    stdout(&backup(&test.url_text, &file));
    assert_ne!(fs::read(&file).unwrap(), first);
    let names = fs::read_dir(folder.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["rollcall.backup"], "nothing else was left or made");
}

#[test]
fn what_is_no_backup_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some.file");
    fs::write(&file, "hello").unwrap();
    let other = nothing_yet(Database::Sqlite, &folder).unwrap();
    let refused = refusal(&restore(&file, &other), 1);
    assert!(refused.contains("this is no Rollcall backup"), "{refused}");
    let refused = refusal(&restore(&folder.path().join("none"), &other), 1);
    assert!(refused.contains("cannot read"), "{refused}");
    assert!(!folder.path().join("new").exists());
}
