//! The audit log: written with the action, never changed, and found out when it was.

use diesel::connection::SimpleConnection as _;
use rollcall_store::audit::{
    self, Action, Actor, Broken, Chain, Context, Difference, Entry, Filter, Target, Verdict,
};
use rollcall_store::ids::{MemberId, WorkspaceId};
use rollcall_store::page::PageRequest;
use rollcall_store::{Connection, Error, Tx};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

fn ada() -> Context {
    let id = rollcall_store::ids::Id::from_text("member_1".to_owned());
    Context {
        actor: Actor::Member {
            id,
            email: "ada@example.com".to_owned(),
        },
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some("Browser".to_owned()),
        request_id: Some("req_1".to_owned()),
    }
}

fn note(tx: &mut Tx<'_>, workspace: &WorkspaceId, name: &str) -> Result<(), Error> {
    audit::record(
        tx,
        Chain::Workspace(workspace),
        Action::OrganizationCreated,
        Target::new("org_1", name),
        &Difference::none().set("name", name),
    )
}

async fn noted(test: &TestStore, workspace: &WorkspaceId, names: &[&str]) {
    for name in names {
        let (workspace, name) = (workspace.clone(), (*name).to_owned());
        let written: Result<(), Error> = test
            .store
            .write_as(ada(), move |tx| note(tx, &workspace, &name))
            .await;
        written.unwrap();
    }
}

async fn entries(test: &TestStore, workspace: &WorkspaceId, filter: Filter) -> Vec<Entry> {
    let workspace = workspace.clone();
    let read = test
        .store
        .read(move |conn| audit::page(conn, &workspace, &filter, &PageRequest::first(50)));
    read.await.unwrap().items
}

async fn verdict(test: &TestStore) -> Verdict {
    test.store.read(audit::verify).await.unwrap()
}

/// Runs SQL as somebody would who has the database's password, or its file.
async fn run(test: &TestStore, sql: &str) -> Result<(), String> {
    let sql = sql.to_owned();
    let done: Result<Result<(), String>, Error> = test
        .store
        .write(move |tx| {
            let conn: &mut Connection = tx;
            Ok(conn.batch_execute(&sql).map_err(|error| error.to_string()))
        })
        .await;
    // On PostgreSQL the refusal also makes the commit fail.
    done.unwrap_or_else(|error| Err(error.to_string()))
}

/// What somebody does who owns the database: the triggers go, the deed is done.
async fn behind_its_back(test: &TestStore, database: Database, sql: &str) {
    let (without, with) = match database {
        Database::Postgres => (
            "SET session_replication_role = replica",
            "SET session_replication_role = DEFAULT",
        ),
        Database::Sqlite => (
            "DROP TRIGGER audit_entries_stay; DROP TRIGGER audit_entries_remain",
            "SELECT 1",
        ),
    };
    run(test, &format!("{without}; {sql}; {with}"))
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_says_who_what_and_from_where(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine: WorkspaceId = test.store.new_id();
    let other: WorkspaceId = test.store.new_id();
    noted(&test, &mine, &["Contoso", "Northwind\0"]).await;
    noted(&test, &other, &["Fabrikam"]).await;
    let found = entries(&test, &mine, Filter::default()).await;
    let [second, first] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(second.previous_hash, first.hash);
    assert_eq!(second.target_name, "Northwind");
    assert_eq!(
        (
            first.actor_kind.as_str(),
            first.actor_id.as_deref(),
            first.actor_name.as_str()
        ),
        ("member", Some("member_1"), "ada@example.com")
    );
    assert_eq!(first.action, "organization.created");
    assert_eq!(first.difference, r#"{"name":{"from":null,"to":"Contoso"}}"#);
    assert_eq!(first.ip_address.as_deref(), Some("192.0.2.7"));
    assert_eq!(first.request_id.as_deref(), Some("req_1"));
    assert_eq!(
        verdict(&test).await,
        Verdict {
            chains: 2,
            entries: 3,
            broken: vec![]
        }
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_goes_with_the_action_it_tells_of(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine: WorkspaceId = test.store.new_id();
    let workspace = mine.clone();
    let refused: Result<(), Error> = test
        .store
        .write(move |tx| {
            note(tx, &workspace, "Contoso")?;
            Err(Error::Unavailable(
                "something went wrong after it".to_owned(),
            ))
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(entries(&test, &mine, Filter::default()).await, []);
    noted(&test, &mine, &["Northwind"]).await;
    assert_eq!(entries(&test, &mine, Filter::default()).await[0].number, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_leave_no_gap(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine: WorkspaceId = test.store.new_id();
    let writers = (0..8).map(|writer| {
        let (store, workspace) = (test.store.clone(), mine.clone());
        tokio::spawn(async move {
            for turn in 0..10 {
                let workspace = workspace.clone();
                let name = format!("{writer}/{turn}");
                let written: Result<(), Error> =
                    store.write(move |tx| note(tx, &workspace, &name)).await;
                written.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let whole = Verdict {
        chains: 1,
        entries: 80,
        broken: vec![],
    };
    assert_eq!(verdict(&test).await, whole);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_to_change_or_delete_an_entry(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine: WorkspaceId = test.store.new_id();
    noted(&test, &mine, &["Contoso"]).await;
    let before = entries(&test, &mine, Filter::default()).await;
    for sql in [
        "UPDATE audit_entries SET actor_name = 'eve@example.com'",
        "DELETE FROM audit_entries",
        "UPDATE audit_heads SET last_number = 0",
        "DELETE FROM audit_heads",
    ] {
        let refusal = run(&test, sql).await.unwrap_err();
        assert!(refusal.contains("only ever"), "{sql}: {refusal}");
    }
    if database == Database::Postgres {
        for table in ["audit_entries", "audit_heads"] {
            let refusal = run(&test, &format!("TRUNCATE {table}")).await.unwrap_err();
            assert!(refusal.contains("only ever"), "{table}: {refusal}");
        }
    }
    assert_eq!(entries(&test, &mine, Filter::default()).await, before);
    assert_eq!(verdict(&test).await.broken, []);
}

#[rstest]
#[case::changed(
    "UPDATE audit_entries SET actor_name = 'eve@example.com' WHERE number = 2",
    2,
    "it was changed after it was written"
)]
#[case::moved(
    "UPDATE audit_entries SET created_at = created_at + 1 WHERE number = 1",
    1,
    "it was changed after it was written"
)]
#[case::removed("DELETE FROM audit_entries WHERE number = 2", 2, "it is missing")]
#[case::cut_off("DELETE FROM audit_entries WHERE number = 3", 3, "it is missing")]
#[case::rewritten(
    "UPDATE audit_entries SET hash = previous_hash WHERE number = 3",
    3,
    "it was changed after it was written"
)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_behind_the_databases_back_is_found(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] sql: &str,
    #[case] number: i64,
    #[case] reason: &'static str,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine: WorkspaceId = test.store.new_id();
    let other: WorkspaceId = test.store.new_id();
    noted(&test, &mine, &["Contoso", "Northwind", "Fabrikam"]).await;
    noted(&test, &other, &["Tailspin"]).await;
    let chain = mine.to_string();
    let sql = format!("{sql} AND chain = '{chain}'");
    behind_its_back(&test, database, &sql).await;
    let broken = Broken {
        chain,
        number,
        reason,
    };
    assert_eq!(verdict(&test).await.broken, [broken]);
    assert_eq!(
        audit::verify_database(&test.url).unwrap(),
        verdict(&test).await
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn entries_are_filtered_and_paged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mine: WorkspaceId = test.store.new_id();
    let started = test.store.now();
    noted(&test, &mine, &["Contoso"]).await;
    test.clock.advance(std::time::Duration::from_hours(1));
    let later = test.store.now();
    let workspace = mine.clone();
    let member: MemberId = test.store.new_id();
    let id = member.clone();
    let signed_in: Result<(), Error> = test
        .store
        .write(move |tx| {
            let (chain, action) = (Chain::Workspace(&workspace), Action::SignedIn);
            let target = Target::new(&id, "bob@example.com");
            audit::record(tx, chain, action, target, &Difference::none())
        })
        .await;
    signed_in.unwrap();
    let about = |text: &str| Filter {
        about: Some(text.to_owned()),
        ..Filter::default()
    };
    let since = |since| Filter {
        since: Some(since),
        ..Filter::default()
    };
    for (filter, numbers) in [
        (Filter::default(), vec![2, 1]),
        (about("ada@example.com"), vec![1]),
        (about("member_1"), vec![1]),
        (about(member.to_string().as_str()), vec![2]),
        (about("eve@example.com"), vec![]),
        (since(started), vec![2, 1]),
        (since(later), vec![2]),
        (
            Filter {
                until: Some(later),
                ..Filter::default()
            },
            vec![1],
        ),
        (
            Filter {
                action: Some(Action::SignedIn),
                ..Filter::default()
            },
            vec![2],
        ),
    ] {
        let found = entries(&test, &mine, filter.clone()).await;
        let found: Vec<i64> = found.iter().map(|entry| entry.number).collect();
        assert_eq!(found, numbers, "{filter:?}");
    }
    let workspace = mine.clone();
    let read = test.store.read(move |conn| {
        let first = audit::page(conn, &workspace, &Filter::default(), &PageRequest::first(1))?;
        let next = PageRequest {
            after: first.after.clone(),
            ..PageRequest::first(1)
        };
        let second = audit::page(conn, &workspace, &Filter::default(), &next)?;
        Ok::<_, Error>((first, second))
    });
    let (first, second) = read.await.unwrap();
    assert_eq!((first.items[0].number, second.items[0].number), (2, 1));
    assert_eq!(second.after, None);
}
