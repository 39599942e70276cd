//! The simulator against a small SCIM 1.1 server in memory: a right one passes, each wrong one is caught.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod headers;
mod runs;
mod server;
mod throttling;

use rollcall_okta_simulator::{AppKind, Report, Scenario, Settings, Simulator};

use self::server::{Fault, Server};

/// Enough people for every corner of the scenarios, and for several pages.
fn settings(server: &Server, app: AppKind) -> Settings {
    Settings {
        endpoint: server.endpoint(),
        token: "secret".to_owned().into(),
        app,
        users: 130,
        groups: 6,
        seed: 1,
        concurrency: 8,
    }
}

/// Plays a scenario on a server with one fault.
async fn play(fault: Fault, app: AppKind, scenario: Scenario) -> Report {
    let server = Server::start(fault);
    Simulator::new(settings(&server, app))
        .run(scenario)
        .await
        .unwrap()
}
