//! Bearer tokens: what they open, and for how long.

use std::time::Duration;

use rollcall_store::directory::{self, Authentication};
use rollcall_store::directory_token::{self, TokenError};
use rollcall_store::token;
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use secrecy::ExposeSecret as _;

async fn authenticate(test: &TestStore, at: &TestDirectory, secret: &str) -> Authentication {
    let (key, hash, now) = (
        at.directory.endpoint_key.clone(),
        token::hash(secret),
        test.store.now(),
    );
    test.store
        .read(move |conn| directory::authenticate(conn, &key, &hash, now))
        .await
        .unwrap()
}

async fn opens(test: &TestStore, at: &TestDirectory, secret: &str) -> bool {
    matches!(
        authenticate(test, at, secret).await,
        Authentication::Accepted { .. }
    )
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_its_own_endpoint_only(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (mine, other) = (test.directory("Mine").await, test.directory("Other").await);
    assert!(opens(&test, &mine, &mine.token).await);
    assert!(!opens(&test, &other, &mine.token).await);
    let refused = authenticate(&test, &other, &mine.token).await;
    assert_eq!(
        refused,
        Authentication::Refused {
            directory: Some(other.directory.clone())
        }
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_tokens_live_and_a_third_is_refused(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let create = || {
        let (store, directory) = (test.store.clone(), at.directory.clone());
        tokio::spawn(async move {
            store
                .write(move |tx| directory_token::create(tx, &directory))
                .await
        })
    };
    let attempts = [create(), create(), create()];
    let mut made = Vec::new();
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(token) => made.push(token),
            Err(error) => assert!(matches!(error, TokenError::TwoLive), "{error:?}"),
        }
    }
    assert_eq!(made.len(), 1);
    let second = made[0].secret.expose_secret().to_owned();
    assert!(opens(&test, &at, &at.token).await && opens(&test, &at, &second).await);

    let (directory, id) = (at.directory.clone(), made[0].token.id.clone());
    assert!(
        test.store
            .write(move |tx| directory_token::revoke(tx, &directory, &id))
            .await
            .unwrap()
    );
    assert!(!opens(&test, &at, &second).await);
    assert!(opens(&test, &at, &at.token).await);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_until_it_expires(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let (directory, end) = (
        at.directory.clone(),
        test.store.now().plus(Duration::from_hours(1)),
    );
    let expiring: Result<(), rollcall_store::Error> = test
        .store
        .write(move |tx| {
            let token =
                directory_token::live(tx, &directory.id, end.minus(Duration::from_secs(1)))?
                    .remove(0);
            directory_token::expire_at(tx, &directory, &token.id, end)
        })
        .await;
    expiring.unwrap();
    assert!(opens(&test, &at, &at.token).await);
    test.clock.advance(Duration::from_hours(1));
    assert!(!opens(&test, &at, &at.token).await);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_stored(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let events = format!("{:?}", crate::events(&test, &at).await);
    assert!(events.contains(&token::suffix(&at.token)));
    assert!(!events.contains(&at.token));
    if let Some(file) = test.url.sqlite_path() {
        let wal = std::fs::read(format!("{}-wal", file.display())).unwrap_or_default();
        let bytes = [std::fs::read(file).unwrap(), wal].concat();
        assert!(
            !bytes
                .windows(at.token.len())
                .any(|window| window == at.token.as_bytes())
        );
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_linked_once(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    for _ in 0..3 {
        let directory = at.directory.clone();
        test.store
            .write(move |tx| directory::activate(tx, &directory))
            .await
            .unwrap();
    }
    assert_eq!(crate::event_names(&test, &at).await, ["dsync.activated"]);
}
