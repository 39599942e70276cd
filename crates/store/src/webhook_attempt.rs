//! Webhook attempts: each HTTP try of a delivery, kept so that people can see what the receiver said.

use std::time::Duration;

use diesel::prelude::*;

use crate::db::schema::webhook_attempts;
use crate::error::Result;
use crate::ids::WebhookAttemptId;
use crate::webhook_delivery::WebhookDelivery;
use crate::webhook_endpoint::WebhookEndpoint;
use crate::{Connection, Timestamp};

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// Its id.
    pub id: WebhookAttemptId,
    /// The HTTP status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// What went wrong, in plain words; `None` when the receiver took the event.
    pub error: Option<String>,
    /// How long it took.
    pub duration: Duration,
    /// The beginning of the answer's body.
    pub response_body: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_attempts)]
struct Row {
    id: WebhookAttemptId,
    status: Option<i32>,
    error: Option<String>,
    duration_micros: i64,
    response_body: Option<String>,
    created_at: Timestamp,
}

impl From<Row> for WebhookAttempt {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            error: row.error,
            duration: Duration::from_micros(u64::try_from(row.duration_micros).unwrap_or(0)),
            response_body: row.response_body,
            created_at: row.created_at,
        }
    }
}

/// How an endpoint's newest attempts went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many were looked at.
    pub attempts: usize,
    /// How many of them the receiver took.
    pub succeeded: usize,
    /// 95 of 100 took no longer than this; `None` when none was looked at.
    pub p95: Option<Duration>,
}

/// How the newest attempts at an endpoint went, at most `limit` of them.
pub fn figures(conn: &mut Connection, endpoint: &WebhookEndpoint, limit: i64) -> Result<Figures> {
    let newest: Vec<(Option<String>, i64)> = webhook_attempts::table
        .filter(webhook_attempts::webhook_endpoint_id.eq(&endpoint.id))
        .order(webhook_attempts::id.desc())
        .limit(limit)
        .select((webhook_attempts::error, webhook_attempts::duration_micros))
        .load(conn)?;
    let succeeded = newest.iter().filter(|(error, _)| error.is_none()).count();
    let mut durations: Vec<u64> = newest
        .iter()
        .map(|(_, micros)| u64::try_from(*micros).unwrap_or(0))
        .collect();
    durations.sort_unstable();
    let place = (durations.len() * 95).div_ceil(100).saturating_sub(1);
    Ok(Figures {
        attempts: newest.len(),
        succeeded,
        p95: durations.get(place).copied().map(Duration::from_micros),
    })
}

/// The attempts of a delivery, newest first.
pub fn for_delivery(
    conn: &mut Connection,
    delivery: &WebhookDelivery,
) -> Result<Vec<WebhookAttempt>> {
    let rows: Vec<Row> = webhook_attempts::table
        .filter(webhook_attempts::webhook_delivery_id.eq(&delivery.id))
        .order(webhook_attempts::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Into::into).collect())
}
