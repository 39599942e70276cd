//! Links, devices, sessions and the second factor.

use std::time::Duration;

use rollcall_store::account_link::{self, Purpose};
use rollcall_store::known_device;
use rollcall_store::mail::{self, Kind};
use rollcall_store::member::{self, LinkError, Member, NewMember};
use rollcall_store::password::Hasher;
use rollcall_store::second_factor::{self, Given};
use rollcall_store::session::{self, Device, Proof};
use rollcall_testkit::{Database, TestStore, one_time_code};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) async fn member(test: &TestStore, email: &str) -> Member {
    let hasher = Hasher::new().unwrap();
    let password_hash = hasher.hash(SecretString::from("a password")).await;
    let new = NewMember {
        email: email.to_owned(),
        name: "Ada".to_owned(),
        password_hash: password_hash.unwrap(),
    };
    test.store
        .write(move |tx| member::create(tx, new))
        .await
        .unwrap()
}

async fn link(test: &TestStore, purpose: Purpose, member: &Member, email: &str) -> SecretString {
    let (id, email) = (member.id.clone(), email.to_owned());
    test.store
        .write(move |tx| account_link::issue(tx, purpose, Some(&id), &email))
        .await
        .unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_in_time_and_for_its_purpose(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let ada = member(&test, "ada@example.com").await;
    let redeem = |secret: &SecretString, purpose| {
        let secret = secret.expose_secret().to_owned();
        let redeemed = test
            .store
            .write(move |tx| account_link::redeem(tx, &secret, purpose));
        async { redeemed.await.unwrap() }
    };
    let first = link(&test, Purpose::ResetPassword, &ada, "ada@example.com").await;
    let second = link(&test, Purpose::ResetPassword, &ada, "ada@example.com").await;
    let other = link(&test, Purpose::VerifyEmail, &ada, "ada@example.com").await;
    assert_eq!(redeem(&first, Purpose::VerifyEmail).await, None);
    let used = redeem(&first, Purpose::ResetPassword).await.unwrap();
    assert_eq!(used.member_id, Some(ada.id.clone()));
    assert_eq!(redeem(&first, Purpose::ResetPassword).await, None, "once");
    assert_eq!(
        redeem(&second, Purpose::ResetPassword).await,
        None,
        "its twins went with it"
    );
    assert!(redeem(&other, Purpose::VerifyEmail).await.is_some());

    let late = link(&test, Purpose::ResetPassword, &ada, "ada@example.com").await;
    test.clock.advance(Duration::from_mins(30));
    assert_eq!(redeem(&late, Purpose::ResetPassword).await, None);
    let forged = SecretString::from("rc_link_forged");
    assert_eq!(redeem(&forged, Purpose::ResetPassword).await, None);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_address_changes_only_to_one_that_is_free_and_read(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let ada = member(&test, "ada@example.com").await;
    let _eve = member(&test, "eve@example.com").await;
    let change = |secret: SecretString| {
        test.store
            .write(move |tx| member::change_email(tx, &secret))
    };
    let taken = link(&test, Purpose::ChangeEmail, &ada, "EVE@example.com").await;
    assert!(matches!(change(taken).await, Err(LinkError::EmailTaken)));
    let stale = link(&test, Purpose::VerifyEmail, &ada, "ada@example.com").await;
    let free = link(&test, Purpose::ChangeEmail, &ada, "Ada@example.org").await;
    assert_eq!(change(free).await.unwrap().email, "Ada@example.org");
    let verified = test
        .store
        .write(move |tx| member::verify_email(tx, &stale))
        .await;
    assert!(matches!(verified, Err(LinkError::LinkRefused)));
    let found = test
        .store
        .read(|conn| member::find_by_email(conn, "ada@EXAMPLE.org"))
        .await;
    let (found, _) = found.unwrap().unwrap();
    assert!(found.id == ada.id && found.email_verified_at.is_some());
    let told = test.store.write(mail::claim).await.unwrap().unwrap();
    assert_eq!(
        (told.kind, told.recipient.as_str()),
        (Kind::EmailChanged, "ada@example.com")
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_and_recovery_codes_too(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let ada = member(&test, "ada@example.com").await;
    let begun = ada.clone();
    test.store
        .write(move |tx| second_factor::begin(tx, &begun))
        .await
        .unwrap();
    let (who, sealer) = (ada.clone(), test.store.sealer().clone());
    let enrolment = test
        .store
        .read(move |conn| second_factor::enrolment(conn, &sealer, &who))
        .await
        .unwrap();
    assert!(enrolment.url.expose_secret().starts_with("otpauth://totp/"));
    let seed = enrolment.seed.expose_secret().to_owned();
    let code = || SecretString::from(one_time_code(&seed, test.store.now()));
    let enable = |code: SecretString| {
        let who = ada.clone();
        test.store
            .write(move |tx| second_factor::enable(tx, &who, &code))
    };
    let wrong = SecretString::from("000000");
    assert!(matches!(
        enable(wrong).await,
        Err(second_factor::Error::CodeRefused)
    ));
    let codes = enable(code()).await.unwrap();
    assert_eq!(codes.len(), second_factor::RECOVERY_CODES);
    let check = |code: SecretString| {
        let id = ada.id.clone();
        let checked = test
            .store
            .write(move |tx| second_factor::check(tx, &id, &code));
        async { checked.await.ok() }
    };
    assert_eq!(check(code()).await, None, "the enrolment used it up");
    test.clock.advance(Duration::from_secs(30));
    let next = code();
    assert_eq!(check(next.clone()).await, Some(Given::OneTimeCode));
    assert_eq!(check(next).await, None);
    assert_eq!(check(codes[0].clone()).await, Some(Given::RecoveryCode));
    assert_eq!(check(codes[0].clone()).await, None);
    let loud = codes[1].expose_secret().to_uppercase().replace('-', " ");
    assert_eq!(
        check(SecretString::from(loud)).await,
        Some(Given::RecoveryCode),
        "as people type it"
    );
    let id = ada.id.clone();
    let left = test
        .store
        .read(move |conn| second_factor::recovery_codes_left(conn, &id))
        .await;
    assert_eq!(left.unwrap(), 8);
    let id = ada.id.clone();
    test.store
        .write(move |tx| second_factor::disable(tx, &id))
        .await
        .unwrap();
    assert_eq!(check(codes[2].clone()).await, None, "all went with it");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_known_to_its_member_alone(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let ada = member(&test, "ada@example.com").await;
    let eve = member(&test, "eve@example.com").await;
    let remember = |who: &Member, cookie: Option<&SecretString>| {
        let id = who.id.clone();
        let cookie = cookie.map(|cookie| cookie.expose_secret().to_owned());
        let remembered = test
            .store
            .write(move |tx| known_device::remember(tx, &id, cookie.as_deref()));
        async { remembered.await.unwrap() }
    };
    let is_known = |who: &Member, cookie: &SecretString| {
        let (id, cookie) = (who.id.clone(), cookie.expose_secret().to_owned());
        let known = test
            .store
            .read(move |conn| known_device::is_known(conn, &cookie, &id));
        async { known.await.unwrap() }
    };
    let cookie = remember(&ada, None).await.unwrap();
    assert!(is_known(&ada, &cookie).await && !is_known(&eve, &cookie).await);
    assert!(
        remember(&eve, Some(&cookie)).await.is_none(),
        "one browser of two"
    );
    assert!(is_known(&eve, &cookie).await);
    let id = ada.id.clone();
    test.store
        .write(move |tx| known_device::forget_all(tx, &id))
        .await
        .unwrap();
    assert!(!is_known(&ada, &cookie).await && is_known(&eve, &cookie).await);
    test.clock
        .advance(known_device::KEPT + Duration::from_secs(1));
    assert_eq!(test.store.write(known_device::prune).await.unwrap(), 1);
    let fresh = remember(&ada, Some(&cookie)).await.unwrap();
    assert_ne!(
        fresh.expose_secret(),
        cookie.expose_secret(),
        "nobody's cookie gains nothing"
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_renewed_and_ended(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let ada = member(&test, "ada@example.com").await;
    let mut cookies = Vec::new();
    for number in 0..3 {
        let (id, device) = (
            ada.id.clone(),
            Device {
                user_agent: format!("Browser {number}"),
                ip_address: "192.0.2.1".to_owned(),
            },
        );
        let made = test
            .store
            .write(move |tx| session::create(tx, &id, &device, Proof::Password));
        cookies.push(made.await.unwrap());
        test.clock.advance(Duration::from_mins(1));
    }
    let live = || {
        let (id, now) = (ada.id.clone(), test.store.now());
        let live = test.store.read(move |conn| session::live(conn, &id, now));
        async { live.await.unwrap() }
    };
    let found = live().await;
    let agents: Vec<_> = found.iter().map(|session| &*session.user_agent).collect();
    assert_eq!(agents, ["Browser 2", "Browser 1", "Browser 0"]);
    test.clock.advance(session::FRESH);
    let own = found[0].clone();
    assert!(!own.is_fresh(test.store.now()));
    let renewed = test
        .store
        .write(move |tx| session::renew(tx, &own, Proof::TwoFactors))
        .await;
    let renewed = renewed.unwrap().unwrap();
    let find = |cookie: &SecretString| {
        let (cookie, now) = (cookie.expose_secret().to_owned(), test.store.now());
        let found = test
            .store
            .read(move |conn| session::find(conn, &cookie, now));
        async { found.await.unwrap() }
    };
    assert!(
        find(&cookies[2]).await.is_none(),
        "the old value is worth nothing"
    );
    let (own, _) = find(&renewed).await.unwrap();
    assert!(own.is_fresh(test.store.now()) && own.second_factor_at.is_some());
    let (id, one) = (ada.id.clone(), found[1].id.clone());
    let ended = test
        .store
        .write(move |tx| session::end(tx, &id, &one))
        .await;
    assert!(ended.unwrap());
    let (id, keep) = (ada.id.clone(), own.id.clone());
    let ended = test
        .store
        .write(move |tx| session::end_all(tx, &id, Some(&keep)))
        .await;
    assert_eq!(ended.unwrap(), 1);
    assert_eq!(live().await, [own]);
}
