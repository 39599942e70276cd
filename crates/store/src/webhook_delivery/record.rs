//! Recording: what became of attempts, and what that means for their endpoints.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::*;

use super::State;
use crate::db::connection::on_either;
use crate::db::schema::{webhook_attempts, webhook_deliveries, webhook_endpoints};
use crate::error::Result;
use crate::ids::{WebhookAttemptId, WebhookDeliveryId, WebhookEndpointId};
use crate::webhook_endpoint::Status;
use crate::{Timestamp, Tx};

/// After how long without any success an endpoint is disabled.
pub const DISABLE_AFTER: Duration = Duration::from_hours(5 * 24);
/// How long a failing endpoint is left alone at most before the next of its deliveries is tried.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// Rows in one statement; each takes eight values, of which SQLite allows 32,766.
const CHUNK: usize = 1_000;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Of which delivery.
    pub delivery_id: WebhookDeliveryId,
    /// To which endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Whether it carried an example: that says nothing of the endpoint's health.
    pub is_test: bool,
    /// The end of the lease under which it was tried.
    pub lease_ends_at: Timestamp,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// What went wrong, in plain words.
    pub error: Option<String>,
    /// How long it took.
    pub duration: Duration,
    /// The beginning of the answer's body.
    pub response_body: Option<String>,
    /// When it began.
    pub began_at: Timestamp,
    /// What follows.
    pub verdict: Verdict,
    /// Before when the receiver wants nothing at all.
    pub pause_until: Option<Timestamp>,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver took the event.
    Delivered,
    /// It is tried again.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// It is not tried again.
    GivenUp,
    /// The receiver is gone for good: the endpoint is disabled.
    Gone,
}

/// Writes down outcomes. A delivery whose lease has ended, or that somebody sent again meanwhile,
/// keeps the attempt, but its state is somebody else's to say.
pub fn record(tx: &mut Tx<'_>, outcomes: &[Outcome]) -> Result<()> {
    // The endpoints first, as everywhere, so that two processes never wait for one another.
    let mut by_endpoint: BTreeMap<&WebhookEndpointId, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_test) {
        by_endpoint
            .entry(&outcome.endpoint_id)
            .or_default()
            .push(outcome);
    }
    for (endpoint_id, outcomes) in by_endpoint {
        judge(tx, endpoint_id, &outcomes)?;
    }
    insert_attempts(tx, outcomes)?;
    finish_delivered(tx, outcomes)?;
    for outcome in outcomes {
        move_on(tx, outcome)?;
    }
    Ok(())
}

fn insert_attempts(tx: &mut Tx<'_>, outcomes: &[Outcome]) -> Result<()> {
    let rows: Vec<_> = outcomes
        .iter()
        .map(|outcome| {
            (
                webhook_attempts::id.eq(tx.new_id::<WebhookAttemptId>()),
                webhook_attempts::webhook_delivery_id.eq(&outcome.delivery_id),
                webhook_attempts::webhook_endpoint_id.eq(&outcome.endpoint_id),
                webhook_attempts::status.eq(outcome.status.map(i32::from)),
                webhook_attempts::error.eq(&outcome.error),
                webhook_attempts::duration_micros
                    .eq(i64::try_from(outcome.duration.as_micros()).unwrap_or(i64::MAX)),
                webhook_attempts::response_body.eq(&outcome.response_body),
                webhook_attempts::created_at.eq(outcome.began_at),
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_either!(*tx, conn => diesel::insert_into(webhook_attempts::table).values(chunk).execute(conn))?;
    }
    Ok(())
}

/// All that succeeded, in one statement: the common case.
fn finish_delivered(tx: &mut Tx<'_>, outcomes: &[Outcome]) -> Result<()> {
    let delivered = outcomes
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::Delivered)
        .map(|outcome| (&outcome.delivery_id, outcome.lease_ends_at));
    let (ids, leases): (Vec<_>, Vec<_>) = delivered.unzip();
    if ids.is_empty() {
        return Ok(());
    }
    let held = webhook_deliveries::id
        .eq_any(ids)
        .and(webhook_deliveries::next_attempt_at.eq_any(leases));
    diesel::update(webhook_deliveries::table.filter(held))
        .set((
            webhook_deliveries::state.eq(State::Succeeded.as_str()),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
            webhook_deliveries::retries.eq(webhook_deliveries::retries + 1),
            webhook_deliveries::next_attempt_at.eq(None::<Timestamp>),
            webhook_deliveries::finished_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

fn move_on(tx: &mut Tx<'_>, outcome: &Outcome) -> Result<()> {
    let (state, next) = match outcome.verdict {
        Verdict::Delivered => return Ok(()),
        Verdict::Retry { at } => (State::Pending, Some(at)),
        Verdict::GivenUp | Verdict::Gone => (State::Failed, None),
    };
    let held = webhook_deliveries::id
        .eq(&outcome.delivery_id)
        .and(webhook_deliveries::next_attempt_at.eq(outcome.lease_ends_at));
    diesel::update(webhook_deliveries::table.filter(held))
        .set((
            webhook_deliveries::state.eq(state.as_str()),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
            webhook_deliveries::retries.eq(webhook_deliveries::retries + 1),
            webhook_deliveries::next_attempt_at.eq(next),
            webhook_deliveries::finished_at.eq(next.is_none().then(|| tx.now())),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes down since when an endpoint fails, lets it rest, or disables it.
fn judge(tx: &mut Tx<'_>, endpoint_id: &WebhookEndpointId, outcomes: &[&Outcome]) -> Result<()> {
    let own = webhook_endpoints::table.filter(webhook_endpoints::id.eq(endpoint_id));
    let known: Option<(Option<Timestamp>, Timestamp)> = own
        .select((
            webhook_endpoints::failing_since,
            webhook_endpoints::paced_until,
        ))
        .first(&mut **tx)
        .optional()?;
    let Some((was_failing_since, paced_until)) = known else {
        return Ok(());
    };
    let failing_since = failing_since(was_failing_since, outcomes, tx.now());
    if failing_since != was_failing_since {
        diesel::update(own)
            .set(webhook_endpoints::failing_since.eq(failing_since))
            .execute(&mut **tx)?;
    }
    let asked = outcomes.iter().filter_map(|outcome| outcome.pause_until);
    let pause = asked.chain(rest(failing_since, tx.now())).max();
    if let Some(until) = pause.filter(|until| *until > paced_until) {
        diesel::update(own)
            .set(webhook_endpoints::paced_until.eq(until))
            .execute(&mut **tx)?;
    }
    if let Some(reason) = reason_to_disable(failing_since, outcomes, tx.now()) {
        tracing::warn!(endpoint = %endpoint_id, reason, "a webhook endpoint was disabled");
        diesel::update(own.filter(webhook_endpoints::status.eq(Status::Enabled.as_str())))
            .set((
                webhook_endpoints::status.eq(Status::Disabled.as_str()),
                webhook_endpoints::disabled_reason.eq(reason),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// The longer an endpoint fails, the more rarely it is tried: what waits behind is not spent on a
/// dead receiver. Far less than the schedule of a single delivery makes it wait anyway.
fn rest(failing_since: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let rest = now.since(failing_since?) / 10;
    (!rest.is_zero()).then(|| now.plus(rest.min(LONGEST_REST)))
}

fn failing_since(
    before: Option<Timestamp>,
    outcomes: &[&Outcome],
    now: Timestamp,
) -> Option<Timestamp> {
    let delivered = |outcome: &&Outcome| outcome.verdict == Verdict::Delivered;
    if outcomes.last().is_some_and(delivered) {
        None
    } else if outcomes.iter().any(delivered) {
        Some(now)
    } else {
        before.or(Some(now))
    }
}

fn reason_to_disable(
    failing_since: Option<Timestamp>,
    outcomes: &[&Outcome],
    now: Timestamp,
) -> Option<String> {
    if outcomes
        .iter()
        .any(|outcome| outcome.verdict == Verdict::Gone)
    {
        return Some("The receiver answered 410 Gone: it wants no more events.".to_owned());
    }
    let since = failing_since.filter(|since| now.since(*since) >= DISABLE_AFTER)?;
    let last = outcomes.last().and_then(|outcome| outcome.error.as_deref());
    Some(format!(
        "No attempt succeeded since {since}. The last one failed: {}",
        last.unwrap_or("for an unknown reason")
    ))
}
