//! The simulated Okta against the real server, as processes.

use rollcall_store::workspace::DeactivatedUsers;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use serde_json::Value;

use crate::support::{run, serve};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn okta_meets_no_surprise(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("catalog", "wizard")] app: &str,
    #[values("full", "burst", "churn")] scenario: &str,
    #[values(DeactivatedUsers::Keep, DeactivatedUsers::Delete)] deactivated: DeactivatedUsers,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    test.decide(&directory.workspace, deactivated).await;
    let server = serve(&test);
    let output = run(&[
        "okta",
        "--json",
        "--endpoint",
        &server.endpoint(&directory),
        "--token",
        &directory.token,
        "--users",
        "25",
        "--groups",
        "4",
        "--scenario",
        scenario,
        "--app",
        app,
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    assert_eq!(report["surprise_count"], 0, "{report:#}");
    assert!(report["requests"].as_u64().unwrap() > 25, "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_a_failure() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let server = serve(&test);
    let output = run(&[
        "okta",
        "--endpoint",
        &server.endpoint(&directory),
        "--token",
        "rc_scim_wrong",
        "--users",
        "2",
        "--groups",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("401"), "{printed}");
}

#[test]
fn an_endpoint_that_is_no_url_is_a_wrong_setting() {
    let output = run(&["okta", "--endpoint", "not a url", "--token", "x"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
