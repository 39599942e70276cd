//! `rollcall rotate-key`: another key, without a restart and without a moment at which none fits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use rollcall_store::audit::{Actor, Context};
use rollcall_store::seal::{self, SecretKey};
use rollcall_store::webhook_endpoint::{self, New};
use rollcall_store::{Options, Store, event};
use rollcall_testkit::{Database, SECRET_KEY, TestStore, WebhookSink};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use crate::application::Application;
use crate::provider::Provider;
use crate::support::{PATIENCE, PAUSE, Server, refusal, rollcall, stdout};

/// A folder with the key of the test's database.
fn key_file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret.key");
    fs::write(&file, SECRET_KEY).unwrap();
    (folder, file)
}

fn id(file: &Path) -> Option<String> {
    SecretKey::read(file).unwrap().map(|key| key.id())
}

fn rotate(test: &TestStore, file: &Path) -> Output {
    let file = file.to_str().unwrap();
    rollcall(&["rotate-key", "--secret-key-file", file])
        .args(["--database-url", &test.url_text])
        .output()
        .unwrap()
}

fn serve(test: &TestStore, file: &Path) -> Server {
    Server::start_with(
        &test.url_text,
        &["--secret-key-file", file.to_str().unwrap()],
    )
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_goes_on_with_the_new_key(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (_folder, file) = key_file();
    let old_id = id(&file).unwrap();
    let directory = test.directory("Contoso").await;
    let server = serve(&test, &file);
    let application = Application::of(&test, &directory, &server).await;
    let sink = WebhookSink::start();
    application.subscribe(&sink.url).await;
    let mut provider = Provider::of(&directory, &server, 1);
    provider.create_user().await;
    let before = sink.wait_for(2).await.len();

    let said = stdout(&rotate(&test, &file));
    let new_id = id(&file).unwrap();
    assert!(new_id != old_id && said.contains(&new_id), "{said}");
    assert!(said.contains("Sealed 1 secrets anew"), "{said}");
    assert_eq!(id(&seal::old_file(&file, &old_id)), Some(old_id));
    assert!(!seal::next_file(&file).exists());
    provider.create_user().await;
    sink.wait_for(before + 1).await;
    // What the server seals now, it opens too.
    let second = WebhookSink::start();
    application.subscribe(&second.url).await;
    provider.create_user().await;
    second.wait_for(1).await;
}

/// An endpoint whose secret shows which key opens it.
async fn endpoint(test: &TestStore) -> (webhook_endpoint::WebhookEndpoint, String) {
    let workspace_id = test.workspace("Acme").await.id;
    let new = New {
        endpoint_url: "https://hooks.example.com/".to_owned(),
        description: String::new(),
        events: vec![event::USER_CREATED.to_owned()],
        in_order: false,
        deliveries_per_second: 10,
    };
    let made = test
        .store
        .write(move |tx| webhook_endpoint::create(tx, &workspace_id, new));
    let (endpoint, secret) = made.await.unwrap();
    (endpoint, secret.expose_secret().to_owned())
}

/// The endpoint's secret, as a process opens it that has the key in the file.
async fn opened(
    test: &TestStore,
    file: &Path,
    endpoint: &webhook_endpoint::WebhookEndpoint,
) -> String {
    let options = Options {
        secret_key: SecretKey::read(file).unwrap(),
        ..Options::new(test.url.clone())
    };
    let store = Store::open(&options).unwrap();
    let (workspace_id, id) = (endpoint.workspace_id.clone(), endpoint.id.clone());
    let found = store.read(move |conn| webhook_endpoint::find(conn, &workspace_id, &id));
    let found = found.await.unwrap().unwrap();
    let secret = webhook_endpoint::secret(store.sealer(), &found).unwrap();
    secret.expose_secret().to_owned()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_finishes_what_was_interrupted(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (endpoint, secret) = endpoint(&test).await;
    let (_folder, file) = key_file();
    // The power fails after the commit, before the new file takes the place of the old one.
    let new = SecretKey::read_or_make(&seal::next_file(&file)).unwrap();
    let options = Options {
        secret_key: SecretKey::read(&file).unwrap(),
        ..Options::new(test.url.clone())
    };
    let context = Context::local(Actor::CommandLine);
    seal::rotate(&options, &context, &new).unwrap();

    let _server = serve(&test, &file);
    let end = Instant::now() + PATIENCE;
    while id(&file) != Some(new.id()) {
        assert!(Instant::now() < end, "the file still holds the old key");
        tokio::time::sleep(PAUSE).await;
    }
    assert_eq!(opened(&test, &file, &endpoint).await, secret);
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn no_kill_leaves_a_database_without_its_key(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (endpoint, secret) = endpoint(&test).await;
    let (_folder, file) = key_file();
    for millis in (0..60).step_by(4) {
        let mut command = rollcall(&["rotate-key", "--database-url", &test.url_text]);
        command.args(["--secret-key-file", file.to_str().unwrap()]);
        command.stdout(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        // Another moment each time: before, amid and after the work.
        tokio::time::sleep(Duration::from_millis(millis)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        stdout(&rotate(&test, &file));
        assert_eq!(opened(&test, &file, &endpoint).await, secret, "{millis}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_said_is_replaced_by_one_that_is_said() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let (endpoint, secret) = endpoint(&test).await;
    let (folder, file) = key_file();
    let command = || {
        let mut command = rollcall(&["rotate-key", "--database-url", &test.url_text]);
        command.env("ROLLCALL_SECRET_KEY", SECRET_KEY);
        command
    };
    let refused = refusal(&command().output().unwrap(), 1);
    assert!(refused.contains("ROLLCALL_NEW_SECRET_KEY"), "{refused}");
    let same = command().args(["--new-key", SECRET_KEY]).output().unwrap();
    assert!(refusal(&same, 1).contains("is the present one"));
    let mut wrong_key = command();
    wrong_key.env("ROLLCALL_SECRET_KEY", "33".repeat(32));
    let wrong = wrong_key
        .args(["--new-key", &"44".repeat(32)])
        .output()
        .unwrap();
    assert!(refusal(&wrong, 1).contains("is not the one of the database"));
    assert_eq!(opened(&test, &file, &endpoint).await, secret);

    let new_file = folder.path().join("new.key");
    let said = command()
        .env("ROLLCALL_NEW_SECRET_KEY_FILE", &new_file)
        .output()
        .unwrap();
    let said = stdout(&said);
    assert!(said.contains(&id(&new_file).unwrap()), "{said}");
    assert_eq!(opened(&test, &new_file, &endpoint).await, secret);
}
