//! API keys: made, listed, revoked, each within its workspace.

use rollcall_store::Error;
use rollcall_store::api_key::{self, ApiKey, NewApiKey};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::page::PageRequest;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};

async fn create(test: &TestStore, workspace: &WorkspaceId, name: &str) -> (ApiKey, SecretString) {
    let (workspace, name) = (workspace.clone(), name.to_owned());
    let made: Result<_, Error> = test
        .store
        .write(move |tx| {
            let new = NewApiKey {
                name,
                created_by: None,
                expires_at: None,
            };
            api_key::create(tx, &workspace, new)
        })
        .await;
    made.unwrap()
}

async fn page(test: &TestStore, workspace: &WorkspaceId, request: PageRequest) -> Vec<ApiKey> {
    let workspace = workspace.clone();
    let read = test
        .store
        .read(move |conn| api_key::page(conn, &workspace, &request));
    read.await.unwrap().items
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_listed_newest_first_page_by_page(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (mine, other) = (
        test.workspace("Mine").await.id,
        test.workspace("Other").await.id,
    );
    let mut made = Vec::new();
    for name in ["first", "second", "third"] {
        let (key, secret) = create(&test, &mine, name).await;
        assert!(secret.expose_secret().starts_with("sk_"));
        assert!(secret.expose_secret().ends_with(&key.suffix));
        made.insert(0, key);
    }
    create(&test, &other, "theirs").await;
    assert_eq!(page(&test, &mine, PageRequest::first(5)).await, made);
    let edge = made[1].id.to_string();
    let after = PageRequest {
        after: Some(edge.clone()),
        ..PageRequest::first(5)
    };
    assert_eq!(page(&test, &mine, after).await, made[2..]);
    let before = PageRequest {
        before: Some(edge),
        ..PageRequest::first(5)
    };
    assert_eq!(page(&test, &mine, before).await, made[..1]);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_found_and_revoked_in_its_own_workspace_alone(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (mine, other) = (
        test.workspace("Mine").await.id,
        test.workspace("Other").await.id,
    );
    let (key, _) = create(&test, &mine, "mine").await;
    for (workspace, is_there) in [(other, false), (mine.clone(), true), (mine, false)] {
        let id = key.id.clone();
        let tried: Result<_, Error> = test
            .store
            .write(move |tx| {
                let found = api_key::find(tx, &workspace, &id)?.is_some();
                Ok((found, api_key::revoke(tx, &workspace, &id)?))
            })
            .await;
        assert_eq!(tried.unwrap(), (is_there, is_there));
    }
}
