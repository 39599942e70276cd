//! What all lists share: the query string, the links to the pages around, the words when empty.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_store::page::{Page, PageRequest};
use serde::Deserialize;

use crate::format;

/// Rows on a page.
const ROWS: i64 = 25;
/// A longer search finds nothing anyway.
const LONGEST_QUERY: usize = 200;

/// A list's query string.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    q: String,
    after: Option<String>,
    before: Option<String>,
    refused: Option<String>,
    state: Option<String>,
}

impl ListQuery {
    /// What is searched for, if anything.
    pub(crate) fn search(&self) -> Option<String> {
        let text: String = self.q.trim().chars().take(LONGEST_QUERY).collect();
        (!text.is_empty()).then_some(text)
    }

    /// Whether only refused requests are wanted.
    pub(crate) fn refused_only(&self) -> bool {
        self.refused
            .as_deref()
            .is_some_and(|value| !value.is_empty())
    }

    /// Of which state alone.
    pub(crate) fn state(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| !state.is_empty())
    }

    /// Whether this is the first page.
    pub(crate) fn is_first(&self) -> bool {
        self.after.is_none() && self.before.is_none()
    }

    /// The page asked for.
    pub(crate) fn page(&self) -> PageRequest {
        PageRequest {
            after: self.after.clone(),
            before: self.before.clone(),
            limit: ROWS,
        }
    }

    fn address(&self, path: &str, direction: &str, cursor: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let search = self
            .search()
            .map_or_else(String::new, |text| format!("q={}&", encode(&text)));
        let refused = if self.refused_only() {
            "refused=1&"
        } else {
            ""
        };
        let state = self
            .state()
            .map_or_else(String::new, |state| format!("state={}&", encode(state)));
        format!(
            "{path}?{search}{refused}{state}{direction}={}",
            encode(cursor)
        )
    }
}

/// The same page of other items.
pub(crate) fn map<T, U>(page: Page<T>, change: impl FnMut(T) -> U) -> Page<U> {
    Page {
        items: page.items.into_iter().map(change).collect(),
        before: page.before,
        after: page.after,
    }
}

/// Links to the pages around.
#[derive(Debug)]
pub(crate) struct Pager {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) before_label: &'static str,
    pub(crate) after_label: &'static str,
}

/// One page of a list as it is shown.
#[derive(Debug)]
pub(crate) struct Listing<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) query: String,
    pub(crate) pager: Pager,
    noun: &'static str,
    is_first: bool,
}

impl<T> Listing<T> {
    /// A list of `noun`s at `path`, in the order of names.
    pub(crate) fn by_name(
        page: Page<T>,
        query: &ListQuery,
        path: &str,
        noun: &'static str,
    ) -> Self {
        Self::new(page, query, path, noun, ("Previous", "Next"))
    }

    /// A list of `noun`s at `path`, newest first.
    pub(crate) fn by_age(page: Page<T>, query: &ListQuery, path: &str, noun: &'static str) -> Self {
        Self::new(page, query, path, noun, ("Newer", "Older"))
    }

    fn new(
        page: Page<T>,
        query: &ListQuery,
        path: &str,
        noun: &'static str,
        labels: (&'static str, &'static str),
    ) -> Self {
        Self {
            pager: Pager {
                before: page
                    .before
                    .map(|cursor| query.address(path, "before", &cursor)),
                after: page
                    .after
                    .map(|cursor| query.address(path, "after", &cursor)),
                before_label: labels.0,
                after_label: labels.1,
            },
            rows: page.items,
            query: query.search().unwrap_or_default(),
            noun,
            is_first: query.is_first() && !query.refused_only() && query.state().is_none(),
        }
    }

    /// Whether there is nothing at all, rather than nothing that matches.
    pub(crate) fn is_untouched(&self) -> bool {
        self.rows.is_empty() && self.query.is_empty() && self.is_first
    }

    /// Says that a search found nothing.
    pub(crate) fn no_match(&self) -> String {
        format!("No {}s match “{}”.", self.noun, self.query)
    }

    /// What a screen reader says when the list has changed.
    pub(crate) fn announcement(&self) -> String {
        let more = if self.pager.after.is_some() {
            ", and more on the next page"
        } else {
            ""
        };
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        format!("{} shown{more}", format::counted(count, self.noun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_search() {
        let query = ListQuery {
            q: " åsa & co ".into(),
            after: Some("x".into()),
            ..ListQuery::default()
        };
        let page = Page {
            items: vec![1],
            before: Some("org_1".into()),
            after: None,
        };
        let list = Listing::by_name(page, &query, "/list", "organization");
        assert_eq!(
            list.pager.before.as_deref(),
            Some("/list?q=%C3%A5sa%20%26%20co&before=org%5F1")
        );
        assert_eq!(list.pager.after, None);
        assert!(!list.is_untouched());
        assert_eq!(list.announcement(), "1 organization shown");
    }
}
