//! Lists: which resources a request asks for, in which order, and the page of them that is answered.
//!
//! What no index answers is found by walking through the directory in pieces, so that memory stays bounded however
//! large it is: of each match only its id is kept, and what it is sorted by.

mod groups;
mod stream;
mod users;

use core::cmp::Ordering;

use rollcall_store::{Connection, Error as StoreError};
use serde_json::Value;

pub(crate) use groups::Groups;
pub(crate) use stream::{Streamed, is_heavy};
pub(crate) use users::Users;

use crate::auth::Provisioner;
use crate::error::ScimError;
use crate::lookup::Plan;
use crate::protocol::Object;
use crate::protocol::matcher::Matcher;
use crate::protocol::paging::ListQuery;
use crate::protocol::projection::Projection;
use crate::protocol::sort::{Key, Sort};
use crate::walks::Turn;

/// How many resources are in memory at once while walking.
const PIECE: i64 = 500;

/// The users or the groups of one directory.
pub(crate) trait Collection {
    /// What names one.
    type Id: Clone + Ord;
    /// What the store has an index for.
    type Lookup;
    /// One as the store keeps it.
    type Row;

    /// How many there are.
    fn count(&self, conn: &mut Connection, lookup: &Self::Lookup) -> Result<i64, StoreError>;

    /// Up to `limit` of them from `offset` on, in the order of their creation.
    fn list(
        &self,
        conn: &mut Connection,
        lookup: &Self::Lookup,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Self::Row>, StoreError>;

    /// Those of these ids, in the order of the ids.
    fn by_ids(&self, conn: &mut Connection, ids: &[Self::Id])
    -> Result<Vec<Self::Row>, StoreError>;

    /// Up to `limit` of them that come after `last`.
    fn after(
        &self,
        conn: &mut Connection,
        lookup: &Self::Lookup,
        last: Option<&Self::Id>,
        limit: i64,
    ) -> Result<Vec<Self::Row>, StoreError>;

    /// What names this one.
    fn id(row: &Self::Row) -> &Self::Id;

    /// Hands each of them, as it is answered, to `visit`. What `question` does not read may be left out.
    fn show(
        &self,
        conn: &mut Connection,
        rows: &[Self::Row],
        question: Question<'_>,
        visit: &mut dyn FnMut(&Self::Id, &Object),
    ) -> Result<(), StoreError>;

    /// The answer that shows each of them.
    fn answers(
        &self,
        conn: &mut Connection,
        rows: &[Self::Row],
        projection: Option<&Projection>,
    ) -> Result<Vec<Value>, StoreError>;
}

/// What is asked of each resource of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    filter: Option<&'a Matcher>,
    sort: Option<&'a Sort>,
}

impl Question<'_> {
    /// Whether the answer depends on that core attribute, or on that part of it.
    pub(crate) fn reads(&self, attribute: &str, sub: Option<&str>) -> bool {
        self.filter
            .is_some_and(|filter| filter.reads(attribute, sub))
            || self.sort.is_some_and(|sort| sort.reads(attribute, sub))
    }
}

/// The page that a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page<T> {
    /// How many match in all.
    pub(crate) total: i64,
    /// Those on the page, in order.
    pub(crate) items: Vec<T>,
}

/// Waits for the turn of a request that walks through all of a directory; others need none.
pub(crate) async fn turn<L>(
    by: &Provisioner,
    plan: &Plan<L>,
    query: &ListQuery,
) -> Result<Option<Turn>, ScimError> {
    let walks = query.sort.is_some() || !plan.exact;
    if !(walks && plan.wide) {
        return Ok(None);
    }
    Ok(Some(by.walks.turn(&by.directory.id).await?))
}

/// Answers a list request.
pub(crate) fn answer<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    plan: &Plan<C::Lookup>,
    query: &ListQuery,
) -> Result<Page<Value>, StoreError> {
    let page = find(collection, conn, plan, query)?;
    show(collection, conn, &page, query)
}

/// The page that a list request asks for, as the store keeps it.
pub(crate) fn find<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    plan: &Plan<C::Lookup>,
    query: &ListQuery,
) -> Result<Page<C::Row>, StoreError> {
    let found = match &query.sort {
        None if plan.exact => return indexed(collection, conn, &plan.lookup, query),
        Some(sort) => sorted(collection, conn, &plan.lookup, query, sort)?,
        None => walked(collection, conn, &plan.lookup, query)?,
    };
    Ok(Page {
        total: found.total,
        items: collection.by_ids(conn, &found.items)?,
    })
}

/// The same page as it is answered.
pub(crate) fn show<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    page: &Page<C::Row>,
    query: &ListQuery,
) -> Result<Page<Value>, StoreError> {
    Ok(Page {
        total: page.total,
        items: collection.answers(conn, &page.items, query.projection.as_ref())?,
    })
}

fn indexed<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    lookup: &C::Lookup,
    query: &ListQuery,
) -> Result<Page<C::Row>, StoreError> {
    let items = if query.count > 0 {
        collection.list(conn, lookup, query.offset(), query.count)?
    } else {
        Vec::new()
    };
    // A first page that is not full is everything there is.
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let total = if query.offset() == 0 && found < query.count {
        found
    } else {
        collection.count(conn, lookup)?
    };
    Ok(Page { total, items })
}

fn walked<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    lookup: &C::Lookup,
    query: &ListQuery,
) -> Result<Page<C::Id>, StoreError> {
    let question = Question {
        filter: query.filter.as_ref(),
        sort: None,
    };
    let (first, end) = (query.offset(), query.offset() + query.count);
    let mut page = Page {
        total: 0,
        items: Vec::new(),
    };
    walk(collection, conn, lookup, question, &mut |id, _| {
        if (first..end).contains(&page.total) {
            page.items.push(id.clone());
        }
        page.total += 1;
    })?;
    Ok(page)
}

fn sorted<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    lookup: &C::Lookup,
    query: &ListQuery,
    sort: &Sort,
) -> Result<Page<C::Id>, StoreError> {
    let question = Question {
        filter: query.filter.as_ref(),
        sort: Some(sort),
    };
    let mut matches: Vec<(Option<Key>, C::Id)> = Vec::new();
    walk(collection, conn, lookup, question, &mut |id, object| {
        matches.push((sort.key(object), id.clone()));
    })?;
    matches.sort_unstable_by(|(a, a_id), (b, b_id)| -> Ordering {
        sort.compare(a.as_ref(), b.as_ref())
            .then_with(|| a_id.cmp(b_id))
    });
    let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let page = matches
        .iter()
        .skip(size(query.offset()))
        .take(size(query.count));
    Ok(Page {
        total: i64::try_from(matches.len()).unwrap_or(i64::MAX),
        items: page.map(|(_, id)| id.clone()).collect(),
    })
}

/// Hands every match to `visit`, in the order of their creation.
fn walk<C: Collection>(
    collection: &C,
    conn: &mut Connection,
    lookup: &C::Lookup,
    question: Question<'_>,
    visit: &mut dyn FnMut(&C::Id, &Object),
) -> Result<(), StoreError> {
    let mut last: Option<C::Id> = None;
    loop {
        let rows = collection.after(conn, lookup, last.as_ref(), PIECE)?;
        let Some(row) = rows.last() else {
            return Ok(());
        };
        last = Some(C::id(row).clone());
        collection.show(conn, &rows, question, &mut |id, object| {
            let matches = question.filter.is_none_or(|filter| filter.matches(object));
            if matches {
                visit(id, object);
            }
        })?;
    }
}

/// A resource with what was asked for of it.
fn shown(projection: Option<&Projection>, resource: Object) -> Value {
    Value::Object(match projection {
        Some(projection) => projection.apply(resource),
        None => resource,
    })
}
