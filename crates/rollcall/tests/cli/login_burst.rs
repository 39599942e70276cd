//! Everybody signs in at once: the work and its memory stay bounded, and all are answered.

use std::sync::Arc;
use std::time::Instant;

use reqwest::header::ORIGIN;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use rollcall_store::Error;
use rollcall_store::member::{self, NewMember};
use rollcall_store::password::Hasher;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::SecretString;
use tokio::task::JoinSet;

use crate::support::{Server, report};

const PASSWORD: &str = "a long walk in the rain";
/// Browsers at once. A password takes 19 MiB, so that all of them at once would take 760 MiB.
const BROWSERS: usize = 40;
/// Attempts of each browser, of which one is right, one wrong and one of nobody.
const ATTEMPTS: usize = 3;
const MOST_MIB: usize = 100;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_sign_ins_takes_little_memory(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    make_members(&test).await;
    // Each browser has an address of its own, or most would be told to wait.
    let server = Server::start_with(
        &test.url_text,
        &["--role", "dashboard", "--trusted-proxies", "127.0.0.1"],
    );
    let url: Arc<str> = server.url.as_str().into();
    attempts(&url, BROWSERS).await;
    let before = memory(&server, "VmRSS");

    let begun = Instant::now();
    let mut browsers = JoinSet::new();
    for number in 0..BROWSERS {
        let url = Arc::clone(&url);
        browsers.spawn(async move { attempts(&url, number).await });
    }
    let answered = browsers.join_all().await.len() * ATTEMPTS;
    let taken = begun.elapsed().as_secs_f64();

    let grown = memory(&server, "VmHWM")
        .zip(before)
        .map(|(peak, before)| peak.saturating_sub(before) / 1024);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let rate = answered as f64 / taken;
    report(&format!(
        "{answered} sign-ins of {BROWSERS} browsers at once: {rate:.0}/s, memory grew by {grown:?} MiB"
    ));
    assert!(grown.is_none_or(|grown| grown < MOST_MIB), "{grown:?} MiB");
}

/// Signs in with the right password, with a wrong one, and as nobody.
async fn attempts(url: &str, number: usize) {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let own = email(number);
    for (email, password, expected) in [
        (&*own, PASSWORD, StatusCode::SEE_OTHER),
        (&own, "wrong", StatusCode::UNPROCESSABLE_ENTITY),
        (
            "nobody@example.net",
            PASSWORD,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        // The account of nobody is one as well, with a limit.
        let email = email.replace("nobody", &format!("nobody{number}"));
        let request = client
            .post(format!("{url}/login"))
            .header(ORIGIN, url)
            .header("x-forwarded-for", format!("198.51.100.{number}"))
            .form(&[("email", &*email), ("password", password)]);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), expected, "{email}");
    }
}

fn email(number: usize) -> String {
    format!("member{number}@example.com")
}

async fn make_members(test: &TestStore) {
    let hasher = Hasher::new().unwrap();
    let password_hash = hasher.hash(SecretString::from(PASSWORD)).await.unwrap();
    let made = test.store.write(move |tx| {
        for number in 0..=BROWSERS {
            let new = NewMember {
                email: email(number),
                name: "Ada".to_owned(),
                password_hash: password_hash.clone(),
            };
            member::create(tx, new)?;
        }
        Ok::<_, Error>(())
    });
    made.await.unwrap();
}

/// A line of what Linux tells of a process's memory, in KiB; nothing elsewhere.
fn memory(server: &Server, line: &str) -> Option<usize> {
    let path = format!("/proc/{}/status", server.process.child.id());
    let status = std::fs::read_to_string(path).ok()?;
    let found = status.lines().find(|found| found.starts_with(line));
    let number = found.unwrap().split_whitespace().nth(1);
    Some(number.unwrap().parse().unwrap())
}
