//! Publishing: committed events get their place in the one order that readers see.
//!
//! Transactions commit in another order than their events drew `seq`, so `seq` is no cursor: a
//! reader could pass a number whose event commits later. The publisher takes what is committed,
//! in the order of `seq`, and gives each the next `position`. An event that depends on another
//! was written by somebody who saw that one committed, so no snapshot holds the later without
//! the earlier. One row is locked for the length of a batch, so there is one publisher at a time;
//! a lease keeps the others from trying while it is alive.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use diesel::prelude::*;

use crate::db::connection::{first_locked, on_either};
use crate::db::schema::{directory_sequences, event_outbox, event_positions, events, publisher};
use crate::error::Result;
use crate::ids::{DirectoryId, EventId, OrganizationId, WebhookEndpointId, WorkspaceId};
use crate::{Connection, Timestamp, Tx, webhook_delivery};

/// How long a silent publisher keeps the others waiting.
pub const LEASE: Duration = Duration::from_secs(3);
/// Events in one transaction; more would hold the lock, and the readers' news, for too long.
pub const BATCH: i64 = 500;
/// The one row.
const ROW: i32 = 1;

/// What came of an attempt to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publication {
    /// The caller is the publisher.
    Leading {
        /// How many events it published.
        events: usize,
        /// Whether others may wait that did not fit into the batch.
        more: bool,
        /// The endpoints that were given deliveries.
        endpoints: BTreeSet<WebhookEndpointId>,
    },
    /// Another process is the publisher, at least until then.
    Following {
        /// When its lease ends.
        until: Timestamp,
    },
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = publisher)]
struct Lead {
    holder: String,
    lease_expires_at: Timestamp,
    last_position: i64,
}

/// A committed event that waits.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub(crate) struct Waiting {
    pub(crate) seq: i64,
    pub(crate) id: EventId,
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) directory_id: Option<DirectoryId>,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
}

/// Whether committed events wait to be published.
pub fn has_work(conn: &mut Connection) -> Result<bool> {
    let waiting = event_outbox::table.select(event_outbox::seq).limit(1);
    Ok(waiting.first::<i64>(conn).optional()?.is_some())
}

/// How many committed events wait to be published.
pub fn backlog(conn: &mut Connection) -> Result<i64> {
    Ok(event_outbox::table.count().get_result(conn)?)
}

/// Who published last, and until when nobody else may; `None` while nobody ever did.
pub fn leader(conn: &mut Connection) -> Result<Option<(String, Timestamp)>> {
    let row = publisher::table.filter(publisher::id.eq(ROW));
    let lead: Option<Lead> = row.select(Lead::as_select()).first(conn).optional()?;
    Ok(lead
        .filter(|lead| !lead.holder.is_empty())
        .map(|lead| (lead.holder, lead.lease_expires_at)))
}

/// Publishes a batch, if `holder` is or becomes the publisher. `holder` names the process.
pub fn publish(tx: &mut Tx<'_>, holder: &str) -> Result<Publication> {
    let row = publisher::table.filter(publisher::id.eq(ROW));
    let lead: Option<Lead> = first_locked!(*tx, for_no_key_update, row.select(Lead::as_select()))?;
    let Some(lead) = lead else {
        return Err(diesel::result::Error::NotFound.into());
    };
    if lead.holder != holder && lead.lease_expires_at > tx.now() {
        return Ok(Publication::Following {
            until: lead.lease_expires_at,
        });
    }
    let waiting = next_batch(tx)?;
    let events = waiting.len();
    let placed = place(tx, waiting, lead.last_position)?;
    let endpoints = webhook_delivery::make(tx, &placed)?;
    let last_position = placed
        .last()
        .map_or(lead.last_position, |(position, _)| *position);
    diesel::update(publisher::table.filter(publisher::id.eq(ROW)))
        .set((
            publisher::holder.eq(holder),
            publisher::lease_expires_at.eq(tx.now().plus(LEASE)),
            publisher::last_position.eq(last_position),
        ))
        .execute(&mut **tx)?;
    Ok(Publication::Leading {
        events,
        more: i64::try_from(events).is_ok_and(|events| events == BATCH),
        endpoints,
    })
}

/// Ends the lease of `holder`, so that another process takes over at once.
pub fn resign(tx: &mut Tx<'_>, holder: &str) -> Result<()> {
    diesel::update(publisher::table.filter(publisher::holder.eq(holder)))
        .set(publisher::lease_expires_at.eq(tx.now()))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends whatever lease there is, in a database that no other process uses.
pub(crate) fn step_down(tx: &mut Tx<'_>) -> Result<()> {
    diesel::update(publisher::table)
        .set((publisher::holder.eq(""), publisher::lease_expires_at.eq(0)))
        .execute(&mut **tx)?;
    Ok(())
}

/// In two steps: joined, PostgreSQL may read all events ever written to find those that wait.
fn next_batch(tx: &mut Tx<'_>) -> Result<Vec<Waiting>> {
    let numbers: Vec<i64> = event_outbox::table
        .order(event_outbox::seq)
        .limit(BATCH)
        .select(event_outbox::seq)
        .load(&mut **tx)?;
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    Ok(events::table
        .filter(events::seq.eq_any(numbers))
        .order(events::seq)
        .select(Waiting::as_select())
        .load(&mut **tx)?)
}

fn place(
    tx: &mut Tx<'_>,
    waiting: Vec<Waiting>,
    last_position: i64,
) -> Result<Vec<(i64, Waiting)>> {
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let mut sequences = last_sequences(tx, &waiting)?;
    let published_at = moment(tx, &waiting, last_position)?;
    let placed: Vec<(i64, Waiting)> = (last_position + 1..).zip(waiting).collect();
    let rows: Vec<_> = placed
        .iter()
        .map(|(position, event)| {
            let sequence = event.directory_id.as_ref().map(|directory_id| {
                let last = sequences.entry(directory_id.clone()).or_default();
                *last += 1;
                *last
            });
            (
                event_positions::position.eq(*position),
                event_positions::seq.eq(event.seq),
                event_positions::workspace_id.eq(&event.workspace_id),
                event_positions::organization_id.eq(&event.organization_id),
                event_positions::directory_id.eq(event.directory_id.as_ref()),
                event_positions::directory_sequence.eq(sequence),
                event_positions::name.eq(&event.name),
                event_positions::created_at.eq(event.created_at),
                event_positions::published_at.eq(published_at),
            )
        })
        .collect();
    on_either!(*tx, conn => diesel::insert_into(event_positions::table).values(&rows).execute(conn))?;
    let numbers = placed.iter().map(|(_, event)| event.seq);
    diesel::delete(event_outbox::table.filter(event_outbox::seq.eq_any(numbers)))
        .execute(&mut **tx)?;
    keep_sequences(tx, sequences)?;
    Ok(placed)
}

/// When a batch is published: never before anything in it was created, nor before what stands before it, whatever the
/// clocks of several processes say and however long this transaction waited. Whoever reads from a time on relies on it.
fn moment(tx: &mut Tx<'_>, waiting: &[Waiting], last_position: i64) -> Result<Timestamp> {
    let last: Option<Timestamp> = event_positions::table
        .filter(event_positions::position.eq(last_position))
        .select(event_positions::published_at)
        .first(&mut **tx)
        .optional()?;
    let created = waiting.iter().map(|event| event.created_at);
    Ok(created.chain(last).fold(tx.now(), Ord::max))
}

fn last_sequences(tx: &mut Tx<'_>, waiting: &[Waiting]) -> Result<HashMap<DirectoryId, i64>> {
    let directories: BTreeSet<&DirectoryId> = waiting
        .iter()
        .filter_map(|event| event.directory_id.as_ref())
        .collect();
    let known: Vec<(DirectoryId, i64)> = directory_sequences::table
        .filter(directory_sequences::directory_id.eq_any(directories))
        .load(&mut **tx)?;
    Ok(known.into_iter().collect())
}

fn keep_sequences(tx: &mut Tx<'_>, sequences: HashMap<DirectoryId, i64>) -> Result<()> {
    let rows: Vec<_> = sequences
        .into_iter()
        .map(|(directory_id, last)| {
            (
                directory_sequences::directory_id.eq(directory_id),
                directory_sequences::last_sequence.eq(last),
            )
        })
        .collect();
    on_either!(*tx, conn => {
        for row in &rows {
            diesel::insert_into(directory_sequences::table)
                .values(row)
                .on_conflict(directory_sequences::directory_id)
                .do_update()
                .set(directory_sequences::last_sequence.eq(diesel::upsert::excluded(directory_sequences::last_sequence)))
                .execute(conn)?;
        }
        Ok::<_, diesel::result::Error>(())
    })?;
    Ok(())
}
