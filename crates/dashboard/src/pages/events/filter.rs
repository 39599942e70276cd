//! Which events are looked at: read from the query string, and written into one.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_store::event::{Order, Query};
use rollcall_store::ids::{EventId, Id as _, WorkspaceId};
use rollcall_store::{Connection, Timestamp};

use super::places::Places;
use crate::error::PageError;
use crate::forms::FormState;
use crate::pages::event_tree::Tree;

/// A page's edge: the events newer or older than this one.
#[derive(Clone, Debug)]
pub(super) enum Edge {
    Newer(EventId),
    Older(EventId),
}

/// What the query string says.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    types: Vec<String>,
    organization: String,
    directory: String,
    from: String,
    until: String,
    pub(super) edge: Option<Edge>,
}

/// What is meant by it.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) tree: Tree,
    pub(super) names: Vec<String>,
    pub(super) places: Places,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The fields as they were typed, and what is wrong with them.
    pub(super) form: FormState,
}

impl Asked {
    pub(super) fn read(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            let value = value.trim().to_owned();
            match name.as_str() {
                "type" => asked.types.push(value),
                "organization" => asked.organization = value,
                "directory" => asked.directory = value,
                "from" => asked.from = value,
                "until" => asked.until = value,
                "after" => asked.edge = EventId::parse(&value).map(Edge::Older),
                "before" => asked.edge = EventId::parse(&value).map(Edge::Newer),
                _ => {}
            }
        }
        asked
    }

    /// Looks up what is named. What is not there is said in the form.
    pub(super) fn resolve(
        &self,
        conn: &mut Connection,
        workspace_id: &WorkspaceId,
    ) -> Result<Filter, PageError> {
        let mut form = FormState::default()
            .with("from", &self.from)
            .with("until", &self.until);
        let names = self.names(&mut form);
        let typed = (self.organization.as_str(), self.directory.as_str());
        let places = Places::find(conn, workspace_id, typed, &mut form)?;
        let from = form.time("from", &self.from);
        let until = form.time("until", &self.until);
        if from.is_some() && until.is_some() && from > until {
            form.refuse("until", "This is before the start. Choose a later time.");
        }
        Ok(Filter {
            tree: Tree::of_all(&names),
            names,
            from,
            until,
            form: form.with("organization", places.label(&self.organization)),
            places,
        })
    }

    fn names(&self, form: &mut FormState) -> Vec<String> {
        let names = Tree::of_all(&[]).names(self.types.iter().map(String::as_str));
        names.unwrap_or_else(|unknown| {
            form.refuse("types", format!("There is no event “{unknown}”."));
            Vec::new()
        })
    }
}

impl Filter {
    /// Whether every event is wanted.
    pub(super) fn is_empty(&self) -> bool {
        self.pairs().is_empty()
    }

    /// Of the wanted events at most `limit`, in that order.
    pub(super) fn query(&self, order: Order, limit: i64) -> Query {
        Query {
            names: self.names.clone(),
            organization_id: self.places.organization_id.clone(),
            directory_id: self.places.directory_id.clone(),
            after: None,
            before: None,
            created_from: self.from,
            created_until: self.until,
            order,
            limit,
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let types = self.tree.values().into_iter();
        let mut pairs: Vec<_> = types.map(|value| ("type", value.to_owned())).collect();
        let organization = self.places.organization_id.as_ref();
        let directory = self.places.directory_id.as_ref();
        pairs.extend(organization.map(|id| ("organization", id.to_string())));
        pairs.extend(directory.map(|id| ("directory", id.to_string())));
        for field in ["from", "until"] {
            let value = self.form.value(field);
            if !value.is_empty() {
                pairs.push((field, value.to_owned()));
            }
        }
        pairs
    }

    /// `path` with the filter, and with `more` behind it.
    pub(super) fn address(&self, path: &str, more: Option<(&'static str, &EventId)>) -> String {
        let mut pairs = self.pairs();
        pairs.extend(more.map(|(name, id)| (name, id.to_string())));
        if pairs.is_empty() {
            return path.to_owned();
        }
        let written = pairs.iter().map(|(name, value)| {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            format!("{name}={value}")
        });
        format!("{path}?{}", written.collect::<Vec<_>>().join("&"))
    }
}
