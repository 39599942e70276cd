//! Organizations, and what their events tell.

use std::collections::BTreeMap;

use rollcall_store::event::{self, Order, Query};
use rollcall_store::organization::{
    self, Change, Changes, Error, MetadataChange, New, Organization,
};
use rollcall_store::organization_domain::{DomainName, Wanted};
use rollcall_store::publisher;
use rollcall_store::workspace::Workspace;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use serde_json::{Value, json};

/// The names and payloads of an organization's published events, in order, without those of tokens.
pub(crate) async fn told(test: &TestStore, organization: &Organization) -> Vec<(String, Value)> {
    let publish = |tx: &mut rollcall_store::Tx<'_>| publisher::publish(tx, "test");
    let _: publisher::Publication = test.store.write(publish).await.unwrap();
    let query = Query {
        names: Vec::new(),
        organization_id: Some(organization.id.clone()),
        directory_id: None,
        after: None,
        before: None,
        created_from: None,
        created_until: None,
        order: Order::Ascending,
        limit: 100,
    };
    let workspace_id = organization.workspace_id.clone();
    let read =
        move |conn: &mut rollcall_store::Connection| event::page(conn, &workspace_id, &query);
    let published = test.store.read(read).await.unwrap();
    let told = published
        .into_iter()
        .map(|each| (each.event.name, each.event.data));
    told.filter(|(name, _)| !name.starts_with("dsync.token"))
        .collect()
}

pub(crate) async fn told_names(test: &TestStore, organization: &Organization) -> Vec<String> {
    let told = told(test, organization).await;
    told.into_iter().map(|(name, _)| name).collect()
}

pub(crate) fn wanted(domain: &str, verified: bool) -> Wanted {
    let domain = DomainName::parse(domain).unwrap();
    Wanted { domain, verified }
}

pub(crate) async fn make(
    test: &TestStore,
    workspace: &Workspace,
    new: New,
) -> Result<Organization, Error> {
    let id = workspace.id.clone();
    let make = move |tx: &mut rollcall_store::Tx<'_>| organization::create_with(tx, &id, &new);
    test.store.write(make).await
}

pub(crate) async fn change(
    test: &TestStore,
    organization: &Organization,
    changes: Changes,
) -> Result<Organization, Error> {
    let organization = organization.clone();
    test.store
        .write(move |tx| organization::update(tx, &organization, changes))
        .await
}

fn named(name: &str) -> New {
    New {
        name: name.to_owned(),
        ..New::default()
    }
}

fn merge<const N: usize>(pairs: [(&str, Option<&str>); N]) -> Changes {
    let owned = pairs.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
    Changes {
        metadata: Some(MetadataChange::Merge(BTreeMap::from(owned))),
        ..Changes::default()
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_organization_tells_of_itself_before_its_domains(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    let new = New {
        external_id: Some("acme-1".to_owned()),
        domains: vec![wanted("acme.example", true), wanted("acme.test", false)],
        ..named("Acme")
    };
    let acme = make(&test, &workspace, new).await.unwrap();
    let told = told(&test, &acme).await;
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "organization.created",
            "organization_domain.created",
            "organization_domain.verified",
            "organization_domain.created"
        ]
    );
    let data = &told[0].1;
    assert_eq!(data["external_id"], "acme-1");
    assert_eq!(data["metadata"], json!({}));
    assert_eq!(data["domains"], json!([told[1].1, told[3].1]));
    assert!(data.get("allow_profiles_outside_organization").is_none());
    assert!(data.get("stripe_customer_id").is_none());
    assert_eq!(told[3].1["state"], "pending");
    assert_eq!(told[1].1["verification_strategy"], "manual");
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_changes_nothing_is_not_told(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    let new = New {
        domains: vec![wanted("acme.example", true)],
        ..named("Acme")
    };
    let acme = make(&test, &workspace, new).await.unwrap();
    let before = told_names(&test, &acme).await.len();
    let same = Changes {
        name: Some("Acme".to_owned()),
        external_id: Change::Remove,
        stripe_customer_id: Change::Remove,
        metadata: Some(MetadataChange::Clear),
        allow_profiles_outside_organization: Some(false),
        domains: Some(vec![wanted("acme.example", true)]),
    };
    test.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(change(&test, &acme, same).await.unwrap(), acme);
    assert_eq!(
        change(&test, &acme, merge([("gone", None)])).await.unwrap(),
        acme
    );
    let (renamed, name) = (acme.clone(), acme.name.clone());
    test.store
        .write(move |tx| organization::rename(tx, &renamed, &name))
        .await
        .unwrap();
    assert_eq!(told_names(&test, &acme).await.len(), before);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_once_and_moves_the_time(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    let acme = make(&test, &workspace, named("Acme")).await.unwrap();
    test.clock.advance(std::time::Duration::from_secs(1));
    let set = merge([("tier", Some("gold")), ("seats", Some("5"))]);
    let changed = change(&test, &acme, set).await.unwrap();
    assert!(changed.updated_at > acme.updated_at);
    let changed = change(&test, &changed, merge([("seats", None)]))
        .await
        .unwrap();
    let told = told(&test, &acme).await;
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    let updated = "organization.updated";
    assert_eq!(names, ["organization.created", updated, updated]);
    assert_eq!(told[2].1["metadata"], json!({"tier": "gold"}));
    assert_eq!(changed.metadata.pairs().len(), 1);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_an_external_id_and_a_stripe_customer_there_is_one_in_a_workspace(
    #[case] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (mine, other) = (test.workspace("Mine").await, test.workspace("Other").await);
    let taken = || New {
        external_id: Some("42".to_owned()),
        stripe_customer_id: Some("cus_42".to_owned()),
        ..named("Acme")
    };
    let first = make(&test, &mine, taken()).await.unwrap();
    make(&test, &other, taken()).await.unwrap();
    let refused = make(&test, &mine, taken()).await.unwrap_err();
    assert!(matches!(refused, Error::ExternalIdTaken), "{refused:?}");
    let second = make(&test, &mine, named("Globex")).await.unwrap();
    let take = Changes {
        external_id: Change::Set("42".to_owned()),
        ..Changes::default()
    };
    let refused = change(&test, &second, take.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::ExternalIdTaken), "{refused:?}");
    let bill = Changes {
        stripe_customer_id: Change::Set("cus_42".to_owned()),
        ..Changes::default()
    };
    let refused = change(&test, &second, bill).await.unwrap_err();
    assert!(
        matches!(refused, Error::StripeCustomerIdTaken),
        "{refused:?}"
    );
    assert_eq!(told_names(&test, &second).await, ["organization.created"]);
    // Given up, it is free.
    let give_up = Changes {
        external_id: Change::Remove,
        ..Changes::default()
    };
    change(&test, &first, give_up).await.unwrap();
    let changed = change(&test, &second, take).await.unwrap();
    assert_eq!(changed.external_id.as_deref(), Some("42"));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_an_external_id_at_once_one_gets_it(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let workspace = test.workspace("Acme").await;
    let attempts: Vec<_> = (0..6)
        .map(|_| {
            let (store, id) = (test.store.clone(), workspace.id.clone());
            let new = New {
                external_id: Some("42".to_owned()),
                ..named("Acme")
            };
            let make =
                move |tx: &mut rollcall_store::Tx<'_>| organization::create_with(tx, &id, &new);
            tokio::spawn(async move { store.write(make).await })
        })
        .collect();
    let mut made = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, Error::ExternalIdTaken), "{error:?}"),
        }
    }
    assert_eq!(made, 1);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_tells_of_its_directories_first(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Okta").await;
    let domains = Changes {
        domains: Some(vec![wanted("acme.example", true)]),
        ..Changes::default()
    };
    change(&test, &at.organization, domains).await.unwrap();
    let delete = || {
        let organization = at.organization.clone();
        let delete = move |tx: &mut rollcall_store::Tx<'_>| organization::delete(tx, &organization);
        test.store.write(delete)
    };
    delete().await.unwrap();
    delete().await.unwrap();
    let told = told(&test, &at.organization).await;
    let last: Vec<&str> = told
        .iter()
        .rev()
        .take(2)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(last, ["organization.deleted", "dsync.deleted"]);
    let (_, data) = told.last().unwrap();
    assert_eq!(data["domains"][0]["domain"], "acme.example");
    let deletions = told
        .iter()
        .filter(|(name, _)| name == "organization.deleted");
    assert_eq!(deletions.count(), 1);
    let late = change(&test, &at.organization, Changes::default()).await;
    assert!(matches!(late, Err(Error::Gone)), "{late:?}");
}
