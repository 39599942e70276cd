//! The first account and sessions.

use std::time::Duration;

use rollcall_store::member::{self, FirstAccountError, Member, NewMember};
use rollcall_store::password::Hasher;
use rollcall_store::session::{self, Device, Proof};
use rollcall_store::setup_code;
use rollcall_store::workspace::{self, Role, Workspace};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};

async fn create_first(
    test: &TestStore,
    code: &str,
) -> Result<(Member, Workspace), FirstAccountError> {
    let hash = Hasher::new()
        .unwrap()
        .hash(SecretString::from("a long password"))
        .await
        .unwrap();
    let code = SecretString::from(code.to_owned());
    let new = NewMember {
        email: "Mira@Example.com".into(),
        name: "Mira".into(),
        password_hash: hash,
    };
    test.store
        .write(move |tx| member::create_first(tx, &code, new, "Northwind"))
        .await
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_needs_a_code_and_is_made_once(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let code = test.store.write(setup_code::issue).await.unwrap();
    let other = test.store.write(setup_code::issue).await.unwrap();
    assert!(matches!(
        create_first(&test, "wrong").await,
        Err(FirstAccountError::CodeRefused)
    ));
    let (member, workspace) = create_first(&test, &format!(" {} ", code.expose_secret()))
        .await
        .unwrap();
    assert!(matches!(
        create_first(&test, other.expose_secret()).await,
        Err(FirstAccountError::AlreadySetUp)
    ));

    let (id, slug) = (member.id.clone(), workspace.slug.clone());
    let found = test
        .store
        .read(move |conn| {
            let member = member::find_by_email(conn, "mira@example.COM")?.map(|(member, _)| member);
            Ok::<_, rollcall_store::Error>((
                member,
                workspace::of_member(conn, &id)?,
                workspace::find_by_slug(conn, &slug)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(
        found,
        (
            Some(member),
            vec![(workspace.clone(), Role::Owner)],
            Some(workspace)
        )
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_idle_when_old_and_when_deleted(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let code = test.store.write(setup_code::issue).await.unwrap();
    let (member, _) = create_first(&test, code.expose_secret()).await.unwrap();
    let start = || async {
        let id = member.id.clone();
        test.store
            .write(move |tx| session::create(tx, &id, &Device::default(), Proof::Password))
            .await
            .unwrap()
    };
    let find = |cookie: &SecretString| {
        let (cookie, now) = (cookie.expose_secret().to_owned(), test.store.now());
        let found = test
            .store
            .read(move |conn| session::find(conn, &cookie, now));
        async { found.await.unwrap() }
    };
    let cookie = start().await;
    let (found, who) = find(&cookie).await.expect("the session is live");
    assert_eq!(who, member);
    assert!(
        find(&SecretString::from("rc_session_forged"))
            .await
            .is_none()
    );

    test.clock.advance(Duration::from_hours(1));
    assert!(found.wants_touch(test.store.now()));
    test.store
        .write(move |tx| session::touch(tx, &found))
        .await
        .unwrap();
    test.clock
        .advance(session::IDLE.checked_sub(Duration::from_secs(1)).unwrap());
    assert!(find(&cookie).await.is_some(), "it was in use since");
    test.clock.advance(Duration::from_secs(1));
    assert!(find(&cookie).await.is_none(), "it lay idle");

    let cookie = start().await;
    let gone = cookie.expose_secret().to_owned();
    test.store
        .write(move |tx| session::delete(tx, &gone))
        .await
        .unwrap();
    assert!(find(&cookie).await.is_none(), "it was ended");
}
