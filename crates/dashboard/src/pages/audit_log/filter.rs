//! Which entries are looked at: read from the query string or a form, and written into one.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_store::audit::{Action, Filter};
use rollcall_store::page::PageRequest;
use serde::Deserialize;

use crate::forms::FormState;

/// Rows on a page.
const ROWS: i64 = 25;

/// What was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    action: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    after: Option<String>,
    before: Option<String>,
    /// Of an export: `csv` or `json`.
    #[serde(default)]
    pub(super) format: String,
}

impl Asked {
    /// What is meant by it, and the fields with what is wrong with them.
    pub(super) fn resolve(&self) -> (Filter, FormState) {
        let fields = self.fields();
        let mut form = fields
            .iter()
            .fold(FormState::default(), |form, (name, value)| {
                form.with(name, *value)
            });
        let [(_, action), (_, about), (_, from), (_, until)] = fields;
        let (since, until) = (form.time("from", from), form.time("until", until));
        if since.is_some() && until.is_some() && since > until {
            form.refuse("until", "This is before the start. Choose a later time.");
        }
        if !action.is_empty() && Action::parse(action).is_none() {
            form.refuse("action", format!("There is no action “{action}”."));
        }
        let filter = Filter {
            action: Action::parse(action),
            about: (!about.is_empty()).then(|| about.to_owned()),
            since,
            until,
        };
        (filter, form)
    }

    /// The page asked for.
    pub(super) fn page(&self) -> PageRequest {
        PageRequest {
            after: self.after.clone(),
            before: self.before.clone(),
            limit: ROWS,
        }
    }

    /// Whether every entry is wanted.
    pub(super) fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, value)| value.is_empty())
    }

    /// `path` with the filter and an edge.
    pub(super) fn address(&self, path: &str, edge: &str, cursor: &str) -> String {
        let pairs = self.fields().into_iter().chain([(edge, cursor)]);
        let pairs = pairs.filter(|(_, value)| !value.is_empty());
        let written = pairs.map(|(name, value)| {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            format!("{name}={value}")
        });
        format!("{path}?{}", written.collect::<Vec<_>>().join("&"))
    }

    fn fields(&self) -> [(&'static str, &str); 4] {
        [
            ("action", self.action.trim()),
            ("about", self.about.trim()),
            ("from", self.from.trim()),
            ("until", self.until.trim()),
        ]
    }
}
