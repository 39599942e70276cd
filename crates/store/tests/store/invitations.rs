//! Invitations and their links.

use std::time::Duration;

use rollcall_store::audit::Action;
use rollcall_store::ids::InvitationId;
use rollcall_store::invitation::{self, Error, Invitation, LIFETIME, MOST};
use rollcall_store::member::NewMember;
use rollcall_store::password::Hasher;
use rollcall_store::rights::Right;
use rollcall_store::session::{self, Device, Proof};
use rollcall_store::workspace::{self, Role, Workspace};
use rollcall_store::{account, member};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};

use crate::members::{admitted, deeds, person};

struct Acme {
    test: TestStore,
    workspace: Workspace,
    ada: member::Member,
}

impl Acme {
    async fn new(database: Database) -> Option<Self> {
        let test = TestStore::new(database).await?;
        let workspace = test.workspace("Acme").await;
        let ada = admitted(&test, &workspace, "Ada", Role::Owner).await;
        Some(Self {
            test,
            workspace,
            ada,
        })
    }

    async fn invite(&self, email: &str, role: Role) -> Result<(Invitation, SecretString), Error> {
        self.invite_by(&self.ada, email, role).await
    }

    async fn invite_by(
        &self,
        by: &member::Member,
        email: &str,
        role: Role,
    ) -> Result<(Invitation, SecretString), Error> {
        let (id, by, email) = (self.workspace.id.clone(), by.id.clone(), email.to_owned());
        let made = self
            .test
            .store
            .write(move |tx| invitation::create(tx, &id, &by, &email, role));
        made.await
    }

    async fn renew(&self, id: &InvitationId) -> Result<(Invitation, SecretString), Error> {
        let (workspace, by, id) = (self.workspace.id.clone(), self.ada.id.clone(), id.clone());
        let renewed = self
            .test
            .store
            .write(move |tx| invitation::renew(tx, &workspace, &by, &id));
        renewed.await
    }

    async fn revoke(&self, id: &InvitationId) -> Result<Invitation, Error> {
        let (workspace, by, id) = (self.workspace.id.clone(), self.ada.id.clone(), id.clone());
        let revoked = self
            .test
            .store
            .write(move |tx| invitation::revoke(tx, &workspace, &by, &id));
        revoked.await
    }

    async fn accept(&self, secret: &SecretString, who: &member::Member) -> Result<(), Error> {
        let (secret, who) = (secret.clone(), who.clone());
        let accepted = self
            .test
            .store
            .write(move |tx| invitation::accept(tx, &secret, &who));
        accepted.await.map(drop)
    }

    async fn works(&self, secret: &str) -> bool {
        let (secret, now) = (secret.to_owned(), self.test.clock.now());
        let found = self
            .test
            .store
            .read(move |conn| invitation::find_by_secret(conn, &secret, now));
        found.await.unwrap().is_some()
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_the_one_who_was_invited_in_once(#[case] database: Database) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let (bob, eve) = (
        person(&acme.test, "Bob").await,
        person(&acme.test, "Eve").await,
    );
    let (_, secret) = acme
        .invite("BOB@example.com", Role::Operator)
        .await
        .unwrap();
    assert!(matches!(
        acme.accept(&secret, &eve).await,
        Err(Error::OtherAddress)
    ));
    acme.accept(&secret, &bob).await.unwrap();
    for who in [&bob, &eve] {
        assert!(matches!(
            acme.accept(&secret, who).await,
            Err(Error::LinkRefused)
        ));
    }
    let id = bob.id.clone();
    let mine = acme
        .test
        .store
        .read(move |conn| workspace::of_member(conn, &id))
        .await
        .unwrap();
    assert_eq!(mine[0].1, Role::Operator);
    assert_eq!(
        deeds(&acme.test, &acme.workspace).await[2..],
        [
            Action::InvitationCreated.as_str(),
            Action::InvitationAccepted.as_str()
        ]
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_its_time_its_successor_and_its_invitation(#[case] database: Database) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let (made, first) = acme.invite("bob@example.com", Role::Viewer).await.unwrap();
    acme.test
        .clock
        .advance(LIFETIME.saturating_sub(Duration::from_secs(1)));
    assert!(acme.works(first.expose_secret()).await);
    let (_, second) = acme.renew(&made.id).await.unwrap();
    assert!(!acme.works(first.expose_secret()).await);
    assert!(acme.works(second.expose_secret()).await);
    acme.test.clock.advance(LIFETIME);
    assert!(!acme.works(second.expose_secret()).await);
    let (_, third) = acme.renew(&made.id).await.unwrap();
    assert!(acme.works(third.expose_secret()).await);
    let mangled = third.expose_secret().to_lowercase();
    for mangled in [
        &*mangled,
        &third.expose_secret()[..20],
        "",
        "rc_invite_",
        "\0",
    ] {
        assert!(!acme.works(mangled).await, "{mangled:?}");
    }
    acme.revoke(&made.id).await.unwrap();
    assert!(!acme.works(third.expose_secret()).await);
    assert!(matches!(acme.revoke(&made.id).await, Err(Error::NotFound)));
    assert!(matches!(acme.renew(&made.id).await, Err(Error::NotFound)));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_invited_once_and_a_workspace_invites_so_many(#[case] database: Database) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let again = acme.invite("ADA@example.com", Role::Viewer).await;
    assert!(matches!(again, Err(Error::AlreadyMember)));
    acme.invite("bob@example.com", Role::Viewer).await.unwrap();
    let again = acme.invite("Bob@Example.com", Role::Admin).await;
    assert!(matches!(again, Err(Error::AlreadyInvited)));
    for number in 1..MOST {
        let email = format!("bob{number}@example.com");
        acme.invite(&email, Role::Viewer).await.unwrap();
    }
    let more = acme.invite("one@example.com", Role::Viewer).await;
    assert!(matches!(more, Err(Error::TooMany)));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_neither_invites_owners_nor_gets_at_their_links(#[case] database: Database) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let bob = admitted(&acme.test, &acme.workspace, "Bob", Role::Admin).await;
    let refused = acme
        .invite_by(&bob, "cy@example.com", Role::Owner)
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::NotAllowed(Right::ManageOwners)));
    let (owners, _) = acme.invite("cy@example.com", Role::Owner).await.unwrap();
    let (workspace, by) = (acme.workspace.id.clone(), bob.id.clone());
    let renewed = acme
        .test
        .store
        .write(move |tx| invitation::renew(tx, &workspace, &by, &owners.id));
    assert!(matches!(
        renewed.await,
        Err(Error::NotAllowed(Right::ManageOwners))
    ));
    acme.invite_by(&bob, "dan@example.com", Role::Admin)
        .await
        .unwrap();
    let other = acme.test.workspace("Other").await;
    let (other, ada) = (other.id, acme.ada.id.clone());
    let stranger = acme
        .test
        .store
        .write(move |tx| invitation::create(tx, &other, &ada, "x@example.com", Role::Viewer));
    assert!(matches!(
        stranger.await,
        Err(Error::NotAllowed(Right::ManageMembers))
    ));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_has_the_invited_address_unproven_and_is_made_once(
    #[case] database: Database,
) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let hash = Hasher::new()
        .unwrap()
        .hash(SecretString::from("a password"))
        .await
        .unwrap();
    let new = NewMember {
        email: "eve@example.com".to_owned(),
        name: "Bob".to_owned(),
        password_hash: hash,
    };
    let (_, secret) = acme.invite("bob@example.com", Role::Viewer).await.unwrap();
    let join = || {
        let (secret, new) = (secret.clone(), new.clone());
        acme.test
            .store
            .write(move |tx| invitation::accept_as_new(tx, &secret, new))
    };
    let (one, other) = tokio::join!(join(), join());
    let made = match (one, other) {
        (Ok((_, made)), Err(refused)) | (Err(refused), Ok((_, made))) => {
            assert!(matches!(refused, Error::LinkRefused), "{refused:?}");
            made
        }
        both => panic!("{both:?}"),
    };
    assert_eq!(made.email, "bob@example.com");
    assert_eq!(made.email_verified_at, None);
    let (_, again) = {
        let other = acme.test.workspace("Other").await;
        let cy = admitted(&acme.test, &other, "Cy", Role::Owner).await;
        let (id, by) = (other.id, cy.id);
        let made = acme
            .test
            .store
            .write(move |tx| invitation::create(tx, &id, &by, "bob@example.com", Role::Viewer));
        made.await.unwrap()
    };
    let taken = acme
        .test
        .store
        .write(move |tx| invitation::accept_as_new(tx, &again, new));
    assert!(matches!(taken.await, Err(Error::EmailTaken)));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_has_no_session_and_none_from_before(#[case] database: Database) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let id = acme.ada.id.clone();
    let cookie = acme
        .test
        .store
        .write(move |tx| session::create(tx, &id, &Device::default(), Proof::Password))
        .await
        .unwrap();
    let lives = async || {
        let (cookie, now) = (cookie.expose_secret().to_owned(), acme.test.clock.now());
        let found = acme
            .test
            .store
            .read(move |conn| session::find(conn, &cookie, now));
        found.await.unwrap().is_some()
    };
    assert!(lives().await);
    let ada = acme.ada.clone();
    let alone = acme
        .test
        .store
        .read(move |conn| account::owned_alone(conn, &ada.id));
    assert_eq!(alone.await.unwrap(), ["Acme"]);
    let set = |on: bool| {
        let ada = acme.ada.clone();
        acme.test.store.write(move |tx| {
            if on {
                account::enable(tx, &ada)
            } else {
                account::disable(tx, &ada)
            }
        })
    };
    assert!(set(false).await.unwrap());
    assert!(!set(false).await.unwrap());
    assert!(!lives().await);
    assert!(set(true).await.unwrap());
    assert!(!set(true).await.unwrap());
    assert!(!lives().await);
    assert_eq!(
        deeds(&acme.test, &acme.workspace).await[2..],
        [
            Action::AccountDisabled.as_str(),
            Action::AccountEnabled.as_str()
        ]
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_disabled_account_invited_to_is_taken_back(#[case] database: Database) {
    let Some(acme) = Acme::new(database).await else {
        return;
    };
    let bob = admitted(&acme.test, &acme.workspace, "Bob", Role::Owner).await;
    let eve = person(&acme.test, "Eve").await;
    let cy = person(&acme.test, "Cy").await;
    let invited = acme.invite_by(&bob, &eve.email, Role::Owner).await;
    let (_, known_to_bob) = invited.unwrap();
    let (_, of_ada) = acme.invite(&cy.email, Role::Viewer).await.unwrap();
    let disabled = acme
        .test
        .store
        .write(move |tx| account::disable(tx, &bob))
        .await;
    assert!(disabled.unwrap());
    assert!(matches!(
        acme.accept(&known_to_bob, &eve).await,
        Err(Error::LinkRefused)
    ));
    acme.accept(&of_ada, &cy).await.unwrap();
    let deeds = deeds(&acme.test, &acme.workspace).await;
    let revoked = deeds
        .iter()
        .filter(|deed| *deed == Action::InvitationRevoked.as_str());
    assert_eq!(revoked.count(), 1, "{deeds:?}");
}
