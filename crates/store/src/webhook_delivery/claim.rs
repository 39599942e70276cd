//! Claiming: the due deliveries of an endpoint are handed to one process, for as long as an
//! attempt can take. If the process dies meanwhile, they are due again when the lease ends.

use std::collections::HashMap;
use std::time::Duration;

use diesel::dsl::exists;
use diesel::prelude::*;
use secrecy::SecretString;

use super::State;
use super::pace::Pace;
use crate::db::connection::on_either;
use crate::db::schema::{webhook_deliveries, webhook_endpoints};
use crate::error::Error;
use crate::ids::{DirectoryId, EventId, WebhookDeliveryId, WebhookEndpointId};
use crate::seal::SealError;
use crate::webhook_endpoint::{self, Status, WebhookEndpoint};
use crate::{Connection, Timestamp, Tx, event, representation};

/// How long a claimed delivery is left alone: an attempt, and the writing down of its outcome
/// while the database is away for a moment, end well before.
pub const LEASE: Duration = Duration::from_mins(1);
/// Attempts to one endpoint that one process has under way at a time, at most.
pub const MOST_AT_ONCE: usize = 32;
/// Directories that are looked at in one claim from an endpoint in order.
const MOST_HEADS: usize = 500;

/// What a process is to send to an endpoint now.
#[derive(Debug)]
pub struct Claim {
    /// The endpoint as it is.
    pub endpoint: WebhookEndpoint,
    /// What signs.
    pub secret: SecretString,
    /// What signs as well, for a while after a rotation.
    pub previous_secret: Option<SecretString>,
    /// The deliveries, the one that is due longest first.
    pub deliveries: Vec<Claimed>,
    /// When the next claim may find more; `None` when that is not known.
    pub again_at: Option<Timestamp>,
}

/// A delivery that this process alone tries now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: WebhookDeliveryId,
    /// What it carries.
    pub event_id: EventId,
    /// Whether that is an example only.
    pub is_test: bool,
    /// How often it was tried before.
    pub attempts: i32,
    /// How often it was tried before in the present schedule.
    pub retries: i32,
    /// Until when it is this process's.
    pub lease_ends_at: Timestamp,
    /// The whole body to send.
    pub body: String,
}

/// Why nothing can be claimed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The secrets do not open.
    #[error(transparent)]
    Secret(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for ClaimError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
struct Candidate {
    id: WebhookDeliveryId,
    event_id: EventId,
    position: Option<i64>,
    directory_id: Option<DirectoryId>,
    test_event: Option<String>,
    attempts: i32,
    retries: i32,
    next_attempt_at: Option<Timestamp>,
}

impl Candidate {
    fn is_due(&self, now: Timestamp) -> bool {
        self.next_attempt_at.is_some_and(|at| at <= now)
    }
}

/// The enabled endpoints that have deliveries due at `now` and may be sent some.
pub fn endpoints_due(
    conn: &mut Connection,
    now: Timestamp,
) -> Result<Vec<WebhookEndpointId>, Error> {
    let due = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_endpoint_id.eq(webhook_endpoints::id))
        .filter(webhook_deliveries::next_attempt_at.le(now))
        .select(webhook_deliveries::id);
    Ok(webhook_endpoints::table
        .filter(webhook_endpoints::status.eq(Status::Enabled.as_str()))
        .filter(webhook_endpoints::paced_until.le(now))
        .filter(exists(due))
        .select(webhook_endpoints::id)
        .load(conn)?)
}

/// Claims up to `most` due deliveries of an endpoint, as many as its pace allows now and beside
/// `under_way` of this process. `None` when it is disabled or gone, or another process claims at
/// this moment.
pub fn claim(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    most: usize,
    under_way: usize,
) -> Result<Option<Claim>, ClaimError> {
    let Some(row) = hold(tx, endpoint_id)? else {
        return Ok(None);
    };
    let paced_until = row.paced_until;
    let endpoint = WebhookEndpoint::try_from(row)?;
    let now = tx.now();
    let mut claim = Claim {
        secret: webhook_endpoint::secret(tx.sealer(), &endpoint)?,
        previous_secret: webhook_endpoint::previous_secret(tx.sealer(), &endpoint, now)?,
        endpoint,
        deliveries: Vec::new(),
        again_at: None,
    };
    let places = at_once(&claim.endpoint).saturating_sub(under_way);
    if places == 0 {
        return Ok(Some(claim));
    }
    let pace = Pace::new(claim.endpoint.deliveries_per_second, paced_until, now);
    let allowed = pace.allowed(now).min(most).min(places);
    if allowed == 0 {
        claim.again_at = Some(pace.after(1));
        return Ok(Some(claim));
    }
    let due = if claim.endpoint.in_order {
        let (due, again_at) = heads(tx, &claim.endpoint.id, allowed)?;
        claim.again_at = again_at;
        due
    } else {
        longest_due(tx, &claim.endpoint.id, allowed)?
    };
    if due.is_empty() {
        return Ok(Some(claim));
    }
    if due.len() == allowed {
        claim.again_at = Some(pace.after(due.len() + 1));
    }
    let own = webhook_endpoints::table.filter(webhook_endpoints::id.eq(&claim.endpoint.id));
    diesel::update(own)
        .set(webhook_endpoints::paced_until.eq(pace.after(due.len())))
        .execute(&mut **tx)?;
    claim.deliveries = lease(tx, due)?;
    Ok(Some(claim))
}

/// Attempts at a time: enough for the pace at a receiver that takes a tenth of a second; one while it fails.
fn at_once(endpoint: &WebhookEndpoint) -> usize {
    if endpoint.failing_since.is_some() {
        return 1;
    }
    usize::try_from(endpoint.deliveries_per_second / 10)
        .map_or(1, |most| most.clamp(1, MOST_AT_ONCE))
}

/// The endpoint's row, so that one process claims at a time and the pace is kept among all of them.
fn hold(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
) -> Result<Option<webhook_endpoint::Row>, Error> {
    let enabled = webhook_endpoints::id
        .eq(endpoint_id)
        .and(webhook_endpoints::status.eq(Status::Enabled.as_str()));
    let query = webhook_endpoints::table.filter(enabled);
    Ok(match &mut **tx {
        Connection::Postgres(conn) => query
            .select(webhook_endpoint::Row::as_select())
            .for_no_key_update()
            .skip_locked()
            .first(conn)
            .optional()?,
        Connection::Sqlite(conn) => query
            .select(webhook_endpoint::Row::as_select())
            .first(conn)
            .optional()?,
    })
}

fn longest_due(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    most: usize,
) -> Result<Vec<Candidate>, Error> {
    let due = webhook_deliveries::webhook_endpoint_id
        .eq(endpoint_id)
        .and(webhook_deliveries::next_attempt_at.le(tx.now()));
    let query = webhook_deliveries::table
        .filter(due)
        .order((
            webhook_deliveries::next_attempt_at,
            webhook_deliveries::position,
        ))
        .limit(i64::try_from(most).unwrap_or(i64::MAX));
    Ok(query.select(Candidate::as_select()).load(&mut **tx)?)
}

/// The first pending delivery of each directory, as far as they are due, and when one of the
/// others will be. Test events stand in no order.
fn heads(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    most: usize,
) -> Result<(Vec<Candidate>, Option<Timestamp>), Error> {
    let now = tx.now();
    let mut due = tests(tx, endpoint_id, most)?;
    let mut again_at: Option<Timestamp> = None;
    let mut head = head_without_directory(tx, endpoint_id)?;
    let mut after = String::new();
    for _ in 0..MOST_HEADS {
        if let Some(candidate) = head.take() {
            if candidate.is_due(now) {
                due.push(candidate);
            } else {
                again_at = again_at.into_iter().chain(candidate.next_attempt_at).min();
            }
        }
        if due.len() >= most {
            break;
        }
        head = next_head(tx, endpoint_id, &after)?;
        match head.as_ref().and_then(|head| head.directory_id.as_ref()) {
            Some(directory_id) => after = directory_id.to_string(),
            None => break,
        }
    }
    due.truncate(most);
    Ok((due, again_at))
}

type Unfinished<'a> = diesel::dsl::And<
    diesel::dsl::Eq<webhook_deliveries::webhook_endpoint_id, &'a WebhookEndpointId>,
    diesel::dsl::IsNotNull<webhook_deliveries::next_attempt_at>,
>;

fn unfinished(endpoint_id: &WebhookEndpointId) -> Unfinished<'_> {
    webhook_deliveries::webhook_endpoint_id
        .eq(endpoint_id)
        .and(webhook_deliveries::next_attempt_at.is_not_null())
}

fn tests(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    most: usize,
) -> Result<Vec<Candidate>, Error> {
    let tests = webhook_deliveries::directory_id
        .is_null()
        .and(webhook_deliveries::position.is_null())
        .and(webhook_deliveries::next_attempt_at.le(tx.now()));
    let query = webhook_deliveries::table
        .filter(unfinished(endpoint_id).and(tests))
        .limit(i64::try_from(most).unwrap_or(i64::MAX));
    Ok(query.select(Candidate::as_select()).load(&mut **tx)?)
}

fn head_without_directory(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
) -> Result<Option<Candidate>, Error> {
    let first = webhook_deliveries::directory_id
        .is_null()
        .and(webhook_deliveries::position.is_not_null());
    let query = webhook_deliveries::table
        .filter(unfinished(endpoint_id).and(first))
        .order(webhook_deliveries::position);
    Ok(query
        .select(Candidate::as_select())
        .first(&mut **tx)
        .optional()?)
}

fn next_head(
    tx: &mut Tx<'_>,
    endpoint_id: &WebhookEndpointId,
    after: &str,
) -> Result<Option<Candidate>, Error> {
    let next = webhook_deliveries::directory_id.gt(after);
    let query = webhook_deliveries::table
        .filter(unfinished(endpoint_id).and(next))
        .order((
            webhook_deliveries::directory_id,
            webhook_deliveries::position,
        ));
    Ok(query
        .select(Candidate::as_select())
        .first(&mut **tx)
        .optional()?)
}

fn lease(tx: &mut Tx<'_>, due: Vec<Candidate>) -> Result<Vec<Claimed>, Error> {
    let lease_ends_at = tx.now().plus(LEASE);
    let positions: Vec<i64> = due.iter().filter_map(|due| due.position).collect();
    let published = event::at_positions(tx, &positions)?;
    let mut bodies: HashMap<i64, String> = published
        .into_iter()
        .map(|found| (found.position, representation::event(&found).to_string()))
        .collect();
    let (mut claimed, mut without_event) = (Vec::new(), Vec::new());
    for candidate in due {
        let body = match (candidate.test_event, candidate.position) {
            (Some(body), _) => Some((body, true)),
            (None, Some(position)) => bodies.remove(&position).map(|body| (body, false)),
            (None, None) => None,
        };
        let Some((body, is_test)) = body else {
            without_event.push(candidate.id);
            continue;
        };
        claimed.push(Claimed {
            id: candidate.id,
            event_id: candidate.event_id,
            is_test,
            attempts: candidate.attempts,
            retries: candidate.retries,
            lease_ends_at,
            body,
        });
    }
    let ids = claimed.iter().map(|claimed| &claimed.id);
    let leased = webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(ids));
    diesel::update(leased)
        .set(webhook_deliveries::next_attempt_at.eq(lease_ends_at))
        .execute(&mut **tx)?;
    give_up(tx, &without_event)?;
    Ok(claimed)
}

/// Ends deliveries whose event is no longer kept.
fn give_up(tx: &mut Tx<'_>, ids: &[WebhookDeliveryId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    on_either!(*tx, conn => diesel::update(webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(ids)))
        .set((
            webhook_deliveries::state.eq(State::Failed.as_str()),
            webhook_deliveries::next_attempt_at.eq(None::<Timestamp>),
            webhook_deliveries::finished_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}
