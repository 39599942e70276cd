//! `rollcall serve` and `rollcall migrate`: starting, refusing to start, stopping.

use std::time::Instant;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, StatusCode};
use rollcall_store::page::PageRequest;
use rollcall_store::provisioning_request;
use rollcall_testkit::{Database, TestStore, create_postgres_database_as_text};
use rstest::rstest;

use crate::support::{
    Process, Server, refusal, report, rollcall, run, scim_get, serve, status, stderr_of, stdout,
};

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_served_database_is_healthy_and_ready(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let server = serve(&test);
    for path in ["/healthz", "/readyz", "/setup"] {
        assert_eq!(
            status(&format!("{}{path}", server.url)).await,
            StatusCode::OK,
            "{path}"
        );
    }
    assert_eq!(
        status(&format!("{}/nothing-here", server.url)).await,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_is_enough_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}",
        folder.path().join("new/rollcall.db").display()
    );
    let begun = Instant::now();
    let server = Server::start(&url);
    assert_eq!(
        status(&format!("{}/readyz", server.url)).await,
        StatusCode::OK
    );
    let took = begun.elapsed();
    report(&format!(
        "first answer on a new SQLite database after {} ms",
        took.as_millis()
    ));
    // Linux alone tells a process's memory in this place.
    if let Ok(status) =
        std::fs::read_to_string(format!("/proc/{}/status", server.process.child.id()))
    {
        let resident = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap();
        report(&format!("idle server of this build: {resident}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_serves_its_own_part_only() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let args = [
        "serve",
        "--role",
        "scim",
        "--listen",
        "127.0.0.1:0",
        "--database-url",
        &test.url_text,
    ];
    let mut process = Process::start(rollcall(&args), stderr_of);
    let url = process.line_after("reached at ");
    let server = Server { process, url };
    let users = format!("{}/Users", server.endpoint(&directory));
    assert_eq!(scim_get(&users, &directory.token).await.0, StatusCode::OK);
    assert_eq!(
        status(&format!("{}/healthz", server.url)).await,
        StatusCode::OK
    );
    assert_eq!(
        status(&format!("{}/login", server.url)).await,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_answered_to_programs_in_json_and_to_people_as_a_page() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let server = serve(&test);
    let kind = |accepts: &'static str| {
        let request = Client::new().get(format!("{}/nothing/here", server.url));
        async move {
            let answer = request.header(ACCEPT, accepts).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            let is_traced = answer.headers().contains_key("x-request-id");
            let kind = answer.headers()[CONTENT_TYPE].to_str().unwrap();
            (kind.to_owned(), is_traced)
        }
    };
    let json = "application/json".to_owned();
    assert_eq!(
        kind("application/json, text/plain, */*").await,
        (json, true)
    );
    let (page, _) = kind("text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert!(page.starts_with("text/html"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_runs_alone_with_its_reference() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let server = Server::start_with(&test.url_text, &["--role", "api"]);
    for (path, expected) in [
        ("/directories", StatusCode::UNAUTHORIZED),
        ("/openapi.json", StatusCode::OK),
        ("/api-reference", StatusCode::OK),
        ("/api-reference/files/css/base.css", StatusCode::OK),
        ("/login", StatusCode::NOT_FOUND),
    ] {
        let answered = status(&format!("{}{path}", server.url)).await;
        assert_eq!(answered, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_migrated_first_and_served_then() {
    let Some(url) = create_postgres_database_as_text() else {
        return;
    };
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database-url", &url];
    assert!(refusal(&run(&serve), 1).contains("rollcall migrate"));
    assert!(stdout(&run(&["migrate", "--database-url", &url])).contains("migration(s) ran"));
    assert_eq!(
        stdout(&run(&["migrate", "--database-url", &url])),
        "The schema is up to date.\n"
    );
    let server = Server::start(&url);
    assert_eq!(
        status(&format!("{}/readyz", server.url)).await,
        StatusCode::OK
    );
}

#[rstest]
#[case::unreachable("postgres://rollcall@127.0.0.1:1/rollcall", 1, "127.0.0.1")]
#[case::a_folder_instead_of_a_file("sqlite:///", 1, "/")]
#[case::unknown("mysql://127.0.0.1/rollcall", 2, "postgres://")]
#[case::empty("sqlite://", 2, "sqlite://")]
fn a_database_that_cannot_be_used_is_said_so(
    #[case] url: &str,
    #[case] code: i32,
    #[case] named: &str,
) {
    // The key of secrets is made in the working folder.
    let folder = tempfile::tempdir().unwrap();
    for command in ["serve", "migrate"] {
        let mut refused = rollcall(&[command, "--database-url", url]);
        let output = refused.current_dir(folder.path()).output().unwrap();
        let printed = refusal(&output, code);
        assert!(printed.contains(named), "{command}: {printed}");
    }
}

#[test]
fn an_address_in_use_is_said_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("rollcall.db").display());
    let printed = refusal(
        &run(&["serve", "--listen", &address, "--database-url", &url]),
        1,
    );
    assert!(
        printed.contains(&format!("cannot listen on {address}")),
        "{printed}"
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_polite_stop_loses_no_line_of_the_log(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let mut server = serve(&test);
    let users = format!("{}/Users", server.endpoint(&directory));
    let client = Client::new();
    for _ in 0..20 {
        let answer = client
            .get(&users)
            .bearer_auth(&directory.token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
    drop(client);
    let id = server.process.child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(server.process.child.wait().unwrap().success());
    let id = directory.directory.id.clone();
    let logged = test
        .store
        .read(move |conn| provisioning_request::page(conn, &id, false, &PageRequest::first(50)))
        .await
        .unwrap();
    assert_eq!(logged.items.len(), 20);
}
