//! What an endpoint's page says of its attempts and of what waits.

use std::time::Duration;

use rollcall_store::event;
use rollcall_store::webhook_attempt::{self, Figures};
use rollcall_store::webhook_delivery::{self, Outcome, Verdict, WebhookDelivery};
use rollcall_store::webhook_endpoint::{self, New, WebhookEndpoint};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

const ATTEMPTS: u16 = 40;

/// An endpoint with deliveries of test events.
async fn endpoint(test: &TestStore) -> (WebhookEndpoint, Vec<WebhookDelivery>) {
    let workspace = test.workspace("Acme").await.id;
    let made = test.store.write(move |tx| {
        let new = New {
            endpoint_url: "https://hooks.example.com/".to_owned(),
            description: String::new(),
            events: vec![event::USER_CREATED.to_owned()],
            in_order: false,
            deliveries_per_second: 10,
        };
        let (endpoint, _) = webhook_endpoint::create(tx, &workspace, new)?;
        let tests = (0..ATTEMPTS).map(|_| {
            webhook_delivery::send_test(tx, &endpoint, event::USER_CREATED).expect("it is enabled")
        });
        let tests = tests.collect();
        Ok::<_, webhook_endpoint::Error>((endpoint, tests))
    });
    made.await.unwrap()
}

async fn figures(test: &TestStore, endpoint: &WebhookEndpoint, limit: i64) -> (Figures, usize) {
    let endpoint = endpoint.clone();
    let reading = test.store.read(move |conn| {
        let figures = webhook_attempt::figures(conn, &endpoint, limit)?;
        let waiting = webhook_delivery::waiting(conn, &endpoint, limit)?;
        Ok::<_, rollcall_store::Error>((figures, waiting))
    });
    reading.await.unwrap()
}

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_newest_attempts_are_summed_up(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let (endpoint, deliveries) = endpoint(&test).await;
    let count = usize::from(ATTEMPTS);
    let nothing = (Figures::default(), count);
    assert_eq!(figures(&test, &endpoint, 100).await, nothing);

    // The nth took n milliseconds; the first ten failed.
    let outcomes: Vec<Outcome> = (1..=ATTEMPTS)
        .zip(&deliveries)
        .map(|(number, delivery)| Outcome {
            delivery_id: delivery.id.clone(),
            endpoint_id: endpoint.id.clone(),
            is_test: true,
            lease_ends_at: delivery.next_attempt_at.unwrap(),
            status: Some(200),
            error: (number <= 10).then(|| "It answered 500".to_owned()),
            duration: Duration::from_millis(number.into()),
            response_body: None,
            began_at: test.store.now(),
            verdict: Verdict::Delivered,
            pause_until: None,
        })
        .collect();
    let recorded: Result<(), rollcall_store::Error> = test
        .store
        .write(move |tx| webhook_delivery::record(tx, &outcomes))
        .await;
    recorded.unwrap();
    let all = Figures {
        attempts: count,
        succeeded: count - 10,
        p95: Some(Duration::from_millis(38)),
    };
    assert_eq!(figures(&test, &endpoint, 100).await, (all, 0));
    let newest = Figures {
        attempts: 20,
        succeeded: 20,
        p95: Some(Duration::from_millis(39)),
    };
    assert_eq!(figures(&test, &endpoint, 20).await, (newest, 0));
}
