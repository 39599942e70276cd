//! From the outbox into a real SMTP conversation, on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::time::Duration;

use rollcall_mail::{Sender, Settings, Smtp};
use rollcall_store::account_link::{self, Purpose};
use rollcall_store::mail::{self, Kind, Text};
use rollcall_store::member::{self, NewMember};
use rollcall_store::password::Hasher;
use rollcall_testkit::{Database, MailSink, TestStore};
use rstest::rstest;
use secrecy::SecretString;

const PUBLIC_URL: &str = "https://rollcall.example.com";

fn send(test: &TestStore, url: &str) -> Sender {
    let url = SecretString::from(url.to_owned());
    let settings = Settings {
        public_url: PUBLIC_URL.to_owned(),
        smtp: Some(Smtp::new(&url, "Rollcall <rollcall@example.com>").unwrap()),
    };
    Sender::start(test.store.clone(), settings)
}

async fn ada(test: &TestStore) {
    let hasher = Hasher::new().unwrap();
    let new = NewMember {
        email: "Ada@example.com".to_owned(),
        name: "Ada".to_owned(),
        password_hash: hasher.hash(SecretString::from("a password")).await.unwrap(),
    };
    test.store
        .write(move |tx| member::create(tx, new))
        .await
        .unwrap();
}

async fn ask(test: &TestStore, kind: Kind, recipient: &'static str) {
    test.store
        .write(move |tx| mail::ask(tx, kind, recipient, None))
        .await
        .unwrap();
}

/// Waits until the outbox is empty.
async fn emptied(test: &TestStore) {
    let mut pause = tokio::time::interval(Duration::from_millis(20));
    while test.store.read(mail::waiting).await.unwrap() > 0 {
        pause.tick().await;
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_when_its_mail_goes(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    ada(&test).await;
    ask(&test, Kind::ResetPassword, "nobody@example.com").await;
    ask(&test, Kind::ResetPassword, "ada@EXAMPLE.com").await;
    let sink = MailSink::start();
    let sender = send(&test, &sink.url);
    let mail = tokio::task::block_in_place(|| sink.next());
    assert_eq!(mail.recipient, "Ada@example.com", "not as it was typed");
    for part in [
        "From: Rollcall <rollcall@example.com>",
        "Subject: A new password for Rollcall",
        "Message-ID: <mail_",
        "Date: ",
    ] {
        assert!(mail.text.contains(part), "{part} in {}", mail.text);
    }
    let secret = mail.link().strip_prefix(&format!("{PUBLIC_URL}/links/"));
    let (secret, now) = (secret.unwrap().to_owned(), test.store.now());
    let link = test
        .store
        .read(move |conn| account_link::find(conn, &secret, now))
        .await;
    let link = link.unwrap().unwrap();
    assert_eq!(link.purpose, Purpose::ResetPassword);
    assert_eq!(link.email, "Ada@example.com", "the account's own address");
    emptied(&test).await;
    assert!(sink.arrived().is_empty(), "nobody got nothing");
    sender.stop().await;
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_written_text_arrives_as_it_was_with_every_letter(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let text = Text {
        subject: "Ada invites you".to_owned(),
        body: SecretString::from("Grüße, 世界 = \n.a dot\nhttps://rollcall.example.com/x?y=z"),
    };
    test.store
        .write(move |tx| mail::write(tx, "mira@example.com", &text))
        .await
        .unwrap();
    let sink = MailSink::start();
    let sender = send(&test, &sink.url);
    let mail = tokio::task::block_in_place(|| sink.next());
    emptied(&test).await;
    sender.stop().await;
    assert_eq!(mail.recipient, "mira@example.com");
    assert!(mail.text.contains("Subject: Ada invites you"));
    let body = mail.text.split_once("\n\n").map(|(_, body)| body);
    let decoded = body.unwrap_or_default();
    assert!(
        decoded.contains("Grüße, 世界 = \n.a dot\nhttps://rollcall.example.com/x?y=z"),
        "{decoded}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_costs_no_mail() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    ada(&test).await;
    ask(&test, Kind::ResetPassword, "ada@example.com").await;
    let closed = {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("smtp://{}", listener.local_addr().unwrap())
    };
    let sender = send(&test, &closed);
    let mut pause = tokio::time::interval(Duration::from_millis(20));
    let now = test.store.now();
    loop {
        let due = test.store.read(move |conn| mail::is_due(conn, now)).await;
        if !due.unwrap() {
            break;
        }
        pause.tick().await;
    }
    sender.stop().await;
    assert_eq!(test.store.read(mail::waiting).await.unwrap(), 1);
    test.clock.advance(Duration::from_mins(1));
    let sink = MailSink::start();
    let sender = send(&test, &sink.url);
    let mail = tokio::task::block_in_place(|| sink.next());
    assert_eq!(mail.recipient, "Ada@example.com");
    emptied(&test).await;
    sender.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_is_given_up() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    ask(&test, Kind::PasswordChanged, "no address at all").await;
    let sink = MailSink::start();
    let sender = send(&test, &sink.url);
    emptied(&test).await;
    sender.stop().await;
    assert!(sink.arrived().is_empty());
}
