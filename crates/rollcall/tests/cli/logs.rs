//! What the server's log says of those whom it refused, and what nobody can make it say.

use reqwest::header::{ORIGIN, USER_AGENT};
use reqwest::{Client, Response};
use rollcall_store::workspace::Role;
use rollcall_testkit::{Database, TestStore};

use crate::support::Server;
use crate::walker::{PASSWORD, Tenant, email};

async fn send(request: reqwest::RequestBuilder, status: u16) -> Response {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), status, "{answer:?}");
    answer
}

fn request_id(answer: &Response) -> String {
    answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned()
}

/// A browser that keeps its cookies and follows nothing.
async fn viewer(server: &Server) -> Client {
    let client = Client::builder()
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::none());
    let client = client.build().unwrap();
    let form = [
        ("email", email("own", Role::Viewer)),
        ("password", PASSWORD.to_owned()),
    ];
    let login = client.post(format!("{}/login", server.url));
    send(login.header(ORIGIN, &server.url).form(&form), 303).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_in_the_log_with_the_id_of_the_answer() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    Tenant::new(&test, "own").await;
    let mut server = Server::start_with(&test.url_text, &["--insecure-cookies"]);
    let viewer = viewer(&server).await;
    let path = format!("{}/w/own/organizations", server.url);
    let form = [("name", "Stolen")];
    let refused = viewer.post(&path).header(ORIGIN, &server.url).form(&form);
    let refused = send(refused, 403).await;
    let line = server.process.line_with("a role was refused");
    for part in [
        &*request_id(&refused),
        "path=\"/w/own/organizations\"",
        "address=127.0.0.1",
        "member=member_",
        "role=\"viewer\"",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let time = line.split_whitespace().next().unwrap();
    assert!(time.ends_with('Z'), "in UTC: {time}");

    let forged = viewer.post(&path).header("sec-fetch-site", "cross-site");
    let forged = send(forged.form(&form), 403).await;
    let line = server
        .process
        .line_with("a form from another site was refused");
    assert!(line.contains(&request_id(&forged)), "{line}");

    let stranger = Client::new().get(format!("{}/organizations", server.url));
    let unknown = format!("sk_{}", "a".repeat(40));
    let stranger = send(stranger.bearer_auth(&unknown), 401).await;
    let line = server.process.line_with("without a key that works");
    assert!(line.contains(&request_id(&stranger)), "{line}");
    assert!(!line.contains(&unknown), "but not with what");
}

/// Names, addresses and headers with line ends in them make no lines of the log.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_lines_of_their_own_into_the_log() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let mut server = Server::start_with(&test.url_text, &["--log", "debug"]);
    let forged = "x\n2026-01-02T03:04:05Z  INFO forged";
    let login = || Client::new().post(format!("{}/login", server.url));
    let form = [("email", forged), ("password", forged), ("next", forged)];
    send(login().header(ORIGIN, &server.url).form(&form), 422).await;
    let agent = "x\u{1b}[2J\tforged";
    let get = Client::new().get(format!("{}/nothing%0A%0Dforged%1b", server.url));
    send(get.header(USER_AGENT, agent.replace('\u{1b}', "")), 404).await;
    // The last line, after everything above.
    let forged_site = login().header("sec-fetch-site", "cross-site");
    send(forged_site.form(&form), 403).await;
    server
        .process
        .line_with("a form from another site was refused");
    for line in server.process.seen() {
        let begins = line.trim_start().starts_with("2026-01-02") || line.starts_with("forged");
        assert!(!begins && !line.contains('\u{1b}'), "{line:?}");
    }
}
