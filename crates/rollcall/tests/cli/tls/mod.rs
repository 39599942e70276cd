//! `rollcall serve` with a certificate of its own.

pub(crate) mod authority;
mod refusals;
mod renewal;
mod streams;

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use openssl::ssl::{SslStream, SslVersion};
use reqwest::{Certificate, Client, StatusCode};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use tempfile::TempDir;

use self::authority::{Authority, handshake};
use crate::support::{PATIENCE, Process, Server, report, rollcall, run, stderr_of, stdout};

/// A server that has a certificate, and its surroundings.
struct Secured {
    server: Server,
    authority: Authority,
    folder: TempDir,
    _store: TestStore,
}

impl Secured {
    async fn start(days: i64) -> Self {
        let store = TestStore::new(Database::Sqlite).await.unwrap();
        let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
        let files = authority.issue(days).write(folder.path());
        let server = Server::start_with(&store.url_text, &arguments(&files));
        Self {
            server,
            authority,
            folder,
            _store: store,
        }
    }

    /// Where it listens, as in `127.0.0.1:40123`.
    fn address(&self) -> &str {
        self.server.url.strip_prefix("https://").unwrap()
    }

    /// A client that trusts the test's authority.
    fn client(&self) -> Client {
        let trusted = Certificate::from_pem(&self.authority.pem()).unwrap();
        let client = Client::builder().tls_certs_only([trusted]);
        client.build().unwrap()
    }

    fn hang_up(&self) {
        let id = self.server.process.child.id().to_string();
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args(["-HUP", &id]).status().unwrap().success());
    }
}

/// The flags that name certificate and key.
fn arguments(files: &[PathBuf; 2]) -> [&str; 4] {
    let [certificate, key] = files.each_ref().map(|file| file.to_str().unwrap());
    ["--tls-certificate", certificate, "--tls-key", key]
}

/// Asks for `/healthz` on a connection that stays open, and reads the answer.
fn ask(connection: &mut SslStream<TcpStream>) -> String {
    let request = b"GET /healthz HTTP/1.1\r\nHost: sync.example.com\r\n\r\n";
    connection.write_all(request).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        let mut part = [0; 4096];
        let read = connection.read(&mut part).unwrap();
        assert!(
            read > 0,
            "closed after {}",
            String::from_utf8_lossy(&answer)
        );
        answer.extend_from_slice(&part[..read]);
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_serves_https_and_says_so() {
    let secured = Secured::start(90).await;
    let answer = secured
        .client()
        .get(format!("{}/healthz", secured.server.url));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    // The public URL follows, so browsers are told to stay.
    assert_eq!(
        answer.headers()["strict-transport-security"],
        "max-age=31536000"
    );
    let stranger = Client::new().get(format!("{}/healthz", secured.server.url));
    assert!(stranger.send().await.is_err(), "a stranger trusted it");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_old_is_refused_and_http_2_is_offered() {
    let secured = Secured::start(90).await;
    let agree = |least, most, ciphers: &str| {
        let mut client = secured.authority.client();
        client.set_cipher_list(ciphers).unwrap();
        client.set_min_proto_version(Some(least)).unwrap();
        client.set_max_proto_version(Some(most)).unwrap();
        client.set_alpn_protos(b"\x08http/1.1\x02h2").unwrap();
        handshake(client, secured.address())
    };
    for (version, ciphers) in [
        (SslVersion::TLS1_2, "ECDHE+AESGCM"),
        (SslVersion::TLS1_2, "ECDHE+CHACHA20"),
        (SslVersion::TLS1_3, "ALL"),
    ] {
        let agreed = agree(version, version, ciphers).unwrap();
        assert_eq!(agreed.ssl().version2(), Some(version));
        assert_eq!(agreed.ssl().selected_alpn_protocol(), Some(&b"h2"[..]));
    }
    for (version, ciphers) in [
        (SslVersion::TLS1, "ALL:@SECLEVEL=0"),
        (SslVersion::TLS1_1, "ALL:@SECLEVEL=0"),
        (SslVersion::TLS1_2, "AES128-GCM-SHA256"),
        (SslVersion::TLS1_2, "ECDHE-ECDSA-AES128-SHA"),
        (SslVersion::TLS1_2, "DHE-RSA-AES128-GCM-SHA256"),
    ] {
        let refused = agree(version, version, ciphers);
        assert!(refused.is_err(), "{version:?} with {ciphers}");
    }
    let mut old_client = secured.authority.connect(secured.address());
    assert_eq!(old_client.ssl().selected_alpn_protocol(), None);
    assert!(ask(&mut old_client).starts_with("HTTP/1.1 200"));
}

/// More than the server would begin with at once by itself, on two workers.
const SILENT: usize = 700;

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_finish_the_handshake_is_dropped_and_holds_up_nobody() {
    let secured = Secured::start(90).await;
    // The beginning of a client's first message, which announces more.
    let begun = [22, 3, 1, 2, 0, 1];
    let silent: Vec<_> = (0..SILENT)
        .map(|number| {
            let mut stream = TcpStream::connect(secured.address()).unwrap();
            if number % 2 == 0 {
                stream.write_all(&begun).unwrap();
            }
            stream
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let start = Instant::now();
        ask(&mut secured.authority.connect(secured.address()));
        slowest = slowest.max(start.elapsed());
    }
    report(&format!(
        "slowest of 20 new TLS connections beside {SILENT} silent ones: {} ms",
        slowest.as_millis()
    ));
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    for mut stream in silent {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut rest = Vec::new();
        // It is closed, with an alert or without, or reset.
        let _ = stream.read_to_end(&mut rest);
        assert!(rest.len() < 20, "{rest:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn http_where_https_is_spoken_gets_no_answer() {
    let secured = Secured::start(90).await;
    let mut plain = TcpStream::connect(secured.address()).unwrap();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    plain.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    ask(&mut secured.authority.connect(secured.address()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_address_beside_a_certificate_is_warned_about() {
    let store = TestStore::new(Database::Sqlite).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = Authority::new().issue(90).write(folder.path());
    let listen = ["serve", "--listen", "127.0.0.1:0"];
    let public = ["--public-url", "http://sync.example.com"];
    let database = ["--database-url", &store.url_text];
    let all = [&listen[..], &database, &public, &arguments(&files)].concat();
    let mut process = Process::start(rollcall(&all), stderr_of);
    let warning = process.line_after("the public URL");
    assert!(warning.contains("http://sync.example.com"), "{warning}");
}

/// What `doctor` finds about TLS: verdicts and words.
fn examine(files: &[PathBuf; 2], public_url: &str, folder: &Path) -> Vec<(String, String)> {
    let url = format!("sqlite://{}", folder.join("none.db").display());
    let doctor = ["doctor", "--json", "--database-url", &url];
    let all = [
        &doctor[..],
        &["--public-url", public_url],
        &arguments(files),
    ]
    .concat();
    let output = run(&all);
    let findings: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let about_tls = findings.iter().filter(|found| found["subject"] == "TLS");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    about_tls
        .map(|found| (text(&found["verdict"]), text(&found["message"])))
        .collect()
}

#[rstest]
#[case::long(90, "good", "is good until")]
#[case::two_weeks(14, "good", "is good until")]
#[case::short(13, "warning", "ends in 13 days")]
#[case::today(0, "warning", "ends in 0 days")]
#[case::past(-2, "problem", "ended on")]
fn the_doctor_looks_at_the_time_left(
    #[case] days: i64,
    #[case] verdict: &str,
    #[case] words: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let files = Authority::new().issue(days).write(folder.path());
    restrict(&files[1], 0o640);
    for public_url in ["https://sync.example.com", "https://a.hosts.example.com"] {
        let [found] = &examine(&files, public_url, folder.path())[..] else {
            panic!("not one finding")
        };
        assert_eq!(found.0, verdict, "{}", found.1);
        assert!(found.1.contains(words), "{}", found.1);
    }
}

#[test]
fn the_doctor_looks_at_name_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let files = authority.issue(90).write(folder.path());
    restrict(&files[1], 0o644);
    let found = examine(&files, "https://rollcall.example.net", folder.path());
    let verdicts: Vec<&str> = found.iter().map(|found| found.0.as_str()).collect();
    assert_eq!(verdicts, ["good", "warning", "warning"], "{found:?}");
    assert!(
        found[1].1.contains("is not for rollcall.example.net"),
        "{found:?}"
    );
    assert!(found[2].1.contains("may read the key"), "{found:?}");
    std::fs::write(&files[1], "nothing").unwrap();
    let found = examine(&files, "https://sync.example.com", folder.path());
    assert_eq!(found[0].0, "problem", "{found:?}");
    assert!(found[0].1.contains("holds no private key"), "{found:?}");
}

fn restrict(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(file, permissions).unwrap();
}

#[test]
fn both_flags_go_together() {
    let help = stdout(&run(&["serve", "--help"]));
    assert!(help.contains("--tls-certificate") && help.contains("ROLLCALL_TLS_KEY"));
    let alone = run(&["serve", "--tls-key", "key.pem"]);
    assert_eq!(alone.status.code(), Some(2), "{alone:?}");
    let words = String::from_utf8(alone.stderr).unwrap();
    assert!(words.contains("--tls-certificate"), "{words}");
}
