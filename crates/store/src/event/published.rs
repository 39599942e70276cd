//! Published events: the one order that readers see.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::Event;
use super::find::Row;
use crate::db::schema::{event_positions, events};
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, EventId, OrganizationId, WorkspaceId};
use crate::{Connection, Timestamp, Tx};

/// An event with its place in the order of its workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Grows from each event of a workspace to its next; other workspaces take numbers in between.
    pub position: i64,
    /// Counts the events of its directory from one, without gaps.
    pub directory_sequence: Option<i64>,
    /// When it was published.
    pub published_at: Timestamp,
    /// The event.
    pub event: Event,
}

/// In which direction events are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The oldest first.
    Ascending,
    /// The newest first.
    Descending,
}

/// Which events of a workspace are wanted.
#[derive(Clone, Debug)]
pub struct Query {
    /// Their names; none means all of them.
    pub names: Vec<String>,
    /// Of this organization alone.
    pub organization_id: Option<OrganizationId>,
    /// Of this directory alone.
    pub directory_id: Option<DirectoryId>,
    /// With a greater position than this.
    pub after: Option<i64>,
    /// With a smaller position than this.
    pub before: Option<i64>,
    /// Created at this time or later.
    pub created_from: Option<Timestamp>,
    /// Created at this time or earlier.
    pub created_until: Option<Timestamp>,
    /// Which come first.
    pub order: Order,
    /// How many at most.
    pub limit: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = event_positions)]
struct Place {
    position: i64,
    seq: i64,
    directory_sequence: Option<i64>,
    published_at: Timestamp,
}

/// The published events that are wanted, in order.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    query: &Query,
) -> Result<Vec<Published>> {
    let floor = match query.created_from {
        Some(time) => match first_published_since(conn, time)? {
            Some(position) => Some(position),
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    let names = if query.names.is_empty() {
        super::ALL.to_vec()
    } else {
        query.names.iter().map(String::as_str).collect()
    };
    let Some(newest) = newest_position(conn)? else {
        return Ok(Vec::new());
    };
    // One bound on each side: of two, SQLite may look up the wider one and read through to the other.
    let first = query.after.map_or(0, |after| after.saturating_add(1));
    let last = query
        .before
        .map_or(newest, |before| before.saturating_sub(1));
    let range = first.max(floor.unwrap_or(0))..=last.min(newest);
    // Name by name, since an index gives each name's events in order, but several names' only by sorting all of them.
    let mut places = Vec::new();
    for name in names {
        places.extend(places_of_name(conn, workspace_id, query, name, &range)?);
    }
    places.sort_unstable_by_key(|place: &Place| match query.order {
        Order::Ascending => place.position,
        Order::Descending => -place.position,
    });
    places.dedup_by_key(|place| place.position);
    places.truncate(usize::try_from(query.limit).unwrap_or(0));
    with_events(conn, places)
}

/// Nothing is created after it is published, so what was created since `time` stands at this position or later.
pub(crate) fn first_published_since(conn: &mut Connection, time: Timestamp) -> Result<Option<i64>> {
    Ok(event_positions::table
        .filter(event_positions::published_at.ge(time))
        .order((event_positions::published_at, event_positions::position))
        .select(event_positions::position)
        .first(conn)
        .optional()?)
}

/// The end of what is published now. Each name is looked up by itself, and sees what was published until then: beyond this
/// position one name's events would be seen without another's that stand before them, and whoever goes on from there
/// would never see these.
fn newest_position(conn: &mut Connection) -> Result<Option<i64>> {
    Ok(event_positions::table
        .order(event_positions::position.desc())
        .select(event_positions::position)
        .first(conn)
        .optional()?)
}

fn places_of_name(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    query: &Query,
    name: &str,
    range: &RangeInclusive<i64>,
) -> Result<Vec<Place>> {
    let mine = event_positions::workspace_id
        .eq(workspace_id)
        .and(event_positions::name.eq(name))
        .and(event_positions::position.between(*range.start(), *range.end()));
    let mut wanted = event_positions::table
        .filter(mine)
        .select(Place::as_select())
        .limit(query.limit)
        .into_boxed();
    if let Some(id) = &query.organization_id {
        wanted = wanted.filter(event_positions::organization_id.eq(id));
    }
    if let Some(id) = &query.directory_id {
        wanted = wanted.filter(event_positions::directory_id.eq(id));
    }
    if let Some(time) = query.created_from {
        wanted = wanted.filter(event_positions::created_at.ge(time));
    }
    if let Some(time) = query.created_until {
        wanted = wanted.filter(event_positions::created_at.le(time));
    }
    wanted = match query.order {
        Order::Ascending => wanted.order(event_positions::position.asc()),
        Order::Descending => wanted.order(event_positions::position.desc()),
    };
    Ok(wanted.load(conn)?)
}

fn with_events(conn: &mut Connection, places: Vec<Place>) -> Result<Vec<Published>> {
    let numbers: Vec<i64> = places.iter().map(|place| place.seq).collect();
    let rows: Vec<Row> = events::table
        .filter(events::seq.eq_any(&numbers))
        .select(Row::as_select())
        .load(conn)?;
    let mut rows: HashMap<i64, Row> = rows.into_iter().map(|row| (row.seq, row)).collect();
    let found = places.into_iter().filter_map(|place| {
        // An event that was pruned between the two reads is simply not there any more.
        let row = rows.remove(&place.seq)?;
        Some(Event::try_from(row).map(|event| Published {
            position: place.position,
            directory_sequence: place.directory_sequence,
            published_at: place.published_at,
            event,
        }))
    });
    found.collect()
}

/// The published event of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &EventId,
) -> Result<Option<Published>> {
    let Some(position) = place_of(conn, workspace_id, id)? else {
        return Ok(None);
    };
    let place = event_positions::table
        .filter(event_positions::position.eq(position))
        .select(Place::as_select())
        .load(conn)?;
    Ok(with_events(conn, place)?.into_iter().next())
}

/// The published events at these positions, in no order.
pub(crate) fn at_positions(conn: &mut Connection, positions: &[i64]) -> Result<Vec<Published>> {
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let places = event_positions::table
        .filter(event_positions::position.eq_any(positions))
        .select(Place::as_select())
        .load(conn)?;
    with_events(conn, places)
}

/// The position of the published event of that id in the workspace; none when it is unknown, not
/// yet published or no longer kept.
pub fn place_of(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &EventId,
) -> Result<Option<i64>> {
    let mine = events::id.eq(id).and(events::workspace_id.eq(workspace_id));
    Ok(event_positions::table
        .inner_join(events::table.on(events::seq.eq(event_positions::seq)))
        .filter(mine)
        .select(event_positions::position)
        .first(conn)
        .optional()?)
}

/// Forgets at most `limit` of the events that were published before `before`, the oldest first. Returns how many.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<usize, Error> {
    let old: Vec<(i64, i64)> = event_positions::table
        .filter(event_positions::published_at.lt(before))
        .order((event_positions::published_at, event_positions::position))
        .limit(limit)
        .select((event_positions::position, event_positions::seq))
        .load(&mut **tx)?;
    forget(tx, old)
}

/// The same, of one workspace alone.
pub fn prune_of(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    before: Timestamp,
    limit: i64,
) -> Result<usize, Error> {
    let end = first_published_since(tx, before)?.unwrap_or(i64::MAX);
    let mut gone = 0;
    // Name by name, as an index gives them.
    for name in super::ALL {
        let old = event_positions::workspace_id
            .eq(workspace_id)
            .and(event_positions::name.eq(name))
            .and(event_positions::position.lt(end));
        let old = event_positions::table
            .filter(old)
            .order(event_positions::position)
            .limit(limit)
            .select((event_positions::position, event_positions::seq))
            .load(&mut **tx)?;
        gone += forget(tx, old)?;
    }
    Ok(gone)
}

fn forget(tx: &mut Tx<'_>, old: Vec<(i64, i64)>) -> Result<usize, Error> {
    let (positions, numbers): (Vec<i64>, Vec<i64>) = old.into_iter().unzip();
    diesel::delete(event_positions::table.filter(event_positions::position.eq_any(&positions)))
        .execute(&mut **tx)?;
    diesel::delete(events::table.filter(events::seq.eq_any(&numbers))).execute(&mut **tx)?;
    Ok(positions.len())
}
