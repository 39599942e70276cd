//! `rollcall routes`.

use std::process::ExitCode;

use serde::Serialize;

use super::fail;
use crate::health;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Listed {
    method: &'static str,
    path: &'static str,
    who: &'static str,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let routes = all();
    if args.json {
        match serde_json::to_string_pretty(&routes) {
            Ok(json) => println!("{json}"),
            Err(error) => return fail(&error),
        }
        return ExitCode::SUCCESS;
    }
    let width = routes
        .iter()
        .map(|route| route.path.len())
        .max()
        .unwrap_or(0);
    for route in routes {
        println!("{:<6} {:<width$}  {}", route.method, route.path, route.who);
    }
    ExitCode::SUCCESS
}

fn all() -> Vec<Listed> {
    let health = health::PATHS.map(|path| Listed {
        method: "GET",
        path,
        who: "anyone",
    });
    let dashboard = rollcall_dashboard::ROUTES
        .iter()
        .map(|route| (route.method, route.path, route.who.as_str()));
    let scim = rollcall_scim::ROUTES
        .iter()
        .map(|route| (route.method, route.path, route.who));
    let api = rollcall_api::ROUTES
        .iter()
        .map(|route| (route.method, route.path, route.who));
    let listed = dashboard
        .chain(api)
        .chain(scim)
        .map(|(method, path, who)| Listed { method, path, who });
    health.into_iter().chain(listed).collect()
}
