//! Lists by age. Ids sort by the time they were made, so an id is both the order and the cursor, and a page costs the
//! same at any depth. What a cursor names need not be there any more.

use crate::page::Direction;

/// Which come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The newest.
    NewestFirst,
    /// The oldest.
    OldestFirst,
}

/// Which page of a list by age is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByAge<I> {
    /// Which come first.
    pub order: Order,
    /// What precedes this id in the list.
    pub before: Option<I>,
    /// What follows this id in the list.
    pub after: Option<I>,
    /// How many at most.
    pub limit: i64,
}

impl<I> ByAge<I> {
    /// Where the page lies from its cursor. Without `after` the page nearest to `before` is wanted, and
    /// has to be read backwards.
    pub const fn direction(&self) -> Direction {
        match (&self.after, &self.before) {
            (None, Some(_)) => Direction::Before,
            _ => Direction::After,
        }
    }

    /// Whether the rows of the page are read from the oldest on.
    pub fn reads_oldest_first(&self) -> bool {
        (self.order == Order::OldestFirst) == (self.direction() == Direction::After)
    }
}

/// Orders a boxed query by an id, bounds it by the cursors and loads one page. `$id` is a column.
macro_rules! load_by_age {
    ($conn:expr, $query:expr, $request:expr, $id:expr, $as_id:expr) => {{
        use diesel::prelude::*;
        use $crate::by_age::Order;
        use $crate::page::Page;
        let request = $request;
        let mut query = $query;
        for (id, wants_greater) in [
            (&request.after, request.order == Order::OldestFirst),
            (&request.before, request.order == Order::NewestFirst),
        ] {
            query = match id {
                Some(id) if wants_greater => query.filter($id.gt(id.clone())),
                Some(id) => query.filter($id.lt(id.clone())),
                None => query,
            };
        }
        query = if request.reads_oldest_first() {
            query.order($id.asc())
        } else {
            query.order($id.desc())
        };
        let rows = query.limit(request.limit.saturating_add(1)).load($conn)?;
        let from_cursor = request.after.is_some() || request.before.is_some();
        Page::cut(
            rows,
            request.limit,
            request.direction(),
            from_cursor,
            $as_id,
        )
    }};
}
pub(crate) use load_by_age;
