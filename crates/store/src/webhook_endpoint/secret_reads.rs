//! Who reads secrets over the REST API, which gives them with every endpoint.

use std::time::Duration;

use diesel::prelude::*;

use super::WebhookEndpoint;
use super::operations::note;
use crate::audit::{Action, Chain, Difference};
use crate::db::schema::audit_entries;
use crate::error::Result;
use crate::ids::{ApiKeyId, Id as _};
use crate::{Connection, Timestamp, Tx};

/// How long one entry in the audit log stands for all reads of one secret with one key: an
/// application that lists its endpoints each minute must not fill a log that nothing leaves.
pub const NOTED_FOR: Duration = Duration::from_hours(1);

/// Those of a workspace's endpoints whose secret that key was last written down to read so long
/// ago, or never, that the next read has to be written down.
pub fn unnoted_reads(
    conn: &mut Connection,
    key: &ApiKeyId,
    endpoints: Vec<WebhookEndpoint>,
    now: Timestamp,
) -> Result<Vec<WebhookEndpoint>> {
    let Some(first) = endpoints.first() else {
        return Ok(endpoints);
    };
    let ids = endpoints.iter().map(|endpoint| endpoint.id.as_str());
    let (chain, since) = (Chain::Workspace(&first.workspace_id), now.minus(NOTED_FOR));
    // Numbers follow the time, which no index has: looked for by the time alone, all that was ever noted would be read.
    let before: Option<i64> = audit_entries::table
        .filter(audit_entries::chain.eq(chain.as_str()))
        .filter(audit_entries::created_at.le(since))
        .order(audit_entries::number.desc())
        .select(audit_entries::number)
        .first(conn)
        .optional()?;
    let noted: Vec<Option<String>> = audit_entries::table
        .filter(audit_entries::chain.eq(chain.as_str()))
        .filter(audit_entries::number.gt(before.unwrap_or_default()))
        .filter(audit_entries::action.eq(Action::WebhookSecretRead.as_str()))
        .filter(audit_entries::actor_id.eq(key.as_str()))
        .filter(audit_entries::target_id.eq_any(ids))
        .filter(audit_entries::created_at.gt(since))
        .select(audit_entries::target_id)
        .load(conn)?;
    let is_noted = |endpoint: &WebhookEndpoint| {
        let id = Some(endpoint.id.as_str());
        noted.iter().any(|target| target.as_deref() == id)
    };
    let unnoted = endpoints.into_iter().filter(|each| !is_noted(each));
    Ok(unnoted.collect())
}

/// Writes down that whoever acts reads the secrets of these endpoints.
pub fn note_reads(tx: &mut Tx<'_>, endpoints: &[WebhookEndpoint]) -> Result<()> {
    for endpoint in endpoints {
        note(tx, endpoint, Action::WebhookSecretRead, Difference::none())?;
    }
    Ok(())
}
