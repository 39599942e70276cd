//! `rollcall account`: what the operator does while the server runs.

use std::process::Output;

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rollcall_store::member::{self, NewMember};
use rollcall_store::password::Hasher;
use rollcall_store::workspace::Role;
use rollcall_store::{Error, second_factor, workspace};
use rollcall_testkit::{Database, TestStore, one_time_code};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::support::{Server, refusal, run, serve, stdout};

const PASSWORD: &str = "a long walk in the rain";
const BOB: &str = "bob@example.com";

async fn people(test: &TestStore) {
    let workspace = test.workspace("Northwind").await;
    let hasher = Hasher::new().unwrap();
    let password_hash = hasher.hash(SecretString::from(PASSWORD)).await.unwrap();
    let made: Result<(), Error> = test
        .store
        .write(move |tx| {
            for (email, name) in [("ada@example.com", "Ada"), (BOB, "Bob\u{1b}[2J\u{202e}")] {
                let new = NewMember {
                    email: email.to_owned(),
                    name: name.to_owned(),
                    password_hash: password_hash.clone(),
                };
                let member = member::create(tx, new)?;
                workspace::admit(tx, &workspace.id, &member.id, Role::Owner)?;
            }
            Ok(())
        })
        .await;
    made.unwrap();
}

fn account(test: &TestStore, args: &[&str]) -> Output {
    run(&[&["account"], args, &["--database-url", &test.url_text]].concat())
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

async fn sign_in(server: &Server, email: &str) -> Response {
    let form = [("email", email), ("password", PASSWORD)];
    let request = client().post(format!("{}/login", server.url));
    let request = request.header(ORIGIN, &server.url).form(&form);
    request.send().await.unwrap()
}

fn cookies(answer: &Response) -> String {
    let cookies = answer.headers().get_all(SET_COOKIE).iter();
    let pairs = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

/// The status of a page for who has these cookies: 200 while the session lives.
async fn status(server: &Server, cookies: &str) -> u16 {
    let request = client().get(format!("{}/account", server.url));
    let answer = request.header(COOKIE, cookies).send().await.unwrap();
    answer.status().as_u16()
}

/// The installation's audit log: the actions on the command line.
fn log(test: &TestStore) -> Vec<String> {
    let printed = stdout(&run(&["audit", "--json", "--database-url", &test.url_text]));
    let entries = printed.lines().map(|line| {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["actor_kind"], "command_line");
        entry["action"].as_str().unwrap().to_owned()
    });
    entries
        .filter(|action| action != "audit_log.exported")
        .collect()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_out_at_once_and_an_enabled_one_signs_in(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    people(&test).await;
    let server = serve(&test);
    let session = cookies(&sign_in(&server, BOB).await);
    assert_eq!(status(&server, &session).await, 200);
    let said = stdout(&account(&test, &["disable", "BOB@example.com"]));
    assert!(said.contains("bob@example.com cannot sign in any more"));
    assert!(said.contains("API keys"));
    assert_eq!(status(&server, &session).await, 303);
    let refused = sign_in(&server, BOB).await;
    assert_eq!(refused.status(), 422);
    assert!(stdout(&account(&test, &["disable", BOB])).contains("was disabled already"));
    let alone = stdout(&account(&test, &["disable", "ada@example.com"]));
    assert!(
        alone.contains("Nobody else owns the workspace “Northwind”"),
        "{alone}"
    );
    assert!(stdout(&account(&test, &["enable", BOB])).contains("can sign in again"));
    assert!(stdout(&account(&test, &["enable", BOB])).contains("was not disabled"));
    assert_eq!(sign_in(&server, BOB).await.status(), 303);
    assert_eq!(
        status(&server, &session).await,
        303,
        "the old one stays ended"
    );
    assert_eq!(
        log(&test),
        ["member.disabled", "member.disabled", "member.enabled"]
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_for_one_and_for_all(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    people(&test).await;
    let server = serve(&test);
    let ada = cookies(&sign_in(&server, "ada@example.com").await);
    let bob = cookies(&sign_in(&server, BOB).await);
    let said = stdout(&account(&test, &["end-sessions", BOB]));
    assert_eq!(said, "1 session(s) ended.\n");
    assert_eq!(status(&server, &bob).await, 303);
    assert_eq!(status(&server, &ada).await, 200);
    sign_in(&server, BOB).await;
    let said = stdout(&account(&test, &["end-sessions", "--all"]));
    assert_eq!(said, "2 session(s) ended.\n");
    assert_eq!(status(&server, &ada).await, 303);
    let both = account(&test, &["end-sessions", "--all", BOB]);
    assert_eq!(both.status.code(), Some(2));
    let none = account(&test, &["end-sessions"]);
    assert_eq!(none.status.code(), Some(2));
    assert_eq!(log(&test), ["member.all_sessions_ended"; 2]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn who_is_locked_out_is_let_in_again(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    people(&test).await;
    let enrolled = test.store.write(|tx| {
        let (bob, _) = member::find_by_email(tx, BOB)?.unwrap();
        second_factor::begin(tx, &bob)?;
        let (now, sealer) = (tx.now(), tx.sealer().clone());
        let seed = second_factor::enrolment(tx, &sealer, &bob)?.seed;
        let code = one_time_code(seed.expose_secret(), now);
        second_factor::enable(tx, &bob, &SecretString::from(code))
    });
    enrolled.await.unwrap();
    let server = serve(&test);
    let asked = sign_in(&server, BOB).await;
    let way = asked.headers()["location"].to_str().unwrap();
    assert!(way.starts_with("/login/code"), "{way}");
    let said = stdout(&account(&test, &["reset-second-factor", BOB]));
    assert!(said.contains("with the password alone"));
    let said = stdout(&account(&test, &["reset-second-factor", BOB]));
    assert!(said.contains("has no second factor"));
    let in_again = sign_in(&server, BOB).await;
    assert_eq!(in_again.headers()["location"], "/");

    let public = ["--public-url", &server.url];
    let link = stdout(&account(
        &test,
        &[&["reset-password-link", BOB], &public[..]].concat(),
    ));
    let followed = client().get(link.trim()).send().await.unwrap();
    assert_eq!(followed.headers()["location"], "/reset_password");
    stdout(&account(&test, &["disable", BOB]));
    let dead = client().get(link.trim()).send().await.unwrap();
    assert_eq!(dead.status(), 410);
    let said = refusal(&account(&test, &["reset-password-link", BOB]), 1);
    assert!(said.contains("enable the account first"));
    assert_eq!(
        log(&test),
        [
            "member.second_factor_reset",
            "member.reset_link_made",
            "member.disabled"
        ]
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_for_people_and_for_scripts(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    assert_eq!(stdout(&account(&test, &["list"])), "");
    people(&test).await;
    stdout(&account(&test, &["disable", BOB]));
    let list = stdout(&account(&test, &["list"]));
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(
        lines,
        [
            "ada@example.com  Ada  address not confirmed, owner of northwind",
            "bob@example.com  Bob\\u{1b}[2J\\u{202e}  DISABLED, address not confirmed, owner of northwind",
        ]
    );
    let json = stdout(&account(&test, &["list", "--json"]));
    let objects: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects[0]["email"], "ada@example.com");
    assert_eq!(objects[0]["workspaces"][0]["role"], "owner");
    assert_eq!(objects[0]["disabled_at"], Value::Null);
    assert!(objects[1]["disabled_at"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_there_is_said_so() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    people(&test).await;
    for deed in [
        "disable",
        "enable",
        "end-sessions",
        "reset-second-factor",
        "reset-password-link",
    ] {
        let said = refusal(&account(&test, &[deed, "eve\u{1b}@example.com"]), 1);
        assert!(
            said.contains("no account with the address eve\\u{1b}@example.com"),
            "{said}"
        );
    }
    assert_eq!(log(&test), [] as [&str; 0]);
}
