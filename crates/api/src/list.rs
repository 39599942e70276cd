//! Lists: which page is asked for, and the envelope of the answer.

use rollcall_store::by_age::{ByAge, Order};
use rollcall_store::ids::Id;
use rollcall_store::page::Page;
use serde_json::{Value, json};

use crate::error::{ApiError, Problem};
use crate::params::Params;
use crate::reply::Reply;

const DEFAULT_LIMIT: i64 = 10;
const LARGEST_LIMIT: i64 = 100;

/// The order of a list, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListOrder {
    /// The newest first.
    Descending,
    /// The oldest first.
    Ascending,
    /// The newest first, but `before` leads to what is older, and `after` to what is newer.
    Normal,
}

/// Reads `limit`.
fn limit(params: &Params) -> Result<i64, ApiError> {
    let Some(text) = params.text("limit")? else {
        return Ok(DEFAULT_LIMIT);
    };
    let limit = text.parse().ok();
    limit
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
        .ok_or_else(|| {
            let message = format!("limit must be a whole number from 1 to {LARGEST_LIMIT}.");
            ApiError::invalid("limit", "invalid", message)
        })
}

/// Reads `order`.
fn order(params: &Params, unless_said: ListOrder) -> Result<ListOrder, ApiError> {
    match params.text("order")? {
        None => Ok(unless_said),
        Some("desc") => Ok(ListOrder::Descending),
        Some("asc") => Ok(ListOrder::Ascending),
        Some("normal") => Ok(ListOrder::Normal),
        Some(_) => {
            let message = "order must be asc, desc or normal.";
            Err(ApiError::invalid("order", "invalid", message))
        }
    }
}

/// Which page of a list by age is asked for.
#[derive(Clone, Debug)]
pub(crate) struct ListRequest<I> {
    order: ListOrder,
    /// For the store.
    pub(crate) by_age: ByAge<I>,
}

impl<I: Id + Clone> ListRequest<I> {
    /// Reads `limit`, `order`, `before` and `after`. A cursor is any id of the kind that is listed, be its object gone.
    pub(crate) fn read(params: &Params) -> Result<Self, ApiError> {
        let (before, after) = (cursor(params, "before")?, cursor(params, "after")?);
        Self::with(params, ListOrder::Descending, before, after)
    }

    /// Reads `limit` and `order`, which is `unless_said` when it is not said.
    pub(crate) fn with(
        params: &Params,
        unless_said: ListOrder,
        before: Option<I>,
        after: Option<I>,
    ) -> Result<Self, ApiError> {
        let limit = limit(params)?;
        let order = order(params, unless_said)?;
        let (by, before, after) = match order {
            ListOrder::Descending => (Order::NewestFirst, before, after),
            ListOrder::Ascending => (Order::OldestFirst, before, after),
            ListOrder::Normal => (Order::NewestFirst, after, before),
        };
        let by_age = ByAge {
            order: by,
            before,
            after,
            limit,
        };
        Ok(Self { order, by_age })
    }

    /// The answer: a page in the envelope.
    pub(crate) fn answer(&self, page: Page<Value>) -> Reply {
        let (before, after) = match self.order {
            ListOrder::Normal => (page.after, page.before),
            ListOrder::Descending | ListOrder::Ascending => (page.before, page.after),
        };
        Reply::ok(envelope(page.items, before, after))
    }
}

fn cursor<I: Id>(params: &Params, name: &str) -> Result<Option<I>, ApiError> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    let id = I::parse(text).ok_or_else(|| {
        let message = format!("{name} must be an id that begins with {}.", I::PREFIX);
        ApiError::Unprocessable(vec![Problem::new(name, "invalid", message)])
    })?;
    Ok(Some(id))
}

/// The envelope of every list.
pub(crate) fn envelope(data: Vec<Value>, before: Option<String>, after: Option<String>) -> Value {
    let (before, after) = (Value::from(before), Value::from(after));
    json!({
        "object": "list",
        "data": Value::Array(data),
        "list_metadata": { "before": before, "after": after },
    })
}
