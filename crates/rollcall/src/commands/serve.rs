//! `rollcall serve`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::builder::BoolishValueParser;
use rollcall_http::Proxies;
use rollcall_store::endpoint_host::Patterns;
use rollcall_store::webhook_target::Networks;
use rollcall_store::{Error, Options, Store, member, setup_code};
use secrecy::{ExposeSecret as _, SecretString};

use super::fail;
use crate::account_settings::AccountArgs;
use crate::logs::{self, LogFormat};
use crate::roles::Role;
use crate::secret_key::KeyArgs;
use crate::server::{self, Parts};
use crate::settings::{self, DatabaseArgs, Scheme, StartError};
use crate::tls::{Tls, TlsArgs};
use crate::{cli, key_watch};

/// How long to wait between two tries to reach the database.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The roles that this process runs, separated by commas; all of them unless said
    #[arg(long, env = "ROLLCALL_ROLE", value_enum, value_delimiter = ',', default_values_t = Role::ALL)]
    role: Vec<Role>,
    /// The address to listen on
    #[arg(long, env = "ROLLCALL_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Where browsers and identity providers reach this server; the address it listens on unless said
    #[arg(long, env = "ROLLCALL_PUBLIC_URL")]
    public_url: Option<String>,
    /// The host names that workspaces may choose their endpoints' from, separated by commas, as `scim.example.com`
    /// or `*.scim.example.com`; these serve nothing else. Any host name unless said
    #[arg(
        long,
        env = "ROLLCALL_ENDPOINT_HOSTS",
        value_name = "HOST,…",
        default_value = "",
        hide_default_value = true
    )]
    endpoint_hosts: Patterns,
    /// How many database connections to use at most
    #[arg(long, env = "ROLLCALL_DATABASE_CONNECTIONS", default_value_t = 8,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    database_connections: u32,
    /// How many seconds to wait for the database and its schema at start
    #[arg(
        long,
        env = "ROLLCALL_DATABASE_WAIT",
        value_name = "SECONDS",
        default_value_t = 0
    )]
    database_wait: u64,
    /// Let session cookies travel over plain http on other hosts than localhost; for trials only
    #[arg(long, env = "ROLLCALL_INSECURE_COOKIES", value_parser = BoolishValueParser::new())]
    insecure_cookies: bool,
    /// Take the client's address from `X-Forwarded-For`, whoever connects; right only where nobody but
    /// a proxy can. `--trusted-proxies` is the safer way
    #[arg(long, env = "ROLLCALL_TRUST_FORWARDED_FOR", value_parser = BoolishValueParser::new())]
    trust_forwarded_for: bool,
    #[command(flatten)]
    accounts: AccountArgs,
    /// How many requests one API key may make in a minute
    #[arg(
        long,
        env = "ROLLCALL_API_REQUESTS_PER_MINUTE",
        value_name = "REQUESTS",
        default_value_t = rollcall_api::REQUESTS_PER_MINUTE
    )]
    api_requests_per_minute: NonZeroU32,
    #[command(flatten)]
    key: KeyArgs,
    /// Networks that webhooks may reach besides public addresses, over http too, separated by commas
    #[arg(
        long,
        env = "ROLLCALL_WEBHOOK_ALLOW_NETWORKS",
        value_name = "NETWORK,…",
        default_value = "",
        hide_default_value = true
    )]
    webhook_allow_networks: Networks,
    /// How many days events and webhook deliveries are kept
    #[arg(long, env = "ROLLCALL_EVENT_RETENTION_DAYS", value_name = "DAYS", default_value_t = 90,
          value_parser = clap::value_parser!(u32).range(1..=36_500))]
    event_retention_days: u32,
    /// The form of the log
    #[arg(long, env = "ROLLCALL_LOG_FORMAT", value_enum, default_value_t)]
    log_format: LogFormat,
    /// What to log, as in `info` or `warn,rollcall_scim=debug`
    #[arg(long, env = "ROLLCALL_LOG", default_value = "info,actix_server=warn")]
    log: String,
}

pub(crate) async fn run(args: Args) -> ExitCode {
    logs::start(args.log_format, &args.log);
    for name in cli::unknown_variables(std::env::vars().map(|(name, _)| name)) {
        tracing::warn!("{name} is not a setting of rollcall; is it misspelt?");
    }
    match serve(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn serve(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    // First, so that nothing is made or migrated for a server that cannot start.
    let tls = args.tls.files().map(Tls::prepare).transpose()?;
    let scheme = tls.as_ref().map_or(Scheme::Http, |_| Scheme::Https);
    let store = open(&args).await?;
    let database = args.database.url()?;
    // Before anything needs the key, so that an interrupted change of it is not noticed; the task says what is wrong.
    let _ = key_watch::renew(&store, &args.key, &database).await;
    tokio::spawn(key_watch::run(store.clone(), args.key.clone(), database));
    let listener = server::bind(args.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", args.listen))?;
    let public_url =
        settings::public_url(args.public_url.as_deref(), listener.local_addr()?, scheme);
    if scheme == Scheme::Https && !public_url.starts_with("https://") {
        tracing::warn!(
            "the public URL {public_url} is not https, and this server speaks nothing else"
        );
    }
    if args.role.contains(&Role::Dashboard) {
        invite(&store, &public_url).await?;
    }
    let parts = Parts {
        store,
        roles: args.role,
        public_url: public_url.clone(),
        endpoint_hosts: args.endpoint_hosts,
        insecure_cookies: args.insecure_cookies,
        smtp: args.accounts.mail.smtp()?,
        sign_up: args.accounts.sign_up.into(),
        require_second_factor: args.accounts.require_second_factor,
        proxies: Proxies {
            any: args.trust_forwarded_for,
            trusted: args.accounts.trusted_proxies,
        },
        api_requests_per_minute: args.api_requests_per_minute,
        event_retention: Duration::from_hours(24) * args.event_retention_days,
        tls,
    };
    let address = listener.local_addr()?;
    let running = server::start(listener, parts)?;
    tracing::info!("listening on {address}, reached at {public_url}");
    running.until_stopped().await?;
    Ok(())
}

async fn open(args: &Args) -> Result<Store, StartError> {
    let url = args.database.url()?;
    let options = Options {
        connections: args.database_connections,
        secret_key: args.key.find_or_make(&url)?,
        webhook_networks: args.webhook_allow_networks.clone(),
        ..Options::new(url)
    };
    let end = Instant::now() + Duration::from_secs(args.database_wait);
    loop {
        match Store::open(&options) {
            Err(error) if Instant::now() < end => {
                tracing::info!("waiting for the database: {error}");
            }
            result => return Ok(result?),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// On an empty installation, prints the code that the first account needs.
async fn invite(store: &Store, public_url: &str) -> Result<(), Error> {
    let code: Option<SecretString> = store
        .write(|tx| {
            if member::any(tx)? {
                Ok(None)
            } else {
                setup_code::issue(tx).map(Some)
            }
        })
        .await?;
    if let Some(code) = code {
        eprintln!();
        eprintln!("  Nobody has an account yet. Make the first one at");
        eprintln!("      {public_url}/setup");
        eprintln!("  with this setup code:");
        eprintln!("      {}", code.expose_secret());
        eprintln!();
    }
    Ok(())
}
