//! What was answered is kept, even if the process dies the next moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::{Client, StatusCode};
use rollcall_store::event;
use rollcall_testkit::{Database, TestDirectory, TestStore};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedSender};

use crate::support::{Server, scim_get, serve};

const CLIENTS: usize = 8;
/// So many creates are answered before the server is killed in the middle of the next ones.
const ANSWERED: usize = 120;

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn every_answered_create_survives_a_kill(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let directory = test.directory("Contoso").await;
    let answered = burst_until_killed(serve(&test), &directory).await;
    assert!(answered.len() >= ANSWERED, "{}", answered.len());

    let server = serve(&test);
    let kept = user_names(&server, &directory).await;
    let lost: Vec<_> = answered.difference(&kept).collect();
    assert!(lost.is_empty(), "answered 201 and lost: {lost:?}");
    assert_eq!(
        created_events(&test, &directory).await,
        kept,
        "each user has its event, and no event lacks its user"
    );
}

/// Creates users from several clients at once, kills the server meanwhile, and gives the names that were answered 201.
pub(crate) async fn burst_until_killed(
    mut server: Server,
    directory: &TestDirectory,
) -> BTreeSet<String> {
    let url: Arc<str> = format!("{}/Users", server.endpoint(directory)).into();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for number in 0..CLIENTS {
        tokio::spawn(create_until_refused(
            number,
            Arc::clone(&url),
            directory.token.clone(),
            sender.clone(),
        ));
    }
    drop(sender);
    let mut answered = BTreeSet::new();
    while let Some(name) = receiver.recv().await {
        answered.insert(name);
        if answered.len() == ANSWERED {
            // SIGKILL: the process gets no chance to tidy up.
            server.process.child.kill().unwrap();
        }
    }
    answered
}

/// Creates one user after the other until the server is gone, and tells of each that was answered 201.
async fn create_until_refused(
    number: usize,
    url: Arc<str>,
    token: String,
    answered: UnboundedSender<String>,
) {
    let client = Client::new();
    for count in 0_usize.. {
        let name = format!("client{number}-user{count}@example.com");
        let body =
            json!({ "schemas": ["urn:scim:schemas:core:1.0"], "userName": name, "active": true });
        match client
            .post(&*url)
            .bearer_auth(&token)
            .json(&body)
            .send()
            .await
        {
            Ok(answer) => assert_eq!(answer.status(), StatusCode::CREATED),
            Err(_) => return,
        }
        answered.send(name).unwrap();
    }
}

async fn user_names(server: &Server, directory: &TestDirectory) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    loop {
        let url = format!(
            "{}/Users?startIndex={}&count=100",
            server.endpoint(directory),
            names.len() + 1
        );
        let (status, page) = scim_get(&url, &directory.token).await;
        assert_eq!(status, StatusCode::OK);
        let before = names.len();
        names.extend(page["Resources"].as_array().unwrap().iter().map(user_name));
        if names.len() == before {
            return names;
        }
    }
}

fn user_name(user: &Value) -> String {
    user["userName"].as_str().unwrap().to_owned()
}

async fn created_events(test: &TestStore, directory: &TestDirectory) -> BTreeSet<String> {
    let id = directory.directory.id.clone();
    let events = test
        .store
        .read(move |conn| event::for_directory(conn, &id, 0, 1_000_000));
    let created = events
        .await
        .unwrap()
        .into_iter()
        .filter(|event| event.name == "dsync.user.created");
    created
        .map(|event| event.data["username"].as_str().unwrap().to_owned())
        .collect()
}
