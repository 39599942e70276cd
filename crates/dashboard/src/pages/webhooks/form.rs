//! What can be chosen about an endpoint: the same fields for a new one and for an old one.

use rollcall_store::event;
use rollcall_store::webhook_endpoint::{
    Changes, Defaults, Error, LONGEST_DESCRIPTION, MOST_DELIVERIES_PER_SECOND, New, WebhookEndpoint,
};

use crate::error::PageError;
use crate::forms::FormState;
use crate::pages::event_tree::Tree;

/// The fields as a browser sends them.
#[derive(Debug, Default)]
pub(super) struct Sent {
    url: String,
    description: String,
    events: Vec<String>,
    in_order: bool,
    rate: String,
    pub(super) form_key: String,
}

/// The fields as the page shows them.
#[derive(Debug)]
pub(super) struct EndpointForm {
    pub(super) state: FormState,
    pub(super) tree: Tree,
    pub(super) in_order: bool,
}

impl Sent {
    pub(super) fn read(pairs: Vec<(String, String)>) -> Self {
        let mut sent = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "endpoint_url" => value.trim().clone_into(&mut sent.url),
                "description" => value.trim().clone_into(&mut sent.description),
                "events" => sent.events.push(value),
                "in_order" => sent.in_order = true,
                "rate" => value.trim().clone_into(&mut sent.rate),
                "form_key" => sent.form_key = value,
                _ => {}
            }
        }
        sent
    }

    /// What was chosen, or the form again with what is wrong.
    pub(super) fn check(self) -> Result<New, Box<EndpointForm>> {
        let mut state = self.state();
        if self.url.is_empty() {
            state.refuse("endpoint_url", "Enter the URL that the events go to.");
        }
        if self.description.chars().count() > LONGEST_DESCRIPTION {
            let message = format!("Use at most {LONGEST_DESCRIPTION} characters.");
            state.refuse("description", message);
        }
        let values = self.events.iter().map(String::as_str);
        let events = Tree::of_selectable(&[]).names(values);
        let events = events.unwrap_or_else(|unknown| {
            state.refuse("events", format!("There is no event “{unknown}”."));
            Vec::new()
        });
        if events.is_empty() && state.error("events").is_none() {
            state.refuse("events", "Pick at least one event.");
        }
        let rate = self.rate.parse().ok();
        let rate = rate.filter(|rate| (1..=MOST_DELIVERIES_PER_SECOND).contains(rate));
        if rate.is_none() {
            state.refuse("rate", "Enter a whole number from 1 to 1,000.");
        }
        match rate {
            Some(deliveries_per_second) if state.is_valid() => Ok(New {
                endpoint_url: self.url,
                description: self.description,
                events,
                in_order: self.in_order,
                deliveries_per_second,
            }),
            _ => Err(Box::new(EndpointForm {
                state,
                tree: Tree::of_selectable(&events),
                in_order: self.in_order,
            })),
        }
    }

    fn state(&self) -> FormState {
        FormState::default()
            .with("endpoint_url", &self.url)
            .with("description", &self.description)
            .with("rate", &self.rate)
    }
}

impl EndpointForm {
    /// Before anything was chosen: every event, and what the workspace decided.
    pub(super) fn fresh(defaults: Defaults) -> Self {
        let all = event::ALL.map(str::to_owned);
        let rate = defaults.deliveries_per_second.to_string();
        Self {
            state: FormState::default().with("rate", rate),
            tree: Tree::of_selectable(&all),
            in_order: defaults.in_order,
        }
    }

    /// An endpoint as it is.
    pub(super) fn of(endpoint: &WebhookEndpoint) -> Self {
        let chosen = New {
            endpoint_url: endpoint.endpoint_url.clone(),
            description: endpoint.description.clone(),
            events: endpoint.events.clone(),
            in_order: endpoint.in_order,
            deliveries_per_second: endpoint.deliveries_per_second,
        };
        Self::showing(&chosen)
    }

    fn showing(new: &New) -> Self {
        Self {
            state: FormState::default()
                .with("endpoint_url", &new.endpoint_url)
                .with("description", &new.description)
                .with("rate", new.deliveries_per_second.to_string()),
            tree: Tree::of_selectable(&new.events),
            in_order: new.in_order,
        }
    }

    /// What was chosen, and why the store refused it.
    pub(super) fn refused(new: &New, error: Error) -> Result<Self, PageError> {
        let mut form = Self::showing(new);
        let (field, message) = match error {
            Error::DuplicateUrl => (
                "endpoint_url",
                "Another endpoint of this workspace has this URL. Change that one.".to_owned(),
            ),
            Error::InvalidUrl(reason) => (
                "endpoint_url",
                format!("Events cannot be sent there: {reason}."),
            ),
            Error::NoEvents | Error::UnknownEvent(_) => ("events", error.to_string()),
            Error::InvalidRate => ("rate", error.to_string()),
            Error::LongDescription => ("description", error.to_string()),
            Error::Gone => return Err(PageError::NotFound),
            Error::Secret(error) => return Err(error.into()),
            Error::Store(error) => return Err(error.into()),
        };
        form.state.refuse(field, message);
        Ok(form)
    }
}

/// All fields at once.
pub(super) fn changes(new: &New) -> Changes {
    Changes {
        endpoint_url: Some(new.endpoint_url.clone()),
        description: Some(new.description.clone()),
        events: Some(new.events.clone()),
        in_order: Some(new.in_order),
        deliveries_per_second: Some(new.deliveries_per_second),
        status: None,
    }
}
