//! What becomes of a deleted workspace.

use std::collections::BTreeMap;
use std::time::Duration;

use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::audit::{self, Action};
use rollcall_store::directory_group::{self, GroupProfile};
use rollcall_store::directory_user::{self, Lookup};
use rollcall_store::webhook_endpoint::{self, New};
use rollcall_store::workspace::{self, GRACE};
use rollcall_store::{Error, event};
use rollcall_testkit::{Database, TestDirectory, WebhookSink};
use rollcall_webhooks::prune;
use rstest::rstest;
use serde_json::{Map, json};

use crate::support::Bed;

/// The last hour of the week is to come.
const ALMOST: Duration = Duration::from_hours(7 * 24 - 1);
const YEAR: Duration = Duration::from_hours(24 * 365);
/// More than are taken away at once.
const PEOPLE: usize = 600;
/// What outlives a workspace: its audit log, and where the publisher stands.
const STAYS: &[&str] = &["audit_entries", "audit_heads", "publisher"];

/// A group of everybody, a key, and deliveries at an endpoint, of events of people and groups.
async fn fill(bed: &Bed, at: &TestDirectory, sink: &WebhookSink) {
    let (workspace_id, directory) = (at.workspace.id.clone(), at.directory.clone());
    let new = New {
        endpoint_url: sink.url.clone(),
        description: String::new(),
        events: vec![event::GROUP_CREATED.to_owned()],
        in_order: false,
        deliveries_per_second: 100,
    };
    let (id, key) = (
        workspace_id.clone(),
        NewApiKey {
            name: "Production".to_owned(),
            created_by: None,
            expires_at: None,
        },
    );
    let made = bed.test.store.write(move |tx| {
        api_key::create(tx, &id, key)?;
        webhook_endpoint::create(tx, &workspace_id, new)
    });
    made.await.unwrap();
    bed.happen_in(at, PEOPLE).await;
    let grouped: Result<_, Error> = bed
        .test
        .store
        .write(move |tx| {
            let people = directory_user::list(tx, &directory.id, &Lookup::All, 0, 10_000)?;
            let members: Vec<_> = people.into_iter().map(|person| person.id).collect();
            let profile = GroupProfile {
                display_name: "Everybody".to_owned(),
                external_id: None,
                resource: Map::from_iter([("displayName".to_owned(), json!("Everybody"))]),
            };
            directory_group::create(tx, &directory, profile, &members).unwrap();
            Ok(())
        })
        .await;
    grouped.unwrap();
    bed.publish().await;
    bed.settle().await;
    assert_eq!(sink.received().len(), 1);
}

async fn contents(bed: &Bed) -> BTreeMap<String, Vec<String>> {
    bed.test.contents(STAYS).await
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_rests_for_a_week_and_leaves_its_audit_log(#[case] database: Database) {
    let Some(bed) = Bed::new(database).await else {
        return;
    };
    let (own, sink) = (WebhookSink::start(), WebhookSink::start());
    bed.endpoint(&own).await;
    bed.happen(3).await;
    bed.settle().await;
    let others = contents(&bed).await;
    let at = bed.test.directory("Contoso").await;
    fill(&bed, &at, &sink).await;
    let id = at.workspace.id.clone();
    let deleted = bed
        .test
        .store
        .write(move |tx| workspace::delete(tx, &id))
        .await
        .unwrap()
        .unwrap();
    let resting = contents(&bed).await;
    bed.test.clock.advance(ALMOST);
    assert_eq!(prune(&bed.test.store, YEAR).await.unwrap(), 0);
    assert_eq!(contents(&bed).await, resting);

    bed.test.clock.advance(GRACE.saturating_sub(ALMOST));
    assert_eq!(Some(bed.test.store.now()), deleted.delete_after);
    prune(&bed.test.store, YEAR).await.unwrap();
    assert_eq!(contents(&bed).await, others);
    assert_eq!(prune(&bed.test.store, YEAR).await.unwrap(), 0);
    check_log(&bed, at.workspace.id.to_string()).await;
}

/// The log is whole, and both chains end with the removal.
async fn check_log(bed: &Bed, chain: String) {
    let verdict = bed.test.store.read(audit::verify).await.unwrap();
    assert_eq!(verdict.broken, []);
    let kept = bed.test.contents(&[]).await;
    let rows = &kept["audit_entries"];
    let purged = Action::WorkspacePurged.as_str();
    for chain in [chain.as_str(), "installation"] {
        let own = format!("'{chain}'");
        let in_chain = |row: &&String| row.split(", ").nth(1) == Some(own.as_str());
        let ends = rows
            .iter()
            .filter(in_chain)
            .filter(|row| row.contains(purged));
        assert_eq!(ends.count(), 1, "{chain}");
    }
}
