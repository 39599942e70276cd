//! Lists that no index serves take turns, so that they leave connections for everything else.

use rollcall_scim::walks::{MAX_A_DIRECTORY, NoTurn, Turn, Walks};
use rollcall_store::Timestamp;
use rollcall_store::ids::{DirectoryId, Id as _};
use rstest::rstest;
use tokio::task::JoinHandle;

use crate::support::{Answer, Client, Database, TestApp};

const WALK: &str = "/Users?filter=title%20pr";

/// Takes every turn of the server, so that the next walk has to wait.
async fn all_turns(app: &TestApp) -> Vec<Turn> {
    let mut turns = Vec::new();
    for number in 0..MAX_A_DIRECTORY {
        let (other, _) = app.another(&format!("Other {number}")).await;
        turns.push(app.walks.turn(&other.directory.id).await.unwrap());
    }
    turns
}

fn send(client: &Client, path: &'static str) -> JoinHandle<Answer> {
    let client = client.clone();
    tokio::spawn(async move { client.get(path).await })
}

#[rstest]
#[tokio::test]
async fn a_walk_waits_for_its_turn_and_nothing_else_does(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let id = app.okta.user("ada@example.com").await;
    let turns = all_turns(&app).await;
    let paths = [WALK, "/Users?sortBy=title", "/Groups?sortBy=displayName"];
    let waiting: Vec<_> = paths.map(|path| send(&app.okta, path)).into();
    for path in [
        "/Users",
        "/Users?filter=userName%20eq%20%22ada%40example.com%22%20and%20title%20pr",
        "/Users?filter=active%20eq%20true",
        "/Groups?filter=displayName%20eq%20%22Everyone%22&sortBy=externalId",
    ] {
        app.okta.get(path).await.list();
    }
    app.okta.get(&format!("/Users/{id}")).await.ok();
    app.okta.group("Everyone", &[&id]).await;
    assert!(waiting.iter().all(|walk| !walk.is_finished()));
    drop(turns);
    for walk in waiting {
        walk.await.unwrap().list();
    }
}

#[rstest]
#[tokio::test]
async fn one_directory_cannot_have_every_turn(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut turns = Vec::new();
    for _ in 0..MAX_A_DIRECTORY {
        turns.push(app.walks.turn(&app.directory.directory.id).await.unwrap());
    }
    let refused = app.okta.get(WALK).await;
    assert_eq!(refused.headers["retry-after"], "5");
    let detail = refused.error(429);
    assert!(detail.contains("no index serves"), "{detail}");
    let (_, other) = app.another("Another").await;
    let others = send(&other, WALK);
    app.okta.get("/Users").await.list();
    drop(turns);
    others.await.unwrap().list();
    app.okta.get(WALK).await.list();
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_too_long_is_told_that_the_server_is_busy() {
    let directory_id = DirectoryId::make(Timestamp::from_micros(0), 1);
    let walks = Walks::new(1);
    let held = walks.turn(&directory_id).await.unwrap();
    assert_eq!(walks.turn(&directory_id).await.unwrap_err(), NoTurn::Busy);
    drop(held);
    walks.turn(&directory_id).await.unwrap();
}
