//! The proxies that docs/DEPLOYMENT.md shows, configured as it says, where they are installed.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Certificate, Client, RequestBuilder};
use rollcall_store::audit::{self, Filter};
use rollcall_store::page::PageRequest;
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{PATIENCE, PAUSE, Process, Server, api_key, stderr_of};
use crate::tls::authority::Authority;

const GUIDE: &str = include_str!("../../../../docs/DEPLOYMENT.md");
/// Where the test's client connects from, so that it can be told from the proxy.
const CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 5);
/// Where it claims to be.
const CLAIMED: &str = "203.0.113.9";

/// The guide's first block of that kind.
fn block(kind: &str) -> String {
    let (_, rest) = GUIDE.split_once(&format!("```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// A program, named by a variable or found in the usual folders.
fn program(name: &str) -> Option<PathBuf> {
    let variable = format!("ROLLCALL_TEST_{}", name.to_uppercase());
    if let Some(named) = std::env::var_os(variable) {
        return Some(named.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&folders).chain(["/usr/sbin".into()]);
    let found = folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        let left_out =
            format!("LEFT OUT: {name}, of which docs/DEPLOYMENT.md tells, is not installed");
        let _ = writeln!(std::io::stderr(), "{left_out}");
    }
    found
}

/// A server behind a proxy, called through it.
struct Behind {
    store: TestStore,
    directory: TestDirectory,
    server: Server,
    authority: Authority,
    folder: tempfile::TempDir,
    port: u16,
}

impl Behind {
    async fn start() -> Self {
        let store = TestStore::new(Database::Sqlite).await.unwrap();
        let directory = store.directory("Contoso").await;
        let settings = ["--public-url", "https://sync.example.com"];
        let proxies = ["--trusted-proxies", "127.0.0.1"];
        let all = [settings, proxies].concat();
        let server = Server::start_at(&store.url_text, &all);
        let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
        authority.issue(90).write(folder.path());
        // Free a moment ago; no proxy says which port it took by itself.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        Self {
            store,
            directory,
            server,
            authority,
            folder,
            port,
        }
    }

    /// The guide's configuration with the test's ports and files instead of the guide's.
    fn configuration(&self, kind: &str, replaced: &[(&str, &str)]) -> String {
        let address = self.server.url.strip_prefix("http://").unwrap();
        let mut text = block(kind);
        let all = [&[("127.0.0.1:8080", address)], replaced].concat();
        for (old, new) in all {
            assert!(text.contains(old), "the guide does not say {old} any more");
            text = text.replace(old, new);
        }
        text
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    /// Starts the proxy and waits until it listens.
    fn run(&self, command: Command) -> Process {
        let proxy = Process::start(command, stderr_of);
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < end, "the proxy does not listen");
            std::thread::sleep(PAUSE);
        }
        proxy
    }

    fn client(&self) -> Client {
        let trusted = Certificate::from_pem(&self.authority.pem()).unwrap();
        let client = Client::builder().tls_certs_only([trusted]);
        client.local_address(IpAddr::from(CLIENT)).build().unwrap()
    }

    async fn check(&self) {
        self.headers_come_through_once().await;
        self.large_bodies_arrive().await;
        self.scim_methods_arrive().await;
        let key = api_key(&self.store, &self.directory).await;
        let request = self.client().post(self.url("/organizations"));
        let request = request.bearer_auth(key);
        let seen = address_seen(&self.store, &self.directory, request).await;
        assert_eq!(seen, CLIENT.to_string());
    }

    async fn headers_come_through_once(&self) {
        let answer = self.client().get(self.url("/login")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        for name in ["content-security-policy", "strict-transport-security"] {
            assert_eq!(answer.headers().get_all(name).iter().count(), 1, "{name}");
        }
    }

    /// Rollcall's own words, not the proxy's, about a body that the proxy could find too large.
    async fn large_bodies_arrive(&self) {
        let users = self.users();
        let broken = "x".repeat(8 << 20);
        let request = self.client().post(users).bearer_auth(&self.directory.token);
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(broken);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let said: Value = answer.json().await.unwrap();
        assert!(said["Errors"].is_array(), "{said}");
    }

    async fn scim_methods_arrive(&self) {
        let user = json!({
            "schemas": ["urn:scim:schemas:core:1.0"],
            "userName": "ada@example.com",
            "emails": [{ "value": "ada@example.com", "primary": true }],
        });
        let token = &self.directory.token;
        let made = self
            .client()
            .post(self.users())
            .bearer_auth(token)
            .json(&user);
        let made = made.send().await.unwrap();
        assert_eq!(made.status(), 201);
        let made: Value = made.json().await.unwrap();
        let location = made["meta"]["location"].as_str().unwrap();
        assert!(
            location.starts_with("https://sync.example.com/"),
            "{location}"
        );
        let one = format!("{}/{}", self.users(), made["id"].as_str().unwrap());
        let change = self.client().patch(&one).json(&json!({ "active": false }));
        assert_eq!(
            change.bearer_auth(token).send().await.unwrap().status(),
            200
        );
        let end = self.client().delete(&one).bearer_auth(token);
        assert!(end.send().await.unwrap().status().is_success());
    }

    fn users(&self) -> String {
        let key = &self.directory.directory.endpoint_key;
        self.url(&format!("/scim/v1.1/{key}/Users"))
    }
}

/// The address that the audit log has of somebody who makes an organization and claims another one.
async fn address_seen(test: &TestStore, at: &TestDirectory, request: RequestBuilder) -> String {
    let request = request.header("x-forwarded-for", CLAIMED);
    let made = request.json(&json!({ "name": "Fabrikam" })).send();
    assert_eq!(made.await.unwrap().status(), 201);
    let (workspace_id, newest) = (at.workspace.id.clone(), PageRequest::first(1));
    let entries: Result<_, rollcall_store::Error> = test
        .store
        .read(move |conn| audit::page(conn, &workspace_id, &Filter::default(), &newest))
        .await;
    entries.unwrap().items.remove(0).ip_address.unwrap()
}

#[rstest]
#[case::nobody_is_trusted(&[], "127.0.0.1")]
#[case::another_is_trusted(&["--trusted-proxies", "10.0.0.0/8"], "127.0.0.1")]
#[case::it_is_trusted(&["--trusted-proxies", "10.0.0.0/8,127.0.0.1"], CLAIMED)]
#[case::all_are_trusted(&["--trust-forwarded-for"], CLAIMED)]
#[tokio::test(flavor = "multi_thread")]
async fn the_api_believes_trusted_proxies_about_addresses(
    #[case] settings: &[&str],
    #[case] expected: &str,
) {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let directory = test.directory("Contoso").await;
    let key = api_key(&test, &directory).await;
    let server = Server::start_with(&test.url_text, settings);
    let request = Client::new().post(format!("{}/organizations", server.url));
    let seen = address_seen(&test, &directory, request.bearer_auth(key)).await;
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_as_the_guide_says() {
    let Some(nginx) = program("nginx") else {
        return;
    };
    let behind = Behind::start().await;
    let listen = format!("listen 127.0.0.1:{} ssl", behind.port);
    let site = behind.configuration(
        "nginx",
        &[
            ("listen 443 ssl", &listen),
            (
                "/etc/ssl/sync.example.com.pem",
                &behind.file("certificate.pem"),
            ),
            ("/etc/ssl/sync.example.com.key", &behind.file("key.pem")),
        ],
    );
    let folder = behind.folder.path().display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let scratch: String = kinds
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    let whole = format!(
        "daemon off; master_process off; error_log stderr; pid {folder}/pid;\n\
         events {{}}\nhttp {{\naccess_log off;\n{scratch}{site}}}\n"
    );
    let file = write(behind.folder.path(), "nginx.conf", &whole);
    let mut command = Command::new(nginx);
    command.args(["-p", &behind.file(""), "-c", &file]);
    let _proxy = behind.run(command);
    behind.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_caddy_as_the_guide_says() {
    let Some(caddy) = program("caddy") else {
        return;
    };
    let behind = Behind::start().await;
    let (certificate, key) = (behind.file("certificate.pem"), behind.file("key.pem"));
    // It fetches no certificate here.
    let site = format!(
        "https://127.0.0.1:{} {{\n\ttls {certificate} {key}",
        behind.port
    );
    let site = behind.configuration("caddy", &[("sync.example.com {", &site)]);
    let whole = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}");
    let file = write(behind.folder.path(), "Caddyfile", &whole);
    let mut command = Command::new(caddy);
    command
        .args(["run", "--adapter", "caddyfile", "--config", &file])
        .env("HOME", behind.folder.path())
        .env("XDG_DATA_HOME", behind.folder.path())
        .env("XDG_CONFIG_HOME", behind.folder.path());
    let _proxy = behind.run(command);
    behind.check().await;
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}
