//! Answers that are kept to be given again.

use std::time::Duration;

use diesel::prelude::*;
use rollcall_store::idempotency_key::{self, Answer, Claim, KEPT, KeyedRequest};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::schema::idempotency_keys;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::SecretString;

const SECRET: &str = "sk_shown_once";

fn request(key: &str, fingerprint: &str) -> KeyedRequest {
    KeyedRequest {
        path: "/api_keys".to_owned(),
        key: SecretString::from(key),
        api_key: SecretString::from("sk_mine"),
        fingerprint: fingerprint.to_owned(),
    }
}

fn answer() -> Answer {
    Answer {
        status: 201,
        body: format!(r#"{{"value":"{SECRET}"}}"#),
    }
}

/// Claims, and answers if nobody did.
async fn send(test: &TestStore, workspace: &WorkspaceId, request: KeyedRequest) -> Claim {
    let workspace = workspace.clone();
    let sent: Result<_, rollcall_store::Error> = test
        .store
        .write(move |tx| {
            let claim = idempotency_key::claim(tx, &workspace, &request)?;
            if claim == Claim::Fresh {
                idempotency_key::record(tx, &workspace, &request, &answer())?;
            }
            Ok(claim)
        })
        .await;
    sent.unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_given_again_to_the_same_request_alone(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine = test.workspace("Mine").await.id;
    let other = test.workspace("Other").await.id;
    assert_eq!(send(&test, &mine, request("k", "a")).await, Claim::Fresh);
    let again = Claim::Answered(answer());
    assert_eq!(send(&test, &mine, request("k", "a")).await, again);
    assert_eq!(send(&test, &mine, request("k", "b")).await, Claim::Taken);
    let stranger = KeyedRequest {
        api_key: SecretString::from("sk_another"),
        ..request("k", "a")
    };
    assert_eq!(send(&test, &mine, stranger).await, Claim::Taken);
    let elsewhere = KeyedRequest {
        path: "/organizations".to_owned(),
        ..request("k", "a")
    };
    assert_eq!(send(&test, &mine, elsewhere).await, Claim::Fresh);
    assert_eq!(send(&test, &other, request("k", "a")).await, Claim::Fresh);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_is_carried_out(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine = test.workspace("Mine").await.id;
    let send = || send(&test, &mine, request("k", "a"));
    let claims = tokio::join!(send(), send(), send(), send());
    let claims = <[Claim; 4]>::from(claims);
    let fresh = claims.iter().filter(|claim| **claim == Claim::Fresh);
    assert_eq!(fresh.count(), 1, "{claims:?}");
    let answered = claims
        .iter()
        .filter(|claim| **claim == Claim::Answered(answer()));
    assert_eq!(answered.count(), 3);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_carried_out_leaves_its_key_free(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine = test.workspace("Mine").await.id;
    let workspace = mine.clone();
    let refused: Result<(), rollcall_store::Error> = test
        .store
        .write(move |tx| {
            let claim = idempotency_key::claim(tx, &workspace, &request("k", "a"))?;
            assert_eq!(claim, Claim::Fresh);
            Err(rollcall_store::Error::Unavailable("refused".to_owned()))
        })
        .await;
    refused.unwrap_err();
    assert_eq!(send(&test, &mine, request("k", "b")).await, Claim::Fresh);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_forgotten_after_a_day(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine = test.workspace("Mine").await.id;
    let prune = || test.store.write(|tx| idempotency_key::prune(tx, 100));
    assert_eq!(send(&test, &mine, request("old", "a")).await, Claim::Fresh);
    test.clock.advance(KEPT);
    assert_eq!(send(&test, &mine, request("new", "a")).await, Claim::Fresh);
    assert_eq!(prune().await.unwrap(), 0);
    test.clock.advance(Duration::from_secs(1));
    assert_eq!(send(&test, &mine, request("old", "b")).await, Claim::Fresh);
    test.clock.advance(KEPT);
    assert_eq!(prune().await.unwrap(), 1);
    assert_eq!(prune().await.unwrap(), 0);
    let kept = send(&test, &mine, request("old", "b")).await;
    assert_eq!(kept, Claim::Answered(answer()));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_database_cannot_read_what_it_keeps(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine = test.workspace("Mine").await.id;
    send(&test, &mine, request("my-key", "a")).await;
    let rows: Result<Vec<(String, String)>, rollcall_store::Error> = test
        .store
        .read(|conn| {
            let columns = (idempotency_keys::idempotency_key, idempotency_keys::body);
            Ok(idempotency_keys::table.select(columns).load(conn)?)
        })
        .await;
    let (key, body) = rows.unwrap().remove(0);
    assert!(!key.contains("my-key"));
    assert!(!body.is_empty() && !body.contains(SECRET), "{body}");
}
