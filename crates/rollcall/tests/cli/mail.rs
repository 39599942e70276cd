//! Mail between processes: asked for by a dashboard, sent by a worker, or written to its log.

use reqwest::Client;
use reqwest::header::ORIGIN;
use rollcall_store::member::{self, NewMember};
use rollcall_store::password::Hasher;
use rollcall_testkit::{Database, MailSink, TestStore};
use rstest::rstest;
use secrecy::SecretString;

use crate::support::{Server, refusal, run, serve};

async fn ada(test: &TestStore) {
    let hasher = Hasher::new().unwrap();
    let new = NewMember {
        email: "ada@example.com".to_owned(),
        name: "Ada".to_owned(),
        password_hash: hasher.hash(SecretString::from("a password")).await.unwrap(),
    };
    let made = test.store.write(move |tx| member::create(tx, new)).await;
    made.unwrap();
}

async fn forget_password(server: &Server) -> String {
    let request = Client::new()
        .post(format!("{}/forgot_password", server.url))
        .header(ORIGIN, &server.url)
        .form(&[("email", "ada@example.com")]);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_the_link_stands_in_the_log() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    ada(&test).await;
    let mut server = serve(&test);
    let page = forget_password(&server).await;
    assert!(page.contains("No mail server is set up here"));
    let begin = format!("{}/links/", server.url);
    let secret = server.process.line_after(&begin);
    let page = Client::builder()
        .cookie_store(true)
        .build()
        .unwrap()
        .get(format!("{begin}{secret}"));
    // The cookie travels over https only, so this client gets no further than the way there.
    let answer = page.send().await.unwrap();
    assert!(answer.url().path() == "/reset_password", "{answer:?}");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sends_what_a_dashboard_asked_for(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    ada(&test).await;
    let sink = MailSink::start();
    let public = ["--public-url", "https://rollcall.example.com"];
    let worker = [&public[..], &["--role", "worker", "--smtp-url", &sink.url]].concat();
    let _worker = Server::start_with(&test.url_text, &worker);
    let dashboard = Server::start_with(&test.url_text, &["--role", "dashboard"]);
    forget_password(&dashboard).await;
    let mail = tokio::task::block_in_place(|| sink.next());
    assert_eq!(mail.recipient, "ada@example.com");
    assert!(
        mail.link()
            .starts_with("https://rollcall.example.com/links/rc_link_")
    );
}

#[test]
fn a_mail_server_that_is_none_is_refused_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("rollcall.db").display());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database-url", &url];
    let smtp = ["--smtp-url", "imap://ada:hunter2@mail.example.com"];
    let printed = refusal(&run(&[&serve[..], &smtp].concat()), 1);
    assert!(
        printed.contains("smtps://") && !printed.contains("hunter2"),
        "{printed}"
    );
}
