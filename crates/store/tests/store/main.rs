//! The store through its two doors, on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod accounts;
mod api_keys;
mod audit;
mod backups;
mod groups;
mod hidden;
mod idempotency_keys;
mod invitations;
mod key_rotation;
mod members;
mod memberships;
mod organization_domains;
mod organizations;
mod outbox;
mod pages;
mod provisioning_requests;
mod publishing;
mod schema;
mod sign_in;
mod throttles;
mod tokens;
mod users;
mod webhook_figures;
mod workspaces;
mod writes;

use rollcall_store::directory_user::{self, DirectoryUser, Profile};
use rollcall_store::event::{self, Event};
use rollcall_testkit::{TestDirectory, TestStore};
use serde_json::json;

/// What a provider would say of somebody of that user name.
fn profile(user_name: &str) -> Profile {
    let resource = json!({"userName": user_name, "title": "Engineer"});
    Profile {
        user_name: user_name.to_owned(),
        external_id: Some(format!("00u{user_name}")),
        display_name: None,
        first_name: Some("Ada".to_owned()),
        last_name: Some("Example".to_owned()),
        email: Some(user_name.to_owned()),
        active: true,
        resource: resource.as_object().expect("an object").clone(),
    }
}

async fn create_user(test: &TestStore, at: &TestDirectory, user_name: &str) -> DirectoryUser {
    let (directory, profile) = (at.directory.clone(), profile(user_name));
    let made: Result<_, directory_user::Error> = test
        .store
        .write(move |tx| directory_user::create(tx, &directory, profile))
        .await;
    made.expect("the person can be created")
}

async fn events(test: &TestStore, at: &TestDirectory) -> Vec<Event> {
    let id = at.directory.id.clone();
    test.store
        .read(move |conn| event::for_directory(conn, &id, 0, 10_000))
        .await
        .expect("events can be read")
}

/// The names of a directory's events in order, without those of its tokens.
async fn event_names(test: &TestStore, at: &TestDirectory) -> Vec<String> {
    let names = events(test, at).await.into_iter().map(|event| event.name);
    names
        .filter(|name| !name.starts_with("dsync.token"))
        .collect()
}
