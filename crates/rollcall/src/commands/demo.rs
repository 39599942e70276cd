//! `rollcall demo`: a directory that fills itself, to look at.

mod receiver;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use rollcall_dashboard::SignUp;
use rollcall_http::Proxies;
use rollcall_okta_simulator::{AppKind, Settings as OktaSettings, Simulator};
use rollcall_store::endpoint_host::Patterns;
use rollcall_store::password::Hasher;
use rollcall_store::provider::PROVIDERS;
use rollcall_store::{DatabaseUrl, Options, Store};
use secrecy::{ExposeSecret as _, SecretString};

use super::bootstrap::{Bootstrapped, Plan, bootstrap};
use super::fail;
use crate::logs::{self, LogFormat};
use crate::roles::Role;
use crate::secret_key::KeyArgs;
use crate::server::{self, Parts};
use crate::settings::{self, Scheme};

const EMAIL: &str = "demo@example.com";
const DATABASE: &str = "data/demo.db";
const PASSWORD_LENGTH: usize = 12;
const RETENTION: Duration = Duration::from_hours(90 * 24);

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The address to listen on; a free port is taken when this one is in use
    #[arg(long, env = "ROLLCALL_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How many people the directory begins with
    #[arg(long, default_value_t = 120)]
    users: usize,
    /// How many groups it begins with
    #[arg(long, default_value_t = 12)]
    groups: usize,
    /// Milliseconds between two things that happen at the company afterwards
    #[arg(long, default_value_t = 1500, value_name = "MILLISECONDS")]
    pace: u64,
    /// The seed from which the people are made
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) async fn run(args: Args) -> ExitCode {
    logs::start(LogFormat::Text, "warn");
    match demo(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn demo(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let store = open_empty(Path::new(DATABASE))?;
    let listener =
        server::bind(args.listen).or_else(|_| server::bind((Ipv4Addr::LOCALHOST, 0).into()))?;
    let public_url = settings::public_url(None, listener.local_addr()?, Scheme::Http);
    let password = store.random_text(PASSWORD_LENGTH);
    let made = bootstrap(&store, plan(&public_url, &password).await?).await?;
    receiver::start(&store, &made.workspace_id).await?;
    let parts = Parts {
        store,
        roles: Role::ALL.to_vec(),
        public_url: public_url.clone(),
        endpoint_hosts: Patterns::default(),
        insecure_cookies: false,
        proxies: Proxies::default(),
        sign_up: SignUp::default(),
        require_second_factor: false,
        smtp: None,
        api_requests_per_minute: rollcall_api::REQUESTS_PER_MINUTE,
        event_retention: RETENTION,
        tls: None,
    };
    let running = server::start(listener, parts)?;
    greet(&public_url, &made, &password);
    let company = tokio::spawn(company(args, made));
    running.until_stopped().await?;
    company.abort();
    Ok(())
}

/// A new database each time: the password of an old one was shown long ago.
fn open_empty(file: &Path) -> Result<Store, Box<dyn std::error::Error>> {
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", file.display());
        if Path::new(&path).exists() {
            std::fs::remove_file(&path)
                .map_err(|error| format!("cannot remove {path}: {error}"))?;
        }
    }
    let url: DatabaseUrl = format!("sqlite://{}", file.display()).parse()?;
    let options = Options {
        secret_key: KeyArgs::default().find_or_make(&url)?,
        // A receiver that somebody tries out runs on the same machine.
        webhook_networks: "127.0.0.0/8,::1".parse()?,
        ..Options::new(url)
    };
    Ok(Store::open(&options)?)
}

async fn plan(public_url: &str, password: &SecretString) -> Result<Plan, rollcall_store::Error> {
    Ok(Plan {
        email: EMAIL.to_owned(),
        member_name: "Demo".to_owned(),
        password_hash: Hasher::new()?.hash(password.clone()).await?,
        workspace: "Northwind".to_owned(),
        organization: "Contoso Ltd".to_owned(),
        directory: "Okta production".to_owned(),
        provider: &PROVIDERS[0],
        public_url: public_url.to_owned(),
    })
}

fn greet(public_url: &str, made: &Bootstrapped, password: &SecretString) {
    println!();
    println!("  Rollcall is running, and a simulated Okta is filling a directory.");
    println!();
    println!(
        "      Open      {public_url}/w/{}/directories/{}",
        made.workspace_slug, made.directory_id
    );
    println!("      Email     {EMAIL}");
    println!("      Password  {}", password.expose_secret());
    println!();
    println!("  Everything is in {DATABASE} and starts anew next time. Ctrl-C stops it.");
    println!();
}

/// Fills the directory, then lets things happen there for as long as the process lives.
async fn company(args: Args, made: Bootstrapped) {
    let settings = OktaSettings {
        endpoint: made.scim_endpoint,
        token: SecretString::from(made.scim_token),
        app: AppKind::Catalog,
        users: args.users,
        groups: args.groups,
        seed: args.seed,
        concurrency: 4,
    };
    let mut churn = match Simulator::new(settings).churn() {
        Ok(churn) => churn,
        Err(error) => return eprintln!("  The simulated Okta could not start: {error}"),
    };
    if !churn.fill().await {
        return eprintln!("  The simulated Okta was refused at its credential test.");
    }
    println!(
        "  The directory is filled; from now on something happens there every {} ms.",
        args.pace
    );
    churn
        .run_until(Duration::from_millis(args.pace), std::future::pending())
        .await;
}
