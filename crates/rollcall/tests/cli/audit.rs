//! `rollcall audit`: what was done, for the shell and for another place.

use reqwest::header::ORIGIN;
use reqwest::{Client, StatusCode};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use serde_json::Value;

use crate::support::{refusal, run, serve, stdout};

/// The entries that the command prints as JSON.
fn entries(test: &TestStore, more: &[&str]) -> Vec<Value> {
    let args = ["audit", "--json", "--database-url", &test.url_text];
    let printed = stdout(&run(&[&args, more].concat()));
    let lines = printed.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    let actions = entries.iter().map(|entry| entry["action"].as_str());
    actions.map(Option::unwrap).collect()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_concerns_no_workspace_is_read_on_the_command_line(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    test.workspace("Acme").await;
    sign_in_as_nobody(&test).await;
    let all = entries(&test, &[]);
    assert_eq!(
        actions(&all),
        ["member.sign_in_failed", "audit_log.exported"],
        "that it is read is written down first"
    );
    assert_eq!(all[0]["ip_address"], "127.0.0.1");
    assert_eq!(all[1]["actor_kind"], "command_line");
    assert_eq!(all[1]["previous_hash"], all[0]["hash"]);
    let new = entries(&test, &["--after", "2"]);
    assert_eq!(actions(&new), ["audit_log.exported"]);
    assert_eq!(new[0]["number"], 3);

    let text = stdout(&run(&["audit", "--database-url", &test.url_text]));
    let first = text.lines().next().unwrap();
    let words = "Somebody not signed in from 127.0.0.1  Failed to sign in";
    assert!(
        first.starts_with("     1  ") && first.ends_with(words),
        "{first}"
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_read_by_its_slug(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    test.organization(&workspace, "Contoso\u{1b}[31m").await;
    let own = entries(&test, &["--workspace", &workspace.slug]);
    assert_eq!(
        actions(&own),
        [
            "workspace.created",
            "organization.created",
            "audit_log.exported"
        ]
    );
    let args = [
        "audit",
        "--workspace",
        "acme",
        "--database-url",
        &test.url_text,
    ];
    let text = stdout(&run(&args));
    assert!(text.contains("Contoso\\u{1b}[31m"), "{text}");
    let unknown = [
        "audit",
        "--workspace",
        "x",
        "--database-url",
        &test.url_text,
    ];
    let refused = refusal(&run(&unknown), 1);
    assert!(
        refused.contains("no workspace of the slug \"x\""),
        "{refused}"
    );
}

async fn sign_in_as_nobody(test: &TestStore) {
    let server = serve(test);
    let form = [("email", "eve@example.com"), ("password", "guess")];
    let request = Client::new().post(format!("{}/login", server.url));
    let answer = request.header(ORIGIN, &server.url).form(&form).send();
    assert_eq!(
        answer.await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
}
