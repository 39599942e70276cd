//! Who belongs to a workspace: roles, removal, and the owner who has to stay.

use rollcall_store::audit::{self, Action, Filter};
use rollcall_store::member::{self, Member, NewMember};
use rollcall_store::page::PageRequest;
use rollcall_store::password::Hasher;
use rollcall_store::rights::Right;
use rollcall_store::workspace::{self, Role, Workspace};
use rollcall_store::workspace_member::{self, Error, WorkspaceMember};
use rollcall_store::{account, invitation};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::SecretString;

/// An account that is in no workspace.
pub(crate) async fn person(test: &TestStore, name: &str) -> Member {
    let hasher = Hasher::new().unwrap();
    let password_hash = hasher.hash(SecretString::from("a password")).await;
    let new = NewMember {
        email: format!("{}@example.com", name.to_lowercase()),
        name: name.to_owned(),
        password_hash: password_hash.unwrap(),
    };
    let made = test.store.write(move |tx| member::create(tx, new)).await;
    made.unwrap()
}

/// A member of the workspace.
pub(crate) async fn admitted(
    test: &TestStore,
    workspace: &Workspace,
    name: &str,
    role: Role,
) -> Member {
    let member = person(test, name).await;
    let (workspace_id, id) = (workspace.id.clone(), member.id.clone());
    let admitted = test
        .store
        .write(move |tx| workspace::admit(tx, &workspace_id, &id, role))
        .await;
    admitted.unwrap();
    member
}

async fn change(
    test: &TestStore,
    workspace: &Workspace,
    (by, who): (&Member, &Member),
    roles: (Role, Role),
) -> Result<WorkspaceMember, Error> {
    let (workspace_id, by, who) = (workspace.id.clone(), by.id.clone(), who.id.clone());
    test.store
        .write(move |tx| workspace_member::change_role(tx, &workspace_id, &by, &who, roles))
        .await
}

async fn remove(
    test: &TestStore,
    workspace: &Workspace,
    (by, who): (&Member, &Member),
) -> Result<WorkspaceMember, Error> {
    let (workspace_id, by, who) = (workspace.id.clone(), by.id.clone(), who.id.clone());
    test.store
        .write(move |tx| workspace_member::remove(tx, &workspace_id, &by, &who))
        .await
}

async fn leave(test: &TestStore, workspace: &Workspace, who: &Member) -> Result<(), Error> {
    let (workspace_id, who) = (workspace.id.clone(), who.id.clone());
    let left = test
        .store
        .write(move |tx| workspace_member::leave(tx, &workspace_id, &who))
        .await;
    left.map(drop)
}

async fn role(test: &TestStore, workspace: &Workspace, who: &Member) -> Option<Role> {
    let (workspace_id, who) = (workspace.id.clone(), who.id.clone());
    let found = test
        .store
        .read(move |conn| workspace_member::find(conn, &workspace_id, &who))
        .await;
    found.unwrap().map(|found| found.role)
}

/// The actions in the workspace's audit log, oldest first.
pub(crate) async fn deeds(test: &TestStore, workspace: &Workspace) -> Vec<String> {
    let id = workspace.id.clone();
    let page = test
        .store
        .read(move |conn| audit::page(conn, &id, &Filter::default(), &PageRequest::first(50)));
    let mut deeds: Vec<String> = page
        .await
        .unwrap()
        .items
        .into_iter()
        .map(|entry| entry.action)
        .collect();
    deeds.reverse();
    deeds
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn owners_alone_make_and_unmake_owners(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.workspace("Acme").await;
    let ada = admitted(&test, &at, "Ada", Role::Owner).await;
    let bob = admitted(&test, &at, "Bob", Role::Admin).await;
    let cy = admitted(&test, &at, "Cy", Role::Viewer).await;
    let owners = |result| matches!(result, Err(Error::NotAllowed(Right::ManageOwners)));

    let viewer_to_owner = (Role::Viewer, Role::Owner);
    assert!(owners(
        change(&test, &at, (&bob, &cy), viewer_to_owner).await
    ));
    let owner_to_viewer = (Role::Owner, Role::Viewer);
    assert!(owners(
        change(&test, &at, (&bob, &ada), owner_to_viewer).await
    ));
    assert!(owners(remove(&test, &at, (&bob, &ada)).await));
    let by_viewer = change(&test, &at, (&cy, &bob), (Role::Admin, Role::Viewer)).await;
    assert!(matches!(
        by_viewer,
        Err(Error::NotAllowed(Right::ManageMembers))
    ));

    let viewer_to_operator = (Role::Viewer, Role::Operator);
    change(&test, &at, (&bob, &cy), viewer_to_operator)
        .await
        .unwrap();
    let changed = change(&test, &at, (&ada, &bob), (Role::Admin, Role::Owner)).await;
    assert_eq!(changed.unwrap().role, Role::Admin, "as they were");
    assert_eq!(role(&test, &at, &bob).await, Some(Role::Owner));
    // Bob may at once what an owner may.
    change(&test, &at, (&bob, &ada), owner_to_viewer)
        .await
        .unwrap();
    assert_eq!(role(&test, &at, &ada).await, Some(Role::Viewer));
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_change_is_refused_and_one_sent_twice_is_done_once(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.workspace("Acme").await;
    let ada = admitted(&test, &at, "Ada", Role::Owner).await;
    let bob = admitted(&test, &at, "Bob", Role::Viewer).await;
    let to_admin = (Role::Viewer, Role::Admin);
    change(&test, &at, (&ada, &bob), to_admin).await.unwrap();
    change(&test, &at, (&ada, &bob), to_admin).await.unwrap();
    let stale = change(&test, &at, (&ada, &bob), (Role::Viewer, Role::Operator)).await;
    assert!(matches!(stale, Err(Error::Changed(Role::Admin))));
    remove(&test, &at, (&ada, &bob)).await.unwrap();
    let again = remove(&test, &at, (&ada, &bob)).await;
    assert!(matches!(again, Err(Error::NotFound)));
    let gone = change(&test, &at, (&ada, &bob), to_admin).await;
    assert!(matches!(gone, Err(Error::NotFound)));
    assert_eq!(
        deeds(&test, &at).await[3..],
        [Action::RoleChanged.as_str(), Action::MemberRemoved.as_str()]
    );
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_who_can_sign_in_stays(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.workspace("Acme").await;
    let ada = admitted(&test, &at, "Ada", Role::Owner).await;
    let last = |result| matches!(result, Err(Error::LastOwner));
    let down = (Role::Owner, Role::Admin);
    assert!(last(change(&test, &at, (&ada, &ada), down).await));
    assert!(last(remove(&test, &at, (&ada, &ada)).await));
    assert!(matches!(
        leave(&test, &at, &ada).await,
        Err(Error::LastOwner)
    ));

    let bob = admitted(&test, &at, "Bob", Role::Owner).await;
    let disabled = bob.clone();
    let done = test.store.write(move |tx| account::disable(tx, &disabled));
    assert!(done.await.unwrap());
    assert!(
        last(change(&test, &at, (&ada, &ada), down).await),
        "an owner who cannot sign in is none"
    );
    remove(&test, &at, (&ada, &bob)).await.unwrap();
    assert_eq!(role(&test, &at, &ada).await, Some(Role::Owner));
    assert_eq!(role(&test, &at, &bob).await, None);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_go_at_once_one_stays(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    for round in 0..10 {
        let at = test.workspace(&format!("Acme {round}")).await;
        let ada = admitted(&test, &at, &format!("Ada{round}"), Role::Owner).await;
        let bob = admitted(&test, &at, &format!("Bob{round}"), Role::Owner).await;
        let (one, other) = tokio::join!(leave(&test, &at, &ada), leave(&test, &at, &bob));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let (one, other) = (role(&test, &at, &ada).await, role(&test, &at, &bob).await);
        assert!(one.is_some() != other.is_some());
    }
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_list_goes_by_address_page_by_page_and_holds_no_strangers(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (at, other) = (test.workspace("Acme").await, test.workspace("Other").await);
    for name in ["Cy", "Ada", "Bob"] {
        admitted(&test, &at, name, Role::Viewer).await;
    }
    let eve = admitted(&test, &other, "Eve", Role::Owner).await;
    let page = async |request: PageRequest| {
        let id = at.id.clone();
        let page = test
            .store
            .read(move |conn| workspace_member::page(conn, &id, &request));
        page.await.unwrap()
    };
    let first = page(PageRequest::first(2)).await;
    let names = |items: &[WorkspaceMember]| -> Vec<String> {
        let names = items.iter().map(|each| each.member.name.clone());
        names.collect()
    };
    assert_eq!(names(&first.items), ["Ada", "Bob"]);
    let next = PageRequest {
        after: first.after,
        ..PageRequest::first(2)
    };
    assert_eq!(names(&page(next).await.items), ["Cy"]);
    let foreign = PageRequest {
        after: Some(eve.id.to_string()),
        ..PageRequest::first(2)
    };
    assert_eq!(names(&page(foreign).await.items), ["Ada", "Bob"]);
    assert_eq!(role(&test, &at, &eve).await, None);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn who_may_no_longer_invite_has_invited_nobody(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let at = test.workspace("Acme").await;
    let ada = admitted(&test, &at, "Ada", Role::Owner).await;
    let bob = admitted(&test, &at, "Bob", Role::Owner).await;
    for (email, role) in [
        ("owner@example.com", Role::Owner),
        ("viewer@example.com", Role::Viewer),
    ] {
        let (id, by) = (at.id.clone(), bob.id.clone());
        let made = test
            .store
            .write(move |tx| invitation::create(tx, &id, &by, email, role));
        made.await.unwrap();
    }
    let open = async || {
        let id = at.id.clone();
        let open = test.store.read(move |conn| invitation::list(conn, &id));
        let open = open.await.unwrap().into_iter();
        open.map(|(invitation, _)| invitation.email)
            .collect::<Vec<_>>()
    };
    assert_eq!(open().await.len(), 2);
    change(&test, &at, (&ada, &bob), (Role::Owner, Role::Admin))
        .await
        .unwrap();
    assert_eq!(open().await, ["viewer@example.com"]);
    change(&test, &at, (&ada, &bob), (Role::Admin, Role::Viewer))
        .await
        .unwrap();
    assert_eq!(open().await, [] as [&str; 0]);
}
