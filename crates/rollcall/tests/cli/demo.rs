//! `rollcall demo`: what a newcomer sees first.

use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use crate::support::{PATIENCE, PAUSE, Process, report, rollcall, stdout_of};

/// What is promised for the greeting.
const GREETING: Duration = Duration::from_secs(10);
const USERS: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn greets_fills_a_directory_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let users = USERS.to_string();
    let mut command = rollcall(&[
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--users",
        &users,
        "--groups",
        "4",
        "--pace",
        "10",
    ]);
    command.current_dir(folder.path());
    let begun = Instant::now();
    let mut demo = Process::start(command, stdout_of);
    let (directory, email, password) = (
        demo.line_after("Open "),
        demo.line_after("Email "),
        demo.line_after("Password "),
    );
    assert!(begun.elapsed() < GREETING, "{:?}", begun.elapsed());

    let cookie = sign_in(&directory, &email, &password).await;
    demo.line_after("The directory is filled");
    report(&format!(
        "demo of this build: {USERS} people after {} ms",
        begun.elapsed().as_millis()
    ));
    let filled = user_count(&directory, &cookie).await;
    assert!(filled >= USERS, "{filled}");
    while user_count(&directory, &cookie).await <= filled {
        assert!(begun.elapsed() < PATIENCE, "nobody else arrived");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Signs in with what the demo printed; gives the session's cookie.
async fn sign_in(page: &str, email: &str, password: &str) -> String {
    let (origin, _) = page.split_once("/w/").unwrap();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let form = client
        .post(format!("{origin}/login"))
        .header(ORIGIN, origin);
    let answer = form
        .form(&[("email", email), ("password", password)])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[LOCATION], "/");
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// The number of users that the directory's page shows.
async fn user_count(page: &str, cookie: &str) -> u32 {
    let answer = Client::new()
        .get(page)
        .header(COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let html = answer.text().await.unwrap();
    let (_, rest) = html.split_once("<dt>Users</dt>").unwrap();
    let digits = rest
        .chars()
        .skip_while(|character| !character.is_ascii_digit())
        .take_while(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap()
}
