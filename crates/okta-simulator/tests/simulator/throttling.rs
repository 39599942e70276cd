use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rollcall_okta_simulator::{AppKind, Report, Scenario, Settings, Simulator, Sleeper};

use crate::server::{Fault, Server};
use crate::settings;

/// Notes the pauses and does not wait.
#[derive(Default)]
struct Noted(Mutex<Vec<u64>>);

impl Sleeper for Noted {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().unwrap().push(duration.as_secs());
        Box::pin(async {})
    }
}

async fn throttled(fault: Fault) -> (Report, Vec<u64>) {
    let server = Server::start(fault);
    let noted = Arc::new(Noted::default());
    let settings = Settings {
        users: 3,
        groups: 1,
        ..settings(&server, AppKind::Catalog)
    };
    let simulator = Simulator::new(settings).with_sleeper(Arc::clone(&noted) as _);
    let report = simulator.run(Scenario::Full).await.unwrap();
    let pauses = noted.0.lock().unwrap().clone();
    (report, pauses)
}

#[tokio::test]
async fn retry_after_is_honoured_exactly() {
    let (report, pauses) = throttled(Fault::Throttles(3, Some("2"))).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.throttled, pauses), (3, vec![2, 2, 2]));
}

#[tokio::test]
async fn without_it_five_minutes_are_doubled() {
    for useless in [None, Some("Wed, 21 Oct 2026 07:28:00 GMT")] {
        let (report, pauses) = throttled(Fault::Throttles(4, useless)).await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(pauses, [300, 600, 1200, 2400]);
    }
}

#[tokio::test]
async fn after_ten_tries_okta_gives_up() {
    let (report, pauses) = throttled(Fault::Throttles(usize::MAX, Some("1"))).await;
    assert_eq!(pauses.len(), 9);
    assert_eq!(
        report.surprises[0].to_string(),
        "test credentials: GET /Users?startIndex=1&count=2: answered 429 for all 10 tries"
    );
}
