//! Changing the key: everything sealed opens with the new one, nothing with the old one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rollcall_store::audit::{self, Actor, Context};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::mail::{self, Text};
use rollcall_store::member::Member;
use rollcall_store::seal::{self, RotateError, Rotated, SEALED, SealError, SecretKey};
use rollcall_store::webhook_endpoint::{self, New, WebhookEndpoint};
use rollcall_store::{Options, Store, event, second_factor, webhook_delivery};
use rollcall_testkit::{Database, SECRET_KEY, TestStore};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};

use crate::accounts::member;
use crate::schema::declared;

const NEW_KEY: &str = "2222222222222222222222222222222222222222222222222222222222222222";

fn key(text: &str) -> SecretKey {
    text.parse().unwrap()
}

fn new_key() -> SecretKey {
    key(NEW_KEY)
}

/// Changes the key as the command does, from another process's point of view.
async fn rotate(test: &TestStore, from: &str) -> Result<Rotated, RotateError> {
    let options = Options {
        secret_key: Some(key(from)),
        ..Options::new(test.url.clone())
    };
    let rotated = tokio::task::spawn_blocking(move || {
        seal::rotate(&options, &Context::local(Actor::CommandLine), &new_key())
    });
    rotated.await.unwrap()
}

async fn endpoint(
    store: &Store,
    workspace_id: &WorkspaceId,
    number: usize,
) -> Result<(WebhookEndpoint, SecretString), webhook_endpoint::Error> {
    let workspace_id = workspace_id.clone();
    let new = New {
        endpoint_url: format!("https://hooks.example.com/{number}"),
        description: String::new(),
        events: vec![event::USER_CREATED.to_owned()],
        in_order: false,
        deliveries_per_second: 10,
    };
    store
        .write(move |tx| webhook_endpoint::create(tx, &workspace_id, new))
        .await
}

async fn seed(test: &TestStore, sealer: &seal::Sealer, who: &Member) -> String {
    let (sealer, who) = (sealer.clone(), who.clone());
    let enrolment = test
        .store
        .read(move |conn| second_factor::enrolment(conn, &sealer, &who));
    enrolment.await.unwrap().seed.expose_secret().to_owned()
}

/// The ids of the keys in front of all that is sealed.
async fn keys_in_use(test: &TestStore) -> BTreeSet<String> {
    let all = test.contents(&[]).await;
    let sealed = SEALED.iter().flat_map(|(table, _)| &all[*table]);
    let ids = sealed.flat_map(|row| row.split('\'').filter_map(|text| text.strip_prefix("v1.")));
    ids.map(|text| text.split('.').next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_sealed_column_is_known() {
    let columns = declared().into_iter().flat_map(|(table, columns)| {
        let sealed = columns
            .into_keys()
            .filter(|name| name.starts_with("sealed"));
        sealed.map(move |column| (table.clone(), column))
    });
    let known = SEALED
        .iter()
        .map(|(table, column)| ((*table).to_owned(), (*column).to_owned()));
    assert_eq!(
        known.collect::<BTreeSet<_>>(),
        columns.collect::<BTreeSet<_>>(),
        "a new sealed column belongs into seal/rotate.rs"
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn everything_opens_with_the_new_key_alone(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let ada = member(&test, "ada@example.com").await;
    let begun = ada.clone();
    let begin = test.store.write(move |tx| second_factor::begin(tx, &begun));
    begin.await.unwrap();
    let seed_before = seed(&test, test.store.sealer(), &ada).await;
    let workspace_id = test.workspace("Acme").await.id;
    let (made, first) = endpoint(&test.store, &workspace_id, 1).await.unwrap();
    let rotated = made.clone();
    let rotating = test
        .store
        .write(move |tx| webhook_endpoint::rotate_secret(tx, &rotated, Duration::from_hours(1)));
    let second = rotating.await.unwrap();
    let text = Text {
        subject: "Hello".to_owned(),
        body: SecretString::from("A link"),
    };
    let writing = test
        .store
        .write(move |tx| mail::write(tx, "grace@example.com", &text));
    writing.await.unwrap();
    let (old_id, new_id) = (key(SECRET_KEY).id(), new_key().id());
    assert_eq!(keys_in_use(&test).await, BTreeSet::from([old_id.clone()]));

    assert_eq!(rotate(&test, SECRET_KEY).await.unwrap(), Rotated::Now(4));
    assert_eq!(keys_in_use(&test).await, BTreeSet::from([new_id.clone()]));
    let refused = endpoint(&test.store, &workspace_id, 2).await.unwrap_err();
    let other_key = SealError::OtherKey {
        ours: old_id,
        theirs: new_id.clone(),
    };
    assert!(matches!(refused, webhook_endpoint::Error::Secret(error) if error == other_key));
    assert_eq!(rotate(&test, SECRET_KEY).await.unwrap(), Rotated::Before);

    test.store.change_key(new_key()).await.unwrap();
    let claimed = secrets(&test, &made).await;
    assert_eq!(claimed[0].expose_secret(), second.expose_secret());
    assert_eq!(claimed[1].expose_secret(), first.expose_secret());
    assert_eq!(seed(&test, test.store.sealer(), &ada).await, seed_before);
    let mail = test.store.write(mail::claim).await.unwrap().unwrap();
    let opened = mail::text(test.store.sealer(), &mail).unwrap();
    assert_eq!(opened.body.expose_secret(), "A link");
    endpoint(&test.store, &workspace_id, 2).await.unwrap();
    assert_eq!(keys_in_use(&test).await, BTreeSet::from([new_id]));
    let verdict = test.store.read(audit::verify).await.unwrap();
    assert!(verdict.broken.is_empty(), "{verdict:?}");
    let log = test.contents(&[]).await;
    let told = |row: &&String| row.contains("installation.key_rotated");
    assert_eq!(log["audit_entries"].iter().filter(told).count(), 1);
}

/// The present and the previous secret of an endpoint, as a delivery gets them.
async fn secrets(test: &TestStore, endpoint: &WebhookEndpoint) -> [SecretString; 2] {
    let id = endpoint.id.clone();
    let claimed = test
        .store
        .write(move |tx| webhook_delivery::claim(tx, &id, 1, 0));
    let claim = claimed.await.unwrap().unwrap();
    [claim.secret, claim.previous_secret.unwrap()]
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_and_a_broken_secret_change_nothing(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace_id = test.workspace("Acme").await.id;
    let (made, _) = endpoint(&test.store, &workspace_id, 1).await.unwrap();
    let (moved, _) = endpoint(&test.store, &workspace_id, 2).await.unwrap();
    let before = test.contents(&[]).await;
    let refusal = rotate(&test, &"33".repeat(32)).await.unwrap_err();
    let is_other = matches!(refusal, RotateError::Seal(SealError::OtherKey { .. }));
    assert!(is_other, "{refusal}");
    assert_eq!(test.contents(&[]).await, before);

    // Somebody gives one endpoint the secret of the other.
    test.run_sql(&format!(
        "UPDATE webhook_endpoints SET sealed_secret =
         (SELECT sealed_secret FROM webhook_endpoints WHERE id = '{}') WHERE id = '{}'",
        made.id, moved.id
    ))
    .await;
    let before = test.contents(&[]).await;
    let refusal = rotate(&test, SECRET_KEY).await.unwrap_err();
    let moved_id = moved.id.to_string();
    let is_broken = matches!(&refusal, RotateError::Broken { row, .. } if *row == moved_id);
    assert!(is_broken, "{refusal}");
    assert_eq!(test.contents(&[]).await, before);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_sealed_meanwhile_is_lost(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace_id = test.workspace("Acme").await.id;
    let stop = AtomicBool::new(false);
    let writer = async |first: usize| {
        let mut made = 0;
        for number in first.. {
            match endpoint(&test.store, &workspace_id, number).await {
                Ok(_) => made += 1,
                Err(webhook_endpoint::Error::Secret(SealError::OtherKey { .. })) => {
                    assert!(stop.load(Ordering::SeqCst) || made > 0);
                    return made;
                }
                Err(error) => panic!("{error}"),
            }
        }
        made
    };
    let rotating = async {
        tokio::time::timeout(Duration::from_mins(1), async {
            while test.contents(&[]).await["webhook_endpoints"].len() < 20 {}
        })
        .await
        .unwrap();
        let rotated = rotate(&test, SECRET_KEY).await;
        stop.store(true, Ordering::SeqCst);
        rotated.unwrap()
    };
    let (one, two, rotated) = tokio::join!(writer(0), writer(1_000_000), rotating);
    assert_eq!(
        rotated,
        Rotated::Now(one + two),
        "all that was made was sealed anew"
    );
    assert_eq!(keys_in_use(&test).await, BTreeSet::from([new_key().id()]));
}
