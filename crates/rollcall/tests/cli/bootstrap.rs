//! `rollcall bootstrap`: the JSON that scripts depend on.

use std::path::Path;
use std::process::Output;

use reqwest::StatusCode;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::support::{refusal, run, scim_get, serve, stdout};

const KEYS: [&str; 7] = [
    "workspace_id",
    "workspace_slug",
    "api_key",
    "organization_id",
    "directory_id",
    "scim_endpoint",
    "scim_token",
];

struct Names<'a> {
    workspace: &'a str,
    organization: &'a str,
    directory: &'a str,
}

const NAMES: Names<'_> = Names {
    workspace: "Northwind",
    organization: "Contoso",
    directory: "Okta",
};

fn bootstrap(
    database_url: &str,
    password_file: &Path,
    public_url: &str,
    names: &Names<'_>,
) -> Output {
    run(&[
        "bootstrap",
        "--email",
        "ada@example.com",
        "--password-file",
        password_file.to_str().unwrap(),
        "--workspace",
        names.workspace,
        "--organization",
        names.organization,
        "--directory",
        names.directory,
        "--database-url",
        database_url,
        "--public-url",
        public_url,
    ])
}

fn made(output: &Output) -> Map<String, Value> {
    serde_json::from_str(&stdout(output)).unwrap()
}

fn password(text: &str) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, text).unwrap();
    (folder, file)
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn its_endpoint_and_token_work(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let server = serve(&test);
    let (_folder, password) = password("a long walk in the rain\n");
    let made = made(&bootstrap(&test.url_text, &password, &server.url, &NAMES));
    assert_eq!(made.keys().collect::<Vec<_>>(), KEYS);
    assert!(
        made.values()
            .all(|value| value.as_str().is_some_and(|text| !text.is_empty())),
        "{made:?}"
    );
    let text = |key: &str| made[key].as_str().unwrap();
    assert!(text("api_key").starts_with("sk_"), "{made:?}");
    assert!(text("scim_endpoint").starts_with(&server.url), "{made:?}");
    let url = format!("{}/Users?startIndex=1&count=2", text("scim_endpoint"));
    let (status, body) = scim_get(&url, text("scim_token")).await;
    assert_eq!(
        (status, &body["totalResults"]),
        (StatusCode::OK, &Value::from(0))
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn existing_names_are_used_again(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (_folder, password) = password("a long walk in the rain");
    let make = |names: &Names<'_>| {
        made(&bootstrap(
            &test.url_text,
            &password,
            "http://127.0.0.1:1",
            names,
        ))
    };
    let first = make(&NAMES);
    let second = make(&Names {
        directory: "Another",
        ..NAMES
    });
    for key in ["workspace_id", "workspace_slug", "organization_id"] {
        assert_eq!(first[key], second[key], "{key}");
    }
    for key in ["directory_id", "scim_endpoint", "scim_token", "api_key"] {
        assert_ne!(first[key], second[key], "{key}");
    }
    let elsewhere = make(&Names {
        workspace: "Northwind staging",
        ..NAMES
    });
    assert_ne!(first["workspace_id"], elsewhere["workspace_id"]);
    assert_ne!(first["organization_id"], elsewhere["organization_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_short_or_missing_is_refused() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let (folder, short) = password("short\n");
    let try_with = |file: &Path| {
        refusal(
            &bootstrap(&test.url_text, file, "http://127.0.0.1:1", &NAMES),
            1,
        )
    };
    assert!(try_with(&short).contains("fewer than 8 characters"));
    assert!(try_with(&folder.path().join("none")).contains("cannot read"));
}

#[test]
fn an_unknown_provider_is_refused_with_the_known_ones() {
    let output = run(&[
        "bootstrap",
        "--email",
        "ada@example.com",
        "--password-file",
        "none",
        "--workspace",
        "W",
        "--organization",
        "O",
        "--directory",
        "D",
        "--provider",
        "okta scim v9",
    ]);
    assert!(refusal(&output, 2).contains("okta scim v1.1"));
}
