//! The HTTP server with the roles that this process runs.

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer};
use rollcall_api::Api;
use rollcall_dashboard::{Dashboard, Mail, SignUp};
use rollcall_http::Proxies;
use rollcall_mail::{Sender, Smtp};
use rollcall_scim::Recorder;
use rollcall_scim::walks::Walks;
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};
use rollcall_store::password::Hasher;
use rollcall_store::{Error, Store};
use rollcall_webhooks::{ClientError, Worker};

use crate::roles::Role;
use crate::tls::Tls;
use crate::{apart, health, nowhere, outermost, streams};

/// Okta keeps its connections open between calls.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to send a request's head.
const REQUEST_HEAD: Duration = Duration::from_secs(5);
/// How long a client may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long requests under way may take when the process is told to stop, in seconds.
const SHUTDOWN: u64 = 20;
const CONNECTIONS_A_WORKER: usize = 10_000;
/// A worker accepts nobody any more while this many have not agreed on TLS yet, at 38 KiB each. With far
/// fewer, a handful of clients that say nothing would keep all others out.
const HANDSHAKES_A_WORKER: usize = 2_000;
/// More would only wait for a database connection, each with memory of its own.
const BLOCKING_THREADS_A_WORKER: usize = 16;

/// What a server is made from.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) roles: Vec<Role>,
    pub(crate) public_url: String,
    /// Which hosts workspaces choose their endpoints' from; any where there is none.
    pub(crate) endpoint_hosts: Patterns,
    pub(crate) insecure_cookies: bool,
    pub(crate) proxies: Proxies,
    pub(crate) sign_up: SignUp,
    pub(crate) require_second_factor: bool,
    pub(crate) smtp: Option<Smtp>,
    pub(crate) api_requests_per_minute: NonZeroU32,
    pub(crate) event_retention: Duration,
    pub(crate) tls: Option<Tls>,
}

impl Parts {
    fn endpoint_hosts(&self) -> EndpointHosts {
        EndpointHosts::new(&*self.public_url, self.endpoint_hosts.clone())
    }
}

/// A server about to run, and what has to be finished after it.
pub(crate) struct Running {
    pub(crate) server: Server,
    recorder: Recorder,
    api: Option<Api>,
    worker: Option<Worker>,
    mail: Option<Sender>,
}

impl Running {
    /// Serves until the process is told to stop, then writes down what is still in memory.
    pub(crate) async fn until_stopped(self) -> std::io::Result<()> {
        let result = self.server.await;
        self.recorder.flush().await;
        if let Some(api) = self.api {
            api.flush().await;
        }
        if let Some(worker) = self.worker {
            worker.stop().await;
        }
        if let Some(mail) = self.mail {
            mail.stop().await;
        }
        result
    }
}

/// Binds an address; the port 0 takes a free one.
pub(crate) fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Starts the roles on a bound address.
pub(crate) fn start(listener: TcpListener, parts: Parts) -> Result<Running, StartError> {
    let recorder = Recorder::start(parts.store.clone());
    let scim = rollcall_scim::Settings {
        hosts: parts.endpoint_hosts(),
        walks: Walks::new(parts.store.connections()),
    };
    let dashboard = dashboard(&parts)?;
    let worker = worker(&parts)?;
    let api = api(&parts);
    let api_of_server = api.clone();
    let hosts = Arc::new(parts.endpoint_hosts());
    let mail = mail(&parts.store, &parts.roles, &parts.public_url, parts.smtp);
    let over_tls = parts.public_url.starts_with("https://");
    let tls = parts.tls;
    let (store, roles, log) = (parts.store, parts.roles, recorder.clone());
    let server = HttpServer::new(move || {
        let surround = from_fn(move |request, next| outermost::surround(request, next, over_tls));
        let hosts = Arc::clone(&hosts);
        let apart = from_fn(move |request, next| apart::keep(request, next, Arc::clone(&hosts)));
        App::new().wrap(apart).wrap(surround).configure(|config| {
            health::configure(config, &store);
            if roles.contains(&Role::Scim) {
                rollcall_scim::configure(config, &store, &log, &scim);
            }
            if let Some(api) = &api_of_server {
                api.configure(config);
            }
            // Last, since they also answer whatever nobody else took.
            match &dashboard {
                Some(dashboard) => dashboard.configure(config),
                None => nowhere::configure(config),
            }
        })
    })
    .on_connect(|_, connection| streams::watch(connection))
    .tcp_nodelay(true)
    .worker_max_blocking_threads(BLOCKING_THREADS_A_WORKER)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(REQUEST_HEAD)
    .tls_handshake_timeout(HANDSHAKE)
    .max_connections(CONNECTIONS_A_WORKER)
    .max_connection_rate(HANDSHAKES_A_WORKER)
    .shutdown_timeout(SHUTDOWN);
    let server = match tls {
        Some(tls) => server.listen_openssl(listener, tls.start())?,
        None => server.listen(listener)?,
    };
    Ok(Running {
        server: server.run(),
        recorder,
        api,
        worker,
        mail,
    })
}

fn api(parts: &Parts) -> Option<Api> {
    if !parts.roles.contains(&Role::Api) {
        return None;
    }
    let settings = rollcall_api::Settings {
        requests_per_minute: parts.api_requests_per_minute,
        endpoint_hosts: parts.endpoint_hosts(),
        proxies: parts.proxies.clone(),
        ..rollcall_api::Settings::new(parts.public_url.clone())
    };
    let api = Api::new(parts.store.clone(), settings);
    let remembering = api.clone();
    tokio::spawn(async move { remembering.remember_uses().await });
    Some(api)
}

fn worker(parts: &Parts) -> Result<Option<Worker>, ClientError> {
    if !parts.roles.contains(&Role::Worker) {
        return Ok(None);
    }
    let settings = rollcall_webhooks::Settings {
        retention: parts.event_retention,
        ..rollcall_webhooks::Settings::default()
    };
    Worker::start(&parts.store, settings).map(Some)
}

fn mail(store: &Store, roles: &[Role], public_url: &str, smtp: Option<Smtp>) -> Option<Sender> {
    let settings = rollcall_mail::Settings {
        public_url: public_url.to_owned(),
        smtp,
    };
    roles
        .contains(&Role::Worker)
        .then(|| Sender::start(store.clone(), settings))
}

fn dashboard(parts: &Parts) -> Result<Option<Dashboard>, Error> {
    if !parts.roles.contains(&Role::Dashboard) {
        return Ok(None);
    }
    let settings = rollcall_dashboard::Settings {
        endpoint_hosts: parts.endpoint_hosts(),
        insecure_cookies: parts.insecure_cookies,
        proxies: parts.proxies.clone(),
        sign_up: parts.sign_up,
        require_second_factor: parts.require_second_factor,
        mail: if parts.smtp.is_some() {
            Mail::Sent
        } else {
            Mail::Logged
        },
        ..rollcall_dashboard::Settings::new(parts.public_url.clone())
    };
    Ok(Some(Dashboard::new(
        parts.store.clone(),
        Hasher::new()?,
        settings,
    )))
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("cannot serve: {0}")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] Error),
    #[error(transparent)]
    Client(#[from] ClientError),
}
