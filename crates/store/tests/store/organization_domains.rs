//! Domains of organizations, and how they are verified.

use std::time::Duration;

use rollcall_store::organization::{Changes, New, Organization};
use rollcall_store::organization_domain::{
    self, Error, OrganizationDomain, Proof, State, VERIFICATION_PERIOD,
};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

use crate::organizations::{change, make, told, told_names, wanted};

async fn add(
    test: &TestStore,
    organization: &Organization,
    domain: &str,
) -> Result<OrganizationDomain, Error> {
    let (organization, wanted) = (organization.clone(), wanted(domain, false));
    test.store
        .write(move |tx| organization_domain::create(tx, &organization, &wanted))
        .await
}

async fn replace(test: &TestStore, organization: &Organization, domains: &[(&str, bool)]) {
    let domains = domains
        .iter()
        .map(|(name, verified)| wanted(name, *verified));
    let changes = Changes {
        domains: Some(domains.collect()),
        ..Changes::default()
    };
    change(test, organization, changes).await.unwrap();
}

async fn of(test: &TestStore, organization: &Organization) -> Vec<OrganizationDomain> {
    let id = organization.id.clone();
    let read: Result<_, rollcall_store::Error> = test
        .store
        .read(move |conn| organization_domain::for_organizations(conn, &[id]))
        .await;
    read.unwrap()
}

async fn state(test: &TestStore, organization: &Organization) -> State {
    of(test, organization).await[0].state
}

/// What a worker does: takes the domains that are due, and tells of each whether its DNS showed the record.
async fn look(test: &TestStore, shows: bool) -> usize {
    let due = test
        .store
        .write(|tx| organization_domain::due_checks(tx, 10))
        .await
        .unwrap();
    let count = due.len();
    for domain in due {
        let looked: Result<(), Error> = test
            .store
            .write(move |tx| {
                if shows {
                    organization_domain::verify(tx, &domain)
                } else {
                    Ok(organization_domain::expire(tx, &domain)?)
                }
            })
            .await;
        looked.unwrap();
    }
    count
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_set_keeps_what_stays_and_removes_the_rest(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Acme").await;
    let acme = &at.organization;
    replace(&test, acme, &[("a.example", false), ("b.example", true)]).await;
    let before = of(&test, acme).await;
    let told_before = told_names(&test, acme).await.len();
    replace(&test, acme, &[("c.example", true), ("a.example", true)]).await;
    let after = of(&test, acme).await;
    assert_eq!(after[0].id, before[0].id);
    assert_eq!(
        (after[0].state, &after[0].proof),
        (State::Verified, &Proof::Manual)
    );
    assert_eq!(after[1].domain, "c.example");
    assert_eq!(
        told_names(&test, acme).await[told_before..],
        [
            "organization_domain.deleted",
            "organization_domain.created",
            "organization_domain.verified",
            "organization_domain.verified",
            "organization.updated"
        ]
    );
    // What is verified does not become pending by being asked for again.
    replace(&test, acme, &[("c.example", false), ("a.example", false)]).await;
    assert_eq!(of(&test, acme).await, after);
    replace(&test, acme, &[]).await;
    assert_eq!(of(&test, acme).await, []);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_verified_once_its_record_is_seen(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Acme").await;
    let domain = add(&test, &at.organization, "acme.example").await.unwrap();
    let Proof::Dns(challenge) = &domain.proof else {
        panic!("{domain:?}")
    };
    assert!(
        challenge
            .prefix
            .starts_with("rollcall-domain-verification-")
    );
    assert_eq!(look(&test, false).await, 1);
    assert_eq!(look(&test, true).await, 0, "was looked at just now");
    test.clock.advance(Duration::from_mins(1));
    assert_eq!(look(&test, true).await, 1);
    assert_eq!(state(&test, &at.organization).await, State::Verified);
    test.clock.advance(Duration::from_hours(2));
    assert_eq!(look(&test, true).await, 0);
    assert_eq!(
        told_names(&test, &at.organization).await,
        [
            "organization.created",
            "organization_domain.created",
            "organization_domain.verified"
        ]
    );
    let again = {
        let domain = domain.clone();
        let start = move |tx: &mut rollcall_store::Tx<'_>| organization_domain::start(tx, &domain);
        test.store.write(start).await
    };
    assert!(matches!(again, Err(Error::AlreadyVerified(_))), "{again:?}");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_domain_fails_after_its_time_and_can_be_tried_again(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Acme").await;
    let domain = add(&test, &at.organization, "acme.example").await.unwrap();
    test.clock
        .advance(VERIFICATION_PERIOD.saturating_sub(Duration::from_secs(1)));
    assert_eq!(look(&test, false).await, 1);
    assert_eq!(state(&test, &at.organization).await, State::Pending);
    test.clock.advance(Duration::from_hours(1));
    assert_eq!(look(&test, false).await, 1);
    assert_eq!(state(&test, &at.organization).await, State::Failed);
    test.clock.advance(Duration::from_hours(2));
    assert_eq!(look(&test, true).await, 0);

    let start = move |tx: &mut rollcall_store::Tx<'_>| organization_domain::start(tx, &domain);
    let started = test.store.write(start).await.unwrap();
    assert_eq!(started.state, State::Pending);
    assert_eq!(look(&test, true).await, 1);
    let told = told(&test, &at.organization).await;
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names[2..],
        [
            "organization_domain.verification_failed",
            "organization_domain.updated",
            "organization_domain.verified"
        ]
    );
    assert_eq!(told[2].1["reason"], "domain_verification_period_expired");
    assert_eq!(told[2].1["organization_domain"]["state"], "failed");
    let token = |at: usize| told[at].1["verification_token"].clone();
    assert_eq!(token(3), token(1), "the record stays as it was");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_several_organizations_one_gets_the_domain(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Acme").await;
    let rival = test.organization(&at.workspace, "Rival").await;
    let late = test.organization(&at.workspace, "Late").await;
    add(&test, &rival, "acme.example").await.unwrap();
    let domain = add(&test, &at.organization, "acme.example").await.unwrap();
    let twice = add(&test, &at.organization, "ACME.example.").await;
    assert!(matches!(twice, Err(Error::AlreadyAdded(_))), "{twice:?}");

    let verify = move |tx: &mut rollcall_store::Tx<'_>| organization_domain::verify(tx, &domain);
    test.store.write(verify).await.unwrap();
    assert_eq!(state(&test, &rival).await, State::Failed);
    let (name, data) = told(&test, &rival).await.pop().unwrap();
    assert_eq!(name, "organization_domain.verification_failed");
    assert_eq!(data["reason"], "domain_verified_by_other_organization");

    let refused = add(&test, &late, "acme.example").await;
    assert!(
        matches!(refused, Err(Error::VerifiedElsewhere(_))),
        "{refused:?}"
    );
    let failed = of(&test, &rival).await.remove(0);
    let start = move |tx: &mut rollcall_store::Tx<'_>| organization_domain::start(tx, &failed);
    let refused = test.store.write(start).await;
    assert!(
        matches!(refused, Err(Error::VerifiedElsewhere(_))),
        "{refused:?}"
    );
    // Another workspace is another world.
    let elsewhere = test.workspace("Elsewhere").await;
    let new = New {
        name: "Acme".to_owned(),
        domains: vec![wanted("acme.example", true)],
        ..New::default()
    };
    make(&test, &elsewhere, new).await.unwrap();
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_verify_a_domain_at_once_one_has_it(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Acme").await;
    let rival = test.organization(&at.workspace, "Rival").await;
    let (mut domains, mut attempts) = (Vec::new(), Vec::new());
    for organization in [&at.organization, &rival] {
        domains.push(add(&test, organization, "acme.example").await.unwrap());
    }
    for domain in domains {
        let store = test.store.clone();
        attempts.push(tokio::spawn(async move {
            store
                .write(move |tx| organization_domain::verify(tx, &domain))
                .await
        }));
    }
    for attempt in attempts {
        // The second finds itself failed, or is refused by the database; never are both verified.
        let _: Result<(), Error> = attempt.await.unwrap();
    }
    let mut states = [
        state(&test, &at.organization).await,
        state(&test, &rival).await,
    ];
    states.sort_by_key(|state| state.as_str());
    assert_eq!(states[1], State::Verified, "{states:?}");
    assert_ne!(states[0], State::Verified);
}
