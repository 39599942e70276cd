//! Forgets events, what was delivered of them, and answers kept for a retry, when they are old; and workspaces that were deleted.

use std::time::Duration;

use rollcall_store::{
    Error, Store, Timestamp, event, idempotency_key, webhook_delivery, workspace,
};
use tokio::time::sleep;

/// The first time soon after the start, since a process may not live for an hour.
const FIRST_AFTER: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const EVERY: Duration = Duration::from_hours(1);
/// Rows in one transaction: few, so that nothing waits long behind them.
const ROWS: i64 = 500;

/// Forgets what is older than `retention`, answers that are not given again, and deleted workspaces whose time has come, a few rows
/// at a time. Returns how many rows went.
pub async fn prune(store: &Store, retention: Duration) -> Result<usize, Error> {
    let before = store.now().minus(retention);
    let mut gone = prune_old(store, before).await? + purge_workspaces(store).await?;
    gone += prune_sooner(store, retention).await?;
    for id in store.read(webhook_delivery::endpoints_gone).await? {
        loop {
            let id = id.clone();
            let step = store
                .write_unforced(move |tx| webhook_delivery::prune_of(tx, &id, ROWS))
                .await?;
            gone += step;
            if step == 0 {
                break;
            }
        }
    }
    Ok(gone)
}

/// In workspaces that have their events kept for a shorter time. None can have them kept for a longer one: what is stored is the
/// installation's to bound.
async fn prune_sooner(store: &Store, retention: Duration) -> Result<usize, Error> {
    let mut gone = 0;
    for (id, days) in store.read(workspace::retentions).await? {
        let own = DAY * u32::try_from(days).unwrap_or(u32::MAX);
        let before = store.now().minus(own);
        let mut left = own < retention;
        while left {
            let id = id.clone();
            let step = store
                .write_unforced(move |tx| {
                    let deliveries = webhook_delivery::prune_of_workspace(tx, &id, before, ROWS)?;
                    Ok::<_, Error>(deliveries + event::prune_of(tx, &id, before, ROWS)?)
                })
                .await?;
            gone += step;
            left = step > 0;
        }
    }
    Ok(gone)
}

async fn purge_workspaces(store: &Store) -> Result<usize, Error> {
    let (mut gone, now) = (0, store.now());
    for id in store.read(move |conn| workspace::due(conn, now)).await? {
        loop {
            let id = id.clone();
            let step = store
                .write_unforced(move |tx| workspace::purge(tx, &id, ROWS))
                .await?;
            gone += step;
            if step == 0 {
                break;
            }
        }
    }
    Ok(gone)
}

async fn prune_old(store: &Store, before: Timestamp) -> Result<usize, Error> {
    let mut gone = 0;
    loop {
        let step = store
            .write_unforced(move |tx| {
                // Deliveries first, so that none is left without its event.
                let deliveries = webhook_delivery::prune(tx, before, ROWS)?;
                let events = event::prune(tx, before, ROWS)?;
                let answers = idempotency_key::prune(tx, ROWS)?;
                Ok::<_, Error>(deliveries + events + answers)
            })
            .await?;
        gone += step;
        if step == 0 {
            return Ok(gone);
        }
    }
}

pub(crate) async fn run(store: Store, retention: Duration) {
    let mut wait = FIRST_AFTER;
    loop {
        sleep(wait).await;
        wait = EVERY;
        if let Err(error) = prune(&store, retention).await {
            tracing::warn!(%error, "old events could not be deleted");
        }
    }
}
