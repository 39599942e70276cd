//! Keyset paging: a page starts where another ended, at any depth for the same cost.

/// Which page is asked for. A cursor is the id of a row at the edge of a page already seen;
/// one that is unknown starts at the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The rows that follow this one.
    pub after: Option<String>,
    /// The rows that precede this one.
    pub before: Option<String>,
    /// How many rows at most.
    pub limit: i64,
}

impl PageRequest {
    /// The first `limit` rows.
    pub const fn first(limit: i64) -> Self {
        Self {
            after: None,
            before: None,
            limit,
        }
    }

    /// The cursor in use with its direction.
    pub(crate) fn cursor(&self) -> Option<(Direction, &str)> {
        let before = self.before.as_deref().map(|id| (Direction::Before, id));
        self.after
            .as_deref()
            .map(|id| (Direction::After, id))
            .or(before)
    }
}

/// Which way a page reads from its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Down the list.
    After,
    /// Up the list.
    Before,
}

/// One page of rows, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the page before this one, if there is one.
    pub before: Option<String>,
    /// The cursor of the page after this one, if there is one.
    pub after: Option<String>,
}

impl<T> Page<T> {
    /// A page with nothing on it.
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            before: None,
            after: None,
        }
    }

    /// Makes a page from up to `limit + 1` rows, read away from the cursor: the one too many
    /// says that there is more that way.
    pub fn cut(
        mut rows: Vec<T>,
        limit: i64,
        direction: Direction,
        from_cursor: bool,
        id: impl Fn(&T) -> String,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if direction == Direction::Before {
            rows.reverse();
        }
        let (has_before, has_after) = match direction {
            Direction::After => (from_cursor, more),
            Direction::Before => (more, from_cursor),
        };
        let before = rows.first().filter(|_| has_before).map(&id);
        let after = rows.last().filter(|_| has_after).map(&id);
        Self {
            items: rows,
            before,
            after,
        }
    }

    /// The same page of other items; those that become none are left out.
    pub fn filter_map<U>(self, change: impl FnMut(T) -> Option<U>) -> Page<U> {
        Page {
            items: self.items.into_iter().filter_map(change).collect(),
            before: self.before,
            after: self.after,
        }
    }

    /// The same page of other items.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Page<U> {
        self.filter_map(|item| Some(change(item)))
    }

    /// The same page of other items.
    pub fn try_map<U, E>(self, change: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self
            .items
            .into_iter()
            .map(change)
            .collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            before: self.before,
            after: self.after,
        })
    }
}

/// Orders a boxed query by a sort key and an id, starts it at a cursor and loads one page.
/// `$boundary` is `Option<(key, id)>` of the cursor's row; `$key` and `$id` are columns.
macro_rules! load_page {
    ($conn:expr, $query:expr, $request:expr, $boundary:expr, $key:expr, $id:expr, $as_id:expr) => {{
        use diesel::prelude::*;
        let request: &$crate::page::PageRequest = $request;
        let boundary = $boundary;
        let direction = match (&boundary, request.cursor()) {
            (Some(_), Some((direction, _))) => direction,
            _ => $crate::page::Direction::After,
        };
        let from_cursor = boundary.is_some();
        let mut query = $query;
        query = match direction {
            $crate::page::Direction::After => {
                if let Some((key, id)) = boundary {
                    query = query.filter($key.gt(key.clone()).or($key.eq(key).and($id.gt(id))));
                }
                query.order(($key.asc(), $id.asc()))
            }
            $crate::page::Direction::Before => {
                if let Some((key, id)) = boundary {
                    query = query.filter($key.lt(key.clone()).or($key.eq(key).and($id.lt(id))));
                }
                query.order(($key.desc(), $id.desc()))
            }
        };
        let rows = query.limit(request.limit.saturating_add(1)).load($conn)?;
        $crate::page::Page::cut(rows, request.limit, direction, from_cursor, $as_id)
    }};
}
pub(crate) use load_page;

/// The same, the newest first, of rows whose id is both the order and the cursor, as ids sort by time.
/// `$query` is boxed, `$id` its column of the type `$kind`.
macro_rules! load_newest_page {
    ($conn:expr, $query:expr, $request:expr, $id:expr, $kind:ty, $as_id:expr) => {{
        use diesel::prelude::*;
        let request: &$crate::page::PageRequest = $request;
        let cursor = request.cursor().and_then(|(direction, text)| {
            Some((direction, <$kind as $crate::ids::Id>::parse(text)?))
        });
        let from_cursor = cursor.is_some();
        let (direction, query) = match cursor {
            Some((direction @ $crate::page::Direction::Before, id)) => {
                (direction, $query.filter($id.gt(id)).order($id.asc()))
            }
            Some((direction @ $crate::page::Direction::After, id)) => {
                (direction, $query.filter($id.lt(id)).order($id.desc()))
            }
            None => ($crate::page::Direction::After, $query.order($id.desc())),
        };
        let rows = query.limit(request.limit.saturating_add(1)).load($conn)?;
        $crate::page::Page::cut(rows, request.limit, direction, from_cursor, $as_id)
    }};
}
pub(crate) use load_newest_page;

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(rows: &[i32], direction: Direction, from_cursor: bool) -> Page<i32> {
        Page::cut(
            rows.to_vec(),
            2,
            direction,
            from_cursor,
            ToString::to_string,
        )
    }

    #[test]
    fn first_page_has_nothing_before_it() {
        let page = cut(&[1, 2, 3], Direction::After, false);
        assert_eq!(
            page,
            Page {
                items: vec![1, 2],
                before: None,
                after: Some("2".into())
            }
        );
    }

    #[test]
    fn a_page_read_backwards_comes_out_in_order() {
        let page = cut(&[4, 3, 2], Direction::Before, true);
        assert_eq!(
            page,
            Page {
                items: vec![3, 4],
                before: Some("3".into()),
                after: Some("4".into())
            }
        );
    }

    #[test]
    fn an_empty_page_has_no_cursors() {
        assert_eq!(
            cut(&[], Direction::After, true),
            Page {
                items: vec![],
                before: None,
                after: None
            }
        );
    }
}
