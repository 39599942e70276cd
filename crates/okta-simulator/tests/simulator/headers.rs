use rollcall_okta_simulator::{AppKind, Scenario, Simulator};

use crate::server::{Fault, Seen, Server};
use crate::settings;

fn value<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    seen.headers
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn every_request_has_oktas_headers() {
    let server = Server::start(Fault::None);
    Simulator::new(settings(&server, AppKind::Catalog))
        .run(Scenario::Full)
        .await
        .unwrap();
    for seen in server.seen() {
        assert_eq!(value(&seen, "accept"), Some("application/json"));
        assert_eq!(value(&seen, "accept-charset"), Some("utf-8"));
        assert_eq!(value(&seen, "accept-encoding"), Some("gzip,deflate"));
        assert_eq!(value(&seen, "user-agent"), Some("Okta SCIM Client 1.0.0"));
        assert_eq!(value(&seen, "authorization"), Some("Bearer secret"));
        assert_eq!(value(&seen, "connection"), Some("Keep-Alive"));
        let typed = (seen.method != "GET").then_some("application/json; charset=utf-8");
        assert_eq!(
            value(&seen, "content-type"),
            typed,
            "{} {}",
            seen.method,
            seen.path
        );
        assert_eq!(
            seen.body.is_empty(),
            ["GET", "DELETE"].contains(&seen.method.as_str())
        );
    }
}

#[tokio::test]
async fn only_a_wizard_app_puts_groups_and_only_a_catalogue_app_patches() {
    for (app, absent) in [
        (AppKind::Wizard, "PATCH /Users"),
        (AppKind::Catalog, "PUT /Groups"),
    ] {
        let server = Server::start(Fault::None);
        let report = Simulator::new(settings(&server, app))
            .run(Scenario::Churn)
            .await
            .unwrap();
        let kinds: Vec<_> = report
            .request_kinds
            .iter()
            .map(|timing| timing.name.as_str())
            .collect();
        assert!(
            kinds.iter().all(|kind| !kind.starts_with(absent)),
            "{kinds:?}"
        );
    }
}
