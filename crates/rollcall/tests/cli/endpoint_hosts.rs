//! Endpoints under the host names that workspaces choose.

use reqwest::header::HOST;
use reqwest::{Client, Method, StatusCode};
use rollcall_store::change::Change;
use rollcall_store::workspace::Changes;
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use serde_json::{Value, json};

use crate::application::Application;
use crate::support::{Server, run, serve, stdout};

const CHOSEN: &str = "scim.acme.example";

/// A directory of a workspace that chose a host.
async fn directory_at(test: &TestStore, host: &str) -> TestDirectory {
    let directory = test.directory("Acme").await;
    let changes = Changes {
        endpoint_host: Change::Set(host.to_owned()),
        ..Changes::default()
    };
    test.change_workspace(&directory.workspace, changes).await;
    directory
}

struct Caller<'a> {
    server: &'a Server,
    host: &'a str,
}

impl Caller<'_> {
    async fn get(&self, path: &str, token: &str) -> (StatusCode, String) {
        self.send(Method::GET, path, token, None).await
    }

    /// Asks for the people of a directory.
    async fn people(&self, directory: &TestDirectory, token: &str) -> (StatusCode, String) {
        let key = &directory.directory.endpoint_key;
        self.get(&format!("/scim/v1.1/{key}/Users"), token).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> (StatusCode, String) {
        let request = Client::new()
            .request(method, format!("{}{path}", self.server.url))
            .header(HOST, self.host)
            .bearer_auth(token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_listed_host_serves_the_endpoints_of_its_workspace_and_nothing_else(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let acme = directory_at(&test, CHOSEN).await;
    let other = test.directory("Other").await;
    let listed = ["--endpoint-hosts", "scim.acme.example,*.scim.example"];
    let server = Server::start_with(&test.url_text, &listed);
    let application = Application::of(&test, &acme, &server).await;
    for host in [CHOSEN, "Scim.ACME.example:8443", "scim.acme.example."] {
        let caller = Caller {
            server: &server,
            host,
        };
        assert_eq!(caller.people(&acme, &acme.token).await.0, StatusCode::OK);
        let (status, text) = caller.people(&other, &other.token).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{text}");
        assert!(text.contains("not served under this host name"), "{text}");
        for path in [
            "/",
            "/login",
            "/healthz",
            "/docs",
            "/directories",
            "/scim",
            "//scim/v1.1/x/Users",
        ] {
            let (status, text) = caller.get(path, application.key()).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{host} {path}: {text}");
        }
    }
    // Without a token nothing tells which endpoints there are.
    let caller = Caller {
        server: &server,
        host: CHOSEN,
    };
    let refused = caller.people(&acme, "wrong").await;
    assert_eq!(refused.0, StatusCode::UNAUTHORIZED);
    assert_eq!(caller.people(&other, "wrong").await, refused);
    assert_eq!(
        caller.get("/scim/v1.1/nobody/Users", "wrong").await,
        refused
    );
    // A listed host that nobody chose serves nobody; one that is not listed serves all.
    let caller = Caller {
        server: &server,
        host: "a.scim.example",
    };
    assert_eq!(
        caller.people(&acme, &acme.token).await.0,
        StatusCode::NOT_FOUND
    );
    for host in ["127.0.0.1", "else.example", "scim.example"] {
        let caller = Caller {
            server: &server,
            host,
        };
        for directory in [&acme, &other] {
            let (status, text) = caller.people(directory, &directory.token).await;
            assert_eq!(status, StatusCode::OK, "{host}: {text}");
        }
        assert_eq!(caller.get("/healthz", "").await.0, StatusCode::OK);
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_shown_under_the_host_that_its_workspace_chose(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let acme = directory_at(&test, CHOSEN).await;
    let server = serve(&test);
    let (_, port) = server.url.rsplit_once(':').unwrap();
    let key = &acme.directory.endpoint_key;
    let endpoint = format!("http://{CHOSEN}:{port}/scim/v1.1/{key}");

    let application = Application::of(&test, &acme, &server).await;
    let path = format!("/directories/{}", acme.directory.id);
    let shown = application
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap();
    let shown: Value = shown.json().await.unwrap();
    assert_eq!(shown["scim_endpoint"], endpoint, "{shown}");

    // Whatever host was called.
    let ada = json!({ "schemas": ["urn:scim:schemas:core:1.0"], "userName": "ada@example.com" });
    let caller = Caller {
        server: &server,
        host: "127.0.0.1",
    };
    let path = format!("/scim/v1.1/{key}/Users");
    let (status, text) = caller
        .send(Method::POST, &path, &acme.token, Some(&ada))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{text}");
    let made: Value = serde_json::from_str(&text).unwrap();
    let location = format!("{endpoint}/Users/{}", made["id"].as_str().unwrap());
    assert_eq!(made["meta"]["location"], location);
}

#[tokio::test(flavor = "multi_thread")]
async fn bootstrap_prints_the_endpoint_under_the_host_of_a_workspace_it_finds() {
    let Some(test) = TestStore::new(Database::Sqlite).await else {
        return;
    };
    let acme = directory_at(&test, CHOSEN).await;
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "correct horse battery staple").unwrap();
    let output = run(&[
        "bootstrap",
        "--email",
        "ada@example.com",
        "--password-file",
        password.to_str().unwrap(),
        "--workspace",
        &acme.workspace.name,
        "--organization",
        "Contoso",
        "--directory",
        "Okta",
        "--database-url",
        &test.url_text,
        "--public-url",
        "https://sync.example.com",
    ]);
    let made: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let endpoint = made["scim_endpoint"].as_str().unwrap();
    assert!(
        endpoint.starts_with("https://scim.acme.example/scim/v1.1/"),
        "{endpoint}"
    );
}

#[test]
fn a_list_that_names_no_hosts_is_a_wrong_setting() {
    let output = run(&["serve", "--endpoint-hosts", "scim.example.com,not a host"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("neither a host name"), "{text}");
}
