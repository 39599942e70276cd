use std::time::Duration;

use actix_web::middleware::from_fn;

use actix_web::{App, HttpRequest, HttpResponse, test, web};
use futures_util::FutureExt as _;
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};
use rollcall_store::ids::DirectoryId;
use rollcall_store::page::PageRequest;
use rollcall_store::provisioning_request::{self, Listed};
use rollcall_testkit::{Database, TestStore};

use super::super::notes::notes_of;
use super::super::record;
use super::super::writer::Uses;
use super::*;
use crate::error::ScimError;
use crate::ingest::Ingest;

async fn sqlite() -> TestStore {
    TestStore::new(Database::Sqlite).await.unwrap()
}

fn row(store: &Store, directory_id: &DirectoryId, body: usize) -> ProvisioningRequest {
    ProvisioningRequest {
        id: store.new_id(),
        directory_id: directory_id.clone(),
        directory_token_id: None,
        method: "GET".into(),
        path: "/Users".into(),
        query: String::new(),
        status: 200,
        duration_micros: 1,
        summary: "Listed users".into(),
        request_body: Some("x".repeat(body)),
        response_body: None,
        user_agent: String::new(),
        created_at: store.now(),
    }
}

async fn written(store: &Store, directory_id: &DirectoryId) -> Vec<Listed> {
    let id = directory_id.clone();
    let read = move |conn: &mut rollcall_store::Connection| {
        provisioning_request::page(conn, &id, false, &PageRequest::first(1_000))
    };
    store.read(read).await.unwrap().items
}

#[tokio::test]
async fn a_full_queue_drops_and_counts() {
    let database = sqlite().await;
    let (recorder, _writer) = Recorder::pair(database.store.clone());
    let directory_id = database.store.new_id();
    for _ in 0..=MAX_QUEUED_ROWS {
        recorder.put(row(&database.store, &directory_id, 10));
    }
    assert_eq!(recorder.load.take_dropped(), 1);
}

#[tokio::test]
async fn large_bodies_fill_the_queue_by_bytes_until_they_are_written() {
    let database = sqlite().await;
    let (recorder, writer) = Recorder::pair(database.store.clone());
    let directory_id = database.store.new_id();
    let large = row(&database.store, &directory_id, 1024 * 1024);
    let fitting = MAX_QUEUED_BYTES / size_of_row(&large);
    for _ in 0..40 {
        recorder.put(row(&database.store, &directory_id, 1024 * 1024));
    }
    assert_eq!(recorder.load.take_dropped(), 40 - fitting);
    tokio::spawn(writer.run());
    recorder.flush().await;
    recorder.put(large);
    recorder.flush().await;
    assert_eq!(
        written(&database.store, &directory_id).await.len(),
        fitting + 1
    );
    assert_eq!(recorder.load.take_dropped(), 0);
}

#[tokio::test]
async fn a_burst_is_written_whole() {
    let database = sqlite().await;
    let (recorder, writer) = Recorder::pair(database.store.clone());
    let directory_id = database.store.new_id();
    for _ in 0..950 {
        recorder.put(row(&database.store, &directory_id, 10));
    }
    tokio::spawn(writer.run());
    recorder.flush().await;
    assert_eq!(written(&database.store, &directory_id).await.len(), 950);
}

#[tokio::test]
async fn a_row_the_database_refuses_costs_no_other() {
    let database = sqlite().await;
    let (recorder, writer) = Recorder::pair(database.store.clone());
    let directory_id = database.store.new_id();
    let twin = row(&database.store, &directory_id, 10);
    for row in [twin.clone(), twin, row(&database.store, &directory_id, 10)] {
        recorder.put(row);
    }
    tokio::spawn(writer.run());
    recorder.flush().await;
    assert_eq!(written(&database.store, &directory_id).await.len(), 2);
}

#[tokio::test]
async fn a_last_use_is_written_at_once_and_then_each_minute() {
    let database = sqlite().await;
    let first = database.store.now();
    let uses = |seconds: u64, written| Uses {
        latest: first.plus(Duration::from_secs(seconds)),
        written,
    };
    assert!(uses(0, None).is_due(false));
    assert!(!uses(0, Some(first)).is_due(true));
    assert!(!uses(59, Some(first)).is_due(false));
    assert!(uses(59, Some(first)).is_due(true));
    assert!(uses(60, Some(first)).is_due(false));
}

const URI: &str = "/scim/v1.1/abc/Users";

/// Serves one handler inside the middleware, to a caller who belongs to `directory_id`.
macro_rules! served {
    ($database:expr, $recorder:expr, $directory_id:expr, $then:expr) => {{
        let ingest = Ingest {
            store: $database.store.clone(),
            recorder: $recorder.clone(),
            hosts: EndpointHosts::new("", Patterns::default()),
            walks: crate::walks::Walks::new(1),
        };
        let directory_id = $directory_id.clone();
        let handler = move |request: HttpRequest| {
            let directory_id = directory_id.clone();
            async move {
                notes_of(&request)?.borrow_mut().directory_id = Some(directory_id);
                $then.await
            }
        };
        let scope = web::scope("/scim/v1.1/{key}")
            .app_data(web::Data::new(ingest))
            .wrap(from_fn(record));
        test::init_service(App::new().service(scope.route("/Users", web::get().to(handler)))).await
    }};
}

#[actix_web::test]
async fn a_panic_is_an_opaque_error_and_recorded() {
    let database = sqlite().await;
    let recorder = Recorder::start(database.store.clone());
    let directory_id: DirectoryId = database.store.new_id();
    let app = served!(database, recorder, directory_id, async {
        panic!("a secret cause") as Result<HttpResponse, ScimError>
    });
    let error = test::try_call_service(&app, test::TestRequest::get().uri(URI).to_request())
        .await
        .unwrap_err();
    let answer = error.error_response();
    assert_eq!(answer.status(), 500);
    let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
    recorder.flush().await;
    let rows = written(&database.store, &directory_id).await;
    assert_eq!((rows.len(), rows[0].status), (1, 500));
}

#[actix_web::test]
async fn a_caller_who_hangs_up_is_recorded() {
    let database = sqlite().await;
    let recorder = Recorder::start(database.store.clone());
    let directory_id: DirectoryId = database.store.new_id();
    let app = served!(
        database,
        recorder,
        directory_id,
        std::future::pending::<Result<HttpResponse, ScimError>>()
    );
    assert!(
        test::try_call_service(&app, test::TestRequest::get().uri(URI).to_request())
            .now_or_never()
            .is_none()
    );
    recorder.flush().await;
    let rows = written(&database.store, &directory_id).await;
    assert_eq!((rows.len(), rows[0].status), (1, 499));
    assert_eq!(rows[0].summary, "The caller hung up before the answer");
}
