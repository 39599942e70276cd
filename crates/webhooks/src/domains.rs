//! Organizations' domains: looks at their DNS for the records that show whose they are.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use rollcall_store::organization_domain::{self, OrganizationDomain, Proof};
use rollcall_store::{Error, Store};
use tokio::time::{sleep, timeout};

/// How often it is asked which domains are due; each is due at its own pace.
const EVERY: Duration = Duration::from_secs(15);
/// Domains taken at once.
const BATCH: i64 = 50;
/// Lookups under way at once.
const AT_ONCE: usize = 10;
/// The longest that a lookup may take. A domain that is due comes again, so none is worth more.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the TXT records of a domain are found.
pub trait TxtRecords: Send + Sync + 'static {
    /// The texts of a domain's own TXT records; none when it has no such record or does not exist.
    fn of(&self, domain: &str) -> impl Future<Output = Result<Vec<String>, LookupError>> + Send;
}

/// DNS did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DNS does not answer: {0}")]
pub struct LookupError(pub String);

/// The name servers that the machine uses.
pub struct Dns(TokioResolver);

impl Dns {
    /// Those of the machine's settings.
    pub fn of_system() -> Result<Self, LookupError> {
        Self::build(TokioResolver::builder_tokio()?)
    }

    /// One name server, over UDP.
    pub fn of_server(address: SocketAddr) -> Result<Self, LookupError> {
        let mut server = NameServerConfig::udp(address.ip());
        for connection in &mut server.connections {
            connection.port = address.port();
        }
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let provider = TokioRuntimeProvider::default();
        Self::build(TokioResolver::builder_with_config(config, provider))
    }

    fn build(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, LookupError> {
        // What was looked up a minute ago is just what is not to be heard again.
        builder.options_mut().cache_size = 0;
        Ok(Self(builder.build()?))
    }
}

impl From<NetError> for LookupError {
    fn from(error: NetError) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dns").finish_non_exhaustive()
    }
}

impl TxtRecords for Dns {
    async fn of(&self, domain: &str) -> Result<Vec<String>, LookupError> {
        // With the dot of the root, so that no search domain of the machine is tried behind it.
        let lookup = match self.0.txt_lookup(format!("{domain}.")).await {
            Ok(lookup) => lookup,
            Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let texts = lookup.answers().iter().filter_map(|record| {
            let RData::TXT(text) = &record.data else {
                return None;
            };
            // A long text comes in pieces (RFC 7208 §3.3).
            let bytes = text.txt_data.concat();
            Some(String::from_utf8_lossy(&bytes).into_owned())
        });
        Ok(texts.collect())
    }
}

/// Verifies domains whose record is found, and gives those up whose time is over.
#[derive(Debug)]
pub struct DomainChecker<R> {
    store: Store,
    records: R,
}

impl<R: TxtRecords> DomainChecker<R> {
    /// A checker that looks records up in `records`.
    pub const fn new(store: Store, records: R) -> Self {
        Self { store, records }
    }

    /// Looks at the domains that are due now. Returns how many there were.
    pub async fn step(&self) -> Result<usize, Error> {
        let take = |tx: &mut rollcall_store::Tx<'_>| organization_domain::due_checks(tx, BATCH);
        let due = self.store.write(take).await?;
        let count = due.len();
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |domain| self.check(domain))
            .await;
        Ok(count)
    }

    async fn check(&self, domain: OrganizationDomain) {
        let is_shown = self.is_shown(&domain).await;
        let (id, name) = (domain.id.clone(), domain.domain.clone());
        let settled = self.store.write(move |tx| {
            if is_shown {
                organization_domain::verify(tx, &domain)
            } else {
                Ok(organization_domain::expire(tx, &domain)?)
            }
        });
        if let Err(error) = settled.await {
            tracing::warn!(%id, name, %error, "a domain's verification could not be written down");
        }
    }

    async fn is_shown(&self, domain: &OrganizationDomain) -> bool {
        let Proof::Dns(challenge) = &domain.proof else {
            return false;
        };
        let found = match timeout(PATIENCE, self.records.of(&domain.domain)).await {
            Ok(Ok(records)) => records,
            Ok(Err(error)) => {
                tracing::debug!(domain = domain.domain, %error, "a domain could not be looked up");
                return false;
            }
            Err(_) => {
                tracing::debug!(domain = domain.domain, "looking a domain up took too long");
                return false;
            }
        };
        found.iter().any(|record| challenge.is_met_by(record))
    }
}

/// Looks at domains for as long as the process works.
pub(crate) async fn run(store: Store) {
    let records = match Dns::of_system() {
        Ok(records) => records,
        Err(error) => {
            tracing::error!(%error, "no domains are verified by this process");
            return;
        }
    };
    let checker = DomainChecker::new(store, records);
    loop {
        if let Err(error) = checker.step().await {
            tracing::warn!(%error, "the domains that are due could not be read");
        }
        sleep(EVERY).await;
    }
}
