//! Looking entries up.

use diesel::prelude::*;

use super::row::Entry;
use super::{Action, Chain};
use crate::db::schema::audit_entries;
use crate::error::Result;
use crate::ids::WorkspaceId;
use crate::page::{Direction, Page, PageRequest};
use crate::{Connection, Timestamp};

/// Which entries are wanted; what is `None` is not asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was done.
    pub action: Option<Action>,
    /// The actor's e-mail address or key's name, or the id of the actor or of the target.
    pub about: Option<String>,
    /// From when on.
    pub since: Option<Timestamp>,
    /// Before when.
    pub until: Option<Timestamp>,
}

/// The workspace's entry of that number.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    number: i64,
) -> Result<Option<Entry>> {
    let chain = Chain::Workspace(workspace_id);
    let own = audit_entries::chain
        .eq(chain.as_str())
        .and(audit_entries::number.eq(number));
    Ok(audit_entries::table
        .filter(own)
        .select(Entry::as_select())
        .first(conn)
        .optional()?)
}

/// The workspace's entries that the filter wants, newest first. A cursor is an entry's number.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    filter: &Filter,
    request: &PageRequest,
) -> Result<Page<Entry>> {
    let chain = Chain::Workspace(workspace_id);
    let mut query = audit_entries::table
        .filter(audit_entries::chain.eq(chain.as_str()))
        .select(Entry::as_select())
        .into_boxed();
    if let Some(action) = filter.action {
        query = query.filter(audit_entries::action.eq(action.as_str()));
    }
    if let Some(text) = &filter.about {
        query = query.filter(
            audit_entries::actor_name
                .eq(text)
                .or(audit_entries::actor_id.eq(text))
                .or(audit_entries::target_id.eq(text)),
        );
    }
    if let Some(since) = filter.since {
        query = query.filter(audit_entries::created_at.ge(since));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_entries::created_at.lt(until));
    }
    let cursor = request.cursor().and_then(|(direction, text)| {
        let number: i64 = text.parse().ok()?;
        Some((direction, number))
    });
    let (direction, query) = match cursor {
        Some((Direction::Before, number)) => (
            Direction::Before,
            query
                .filter(audit_entries::number.gt(number))
                .order(audit_entries::number.asc()),
        ),
        Some((Direction::After, number)) => (
            Direction::After,
            query
                .filter(audit_entries::number.lt(number))
                .order(audit_entries::number.desc()),
        ),
        None => (Direction::After, query.order(audit_entries::number.desc())),
    };
    let rows = query.limit(request.limit.saturating_add(1)).load(conn)?;
    let number = |entry: &Entry| entry.number.to_string();
    Ok(Page::cut(
        rows,
        request.limit,
        direction,
        cursor.is_some(),
        number,
    ))
}

/// Up to `limit` entries of a chain after that number, oldest first.
pub fn after(
    conn: &mut Connection,
    chain: Chain<'_>,
    number: i64,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(audit_entries::table
        .filter(audit_entries::chain.eq(chain.as_str()))
        .filter(audit_entries::number.gt(number))
        .order(audit_entries::number)
        .limit(limit)
        .select(Entry::as_select())
        .load(conn)?)
}
