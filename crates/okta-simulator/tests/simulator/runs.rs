use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rollcall_okta_simulator::{
    AppKind, Progress, Scenario, Settings, SettingsError, Simulator, Sleeper,
};
use rstest::rstest;

use crate::server::{Fault, Server};
use crate::{play, settings};

#[rstest]
#[tokio::test]
async fn a_right_server_passes(
    #[values(AppKind::Catalog, AppKind::Wizard)] app: AppKind,
    #[values(Scenario::Full, Scenario::Burst, Scenario::Churn)] scenario: Scenario,
) {
    let report = play(Fault::None, app, scenario).await;
    assert!(report.is_clean(), "{report}");
    assert!(
        report.directory.users >= 130 && report.directory.groups == 6,
        "{:?}",
        report.directory
    );
    assert!(report.directory.memberships > 100, "{:?}", report.directory);
}

#[rstest]
#[case(0, 0)]
#[case(1, 1)]
#[case(0, 3)]
#[case(2, 0)]
#[tokio::test]
async fn a_tiny_company_passes(#[case] users: usize, #[case] groups: usize) {
    let server = Server::start(Fault::None);
    for scenario in [Scenario::Full, Scenario::Churn] {
        let settings = Settings {
            users,
            groups,
            ..settings(&server, AppKind::Catalog)
        };
        let report = Simulator::new(settings).run(scenario).await.unwrap();
        assert!(report.is_clean(), "{report}");
    }
}

#[tokio::test]
async fn full_plays_every_operation() {
    let report = play(Fault::None, AppKind::Catalog, Scenario::Full).await;
    let played = report
        .operations
        .iter()
        .map(|timing| timing.name.as_str())
        .collect::<Vec<_>>();
    assert_eq!(played.len(), 21, "{played:?}");
    assert!(report.operations.iter().all(|timing| timing.count > 0));
}

#[tokio::test]
async fn a_second_run_adopts_the_people_of_the_first() {
    let server = Server::start(Fault::None);
    let run = async || {
        Simulator::new(settings(&server, AppKind::Catalog))
            .run(Scenario::Burst)
            .await
            .unwrap()
    };
    let first = run().await;
    let second = run().await;
    assert!(first.is_clean() && second.is_clean(), "{first}\n{second}");
    assert_eq!(first.directory, second.directory);
    let names = second
        .operations
        .iter()
        .map(|timing| timing.name.as_str())
        .collect::<Vec<_>>();
    assert!(
        names.contains(&"assign known person") && !names.contains(&"assign new person"),
        "{names:?}"
    );
}

#[tokio::test]
async fn strangers_are_left_as_they_were() {
    let server = Server::start(Fault::None);
    server.add_stranger("stranger@example.com", "Auditors");
    let simulator = Simulator::new(settings(&server, AppKind::Catalog));
    let report = simulator.run(Scenario::Full).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.directory.users, report.directory.groups), (131, 7));
}

#[tokio::test]
async fn the_same_seed_sends_the_same_people() {
    let posted = async |seed: u64| {
        let server = Server::start(Fault::None);
        let settings = Settings {
            seed,
            concurrency: 1,
            ..settings(&server, AppKind::Catalog)
        };
        Simulator::new(settings).run(Scenario::Burst).await.unwrap();
        let creates = server
            .seen()
            .into_iter()
            .filter(|seen| seen.method == "POST");
        creates.map(|seen| seen.body).collect::<Vec<_>>()
    };
    assert_eq!(posted(4).await, posted(4).await);
    assert_ne!(posted(4).await, posted(5).await);
}

/// Ends each pause at once, and counts.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Sleeper for Counted {
    fn sleep(&self, _: Duration) -> futures_util::future::BoxFuture<'static, ()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {})
    }
}

#[tokio::test]
async fn a_company_goes_on_until_it_is_told_to_stop() {
    let server = Server::start(Fault::None);
    let sleeper = Arc::new(Counted::default());
    let pauses = Arc::clone(&sleeper);
    let mut churn = Simulator::new(settings(&server, AppKind::Catalog))
        .with_sleeper(sleeper)
        .churn()
        .unwrap();
    let enough = std::future::poll_fn(move |_| match pauses.0.load(Ordering::Relaxed) {
        0..60 => std::task::Poll::Pending,
        _ => std::task::Poll::Ready(()),
    });
    let churn = tokio::spawn(async move {
        assert!(churn.fill().await);
        churn.run_until(Duration::from_secs(3), enough).await;
        churn.compare().await;
        churn
    });
    let report = churn.await.unwrap().report();
    assert!(report.is_clean(), "{report}");
    let events = report
        .operations
        .iter()
        .map(|timing| timing.count)
        .sum::<u64>();
    assert!(events > 130 + 6 + 50, "{events}");
}

#[derive(Default)]
struct Heard {
    stages: Mutex<Vec<String>>,
    advanced: AtomicUsize,
}

impl Progress for Heard {
    fn stage(&self, name: &str, _total: usize) {
        self.stages.lock().unwrap().push(name.to_owned());
    }

    fn advance(&self) {
        self.advanced.fetch_add(1, Ordering::Relaxed);
    }

    fn paused(&self, _wait: Duration) {}
}

#[tokio::test]
async fn progress_is_told() {
    let server = Server::start(Fault::None);
    let heard = Arc::new(Heard::default());
    let simulator =
        Simulator::new(settings(&server, AppKind::Catalog)).with_progress(Arc::clone(&heard) as _);
    let report = tokio::spawn(simulator.run(Scenario::Burst))
        .await
        .unwrap()
        .unwrap();
    let operations = report
        .operations
        .iter()
        .map(|timing| timing.count)
        .sum::<u64>();
    assert_eq!(
        *heard.stages.lock().unwrap(),
        [
            "testing the credentials",
            "saving and importing",
            "assigning people",
            "pushing groups",
            "comparing"
        ]
    );
    assert_eq!(heard.advanced.load(Ordering::Relaxed) as u64, operations);
}

#[rstest]
#[case("ftp://scim.example.com/v1.1")]
#[case("scim.example.com/v1.1")]
#[case("https://scim.example.com/my_key")]
#[tokio::test]
async fn what_okta_refuses_as_a_base_url_is_refused(#[case] endpoint: &str) {
    let server = Server::start(Fault::None);
    let settings = Settings {
        endpoint: endpoint.to_owned(),
        ..settings(&server, AppKind::Catalog)
    };
    let refused = Simulator::new(settings)
        .run(Scenario::Full)
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            SettingsError::Endpoint(_) | SettingsError::Underscore(_)
        ),
        "{refused}"
    );
}

#[tokio::test]
async fn nobody_there_is_one_surprise() {
    let server = Server::start(Fault::None);
    let nobody = Settings {
        endpoint: "http://127.0.0.1:1/scim".to_owned(),
        ..settings(&server, AppKind::Catalog)
    };
    let report = Simulator::new(nobody).run(Scenario::Full).await.unwrap();
    assert_eq!(report.surprise_count, 1, "{report}");
    assert!(
        report.surprises[0]
            .to_string()
            .starts_with("test credentials: GET /Users?startIndex=1&count=2: no answer")
    );
}
