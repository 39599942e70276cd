//! Workspaces: what they decide, their end, and the way back.

use std::time::Duration;

use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::audit::{self, Action, Filter};
use rollcall_store::change::Change;
use rollcall_store::directory::{self, Authentication};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::organization_domain;
use rollcall_store::page::PageRequest;
use rollcall_store::workspace::{self, Changes, DeactivatedUsers, Error, GRACE, Workspace};
use rollcall_store::{Connection, token};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::organizations::wanted;

async fn change(
    test: &TestStore,
    workspace: &Workspace,
    changes: Changes,
) -> Result<Workspace, Error> {
    let id = workspace.id.clone();
    test.store
        .write(move |tx| workspace::update(tx, &id, changes))
        .await
}

async fn present(test: &TestStore, id: &WorkspaceId) -> Option<Workspace> {
    let id = id.clone();
    let found = test.store.read(move |conn| workspace::find(conn, &id));
    found.await.unwrap()
}

/// The actions in a workspace's log, newest first, each with its difference.
async fn log(test: &TestStore, id: &WorkspaceId) -> Vec<(String, Value)> {
    let id = id.clone();
    let read = move |conn: &mut Connection| {
        audit::page(conn, &id, &Filter::default(), &PageRequest::first(50))
    };
    let entries = test.store.read(read).await.unwrap().items;
    let told = entries.into_iter().map(|entry| {
        let difference = serde_json::from_str(&entry.difference).unwrap();
        (entry.action, difference)
    });
    told.collect()
}

fn all() -> Changes {
    Changes {
        name: Some("Acme".to_owned()),
        deactivated_users: Some(DeactivatedUsers::Delete),
        second_factor_required: Some(true),
        endpoint_host: Change::Set("scim.acme.example".to_owned()),
        event_retention_days: Change::Set(30),
        webhook_in_order: Change::Set(true),
        webhook_deliveries_per_second: Change::Set(7),
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_keeps_what_it_decides(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let before = test.workspace("Acme").await;
    assert_eq!(before.deactivated_users, DeactivatedUsers::Keep);
    test.clock.advance(Duration::from_secs(1));
    let after = change(&test, &before, all()).await.unwrap();
    let expected = Workspace {
        deactivated_users: DeactivatedUsers::Delete,
        second_factor_required_at: Some(test.store.now()),
        endpoint_host: Some("scim.acme.example".to_owned()),
        event_retention_days: Some(30),
        webhook_in_order: Some(true),
        webhook_deliveries_per_second: Some(7),
        updated_at: test.store.now(),
        ..before.clone()
    };
    assert_eq!(after, expected);
    assert_eq!(present(&test, &before.id).await, Some(expected));
    let (action, difference) = log(&test, &before.id).await.remove(0);
    assert_eq!(action, Action::WorkspaceUpdated.as_str());
    let fields: Vec<&String> = difference.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "deactivated_users",
            "second_factor_required",
            "endpoint_host",
            "event_retention_days",
            "webhook_in_order",
            "webhook_deliveries_per_second",
        ]
    );

    test.clock.advance(Duration::from_secs(1));
    let same = change(&test, &before, all()).await.unwrap();
    assert_eq!(same, after, "since when it is required stays, too");
    assert_eq!(log(&test, &before.id).await.len(), 2);
    let back = Changes {
        deactivated_users: Some(DeactivatedUsers::Keep),
        second_factor_required: Some(false),
        endpoint_host: Change::Remove,
        event_retention_days: Change::Remove,
        webhook_in_order: Change::Remove,
        webhook_deliveries_per_second: Change::Remove,
        name: None,
    };
    let restored = change(&test, &before, back).await.unwrap();
    let updated_at = test.store.now();
    assert_eq!(
        restored,
        Workspace {
            updated_at,
            ..before
        }
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_workspace_cannot_have_changes_nothing(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (one, two) = (test.workspace("One").await, test.workspace("Two").await);
    change(&test, &one, all()).await.unwrap();
    let taken = change(&test, &two, all()).await;
    assert!(matches!(taken, Err(Error::HostTaken)), "{taken:?}");
    for days in [0, -1, 3_651, i32::MIN] {
        let changes = Changes {
            event_retention_days: Change::Set(days),
            ..Changes::default()
        };
        let refused = change(&test, &two, changes).await;
        assert!(matches!(refused, Err(Error::InvalidRetention)), "{days}");
    }
    for rate in [0, 1_001] {
        let changes = Changes {
            webhook_deliveries_per_second: Change::Set(rate),
            ..Changes::default()
        };
        let refused = change(&test, &two, changes).await;
        assert!(matches!(refused, Err(Error::InvalidRate)), "{rate}");
    }
    assert_eq!(present(&test, &two.id).await, Some(two));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_opens_to_nothing_until_that_is_undone(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.directory("Acme").await;
    let (id, new) = (
        at.workspace.id.clone(),
        NewApiKey {
            name: "Production".to_owned(),
            created_by: None,
            expires_at: None,
        },
    );
    let made = test.store.write(move |tx| api_key::create(tx, &id, new));
    let (_, secret) = made.await.unwrap();
    let key_hash = token::hash(secret.expose_secret());
    let opens = async || {
        let (now, key_hash) = (test.store.now(), key_hash.clone());
        let (endpoint, token_hash) = (at.directory.endpoint_key.clone(), token::hash(&at.token));
        let tried = test.store.read(move |conn| {
            let scim = directory::authenticate(conn, &endpoint, &token_hash, now)?;
            let scim = matches!(scim, Authentication::Accepted { .. });
            let api = api_key::authenticate(conn, &key_hash, now)?.is_some();
            let named = workspace::find_by_name(conn, "Acme")?.is_some();
            Ok::<_, rollcall_store::Error>([scim, api, named])
        });
        let looked_up = test
            .store
            .write(|tx| organization_domain::due_checks(tx, 10));
        let [scim, api, named] = tried.await.unwrap();
        [scim, api, named, !looked_up.await.unwrap().is_empty()]
    };
    let (organization, domain) = (at.organization.clone(), wanted("acme.example", false));
    let added = test
        .store
        .write(move |tx| organization_domain::create(tx, &organization, &domain));
    added.await.unwrap();
    assert_eq!(opens().await, [true; 4]);
    let id = at.workspace.id.clone();
    let delete = async || {
        let id = id.clone();
        let deleted = test.store.write(move |tx| workspace::delete(tx, &id));
        deleted.await.unwrap()
    };
    let deleted = delete().await.unwrap();
    assert_eq!(deleted.delete_after, Some(test.store.now().plus(GRACE)));
    assert_eq!(opens().await, [false; 4]);
    test.clock.advance(Duration::from_hours(7 * 24 - 1));
    assert_eq!(delete().await, None);
    let resting = present(&test, &at.workspace.id).await;
    assert_eq!(resting, Some(deleted), "once more does not delay it");
    let restore = async || {
        let id = id.clone();
        test.store
            .write(move |tx| workspace::restore(tx, &id))
            .await
    };
    assert_eq!(restore().await.unwrap().delete_after, None);
    assert_eq!(opens().await, [true; 4]);
    let actions: Vec<String> = log(&test, &at.workspace.id)
        .await
        .into_iter()
        .map(|(action, _)| action)
        .collect();
    assert_eq!(actions[..2], ["workspace.restored", "workspace.deleted"]);

    delete().await;
    test.clock.advance(GRACE);
    let late = restore().await;
    assert!(matches!(late, Err(Error::Gone)), "{late:?}");
    assert_eq!(opens().await, [false; 4]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn many_workspaces_of_one_name_have_slugs_of_their_own(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mut slugs = Vec::new();
    for _ in 0..23 {
        slugs.push(test.workspace("Acme").await.slug);
    }
    assert_eq!(
        (&*slugs[0], &*slugs[1], &*slugs[19]),
        ("acme", "acme-2", "acme-20")
    );
    assert!(slugs[20..].iter().all(|slug| slug.starts_with("acme-")));
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 23);
}
