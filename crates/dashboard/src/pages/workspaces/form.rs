//! What a workspace decides, as the form shows it and sends it back.

use std::ops::RangeInclusive;

use rollcall_store::change::Change;
use rollcall_store::endpoint_host::{self, EndpointHosts};
use rollcall_store::webhook_endpoint::MOST_DELIVERIES_PER_SECOND;
use rollcall_store::workspace::{Changes, DeactivatedUsers, EVENT_RETENTION_DAYS, Workspace};
use serde::Deserialize;

use crate::format;
use crate::forms::FormState;

/// The fields as a browser sends them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    deactivated_users: String,
    event_retention_days: String,
    endpoint_host: String,
    webhook_in_order: Option<String>,
    webhook_deliveries_per_second: String,
    seen: String,
}

/// The fields as the page shows them.
#[derive(Debug)]
pub(super) struct Decisions {
    pub(super) state: FormState,
    pub(super) delete_users: bool,
    pub(super) in_order: bool,
    /// What the form was filled from, so that nobody overwrites what they have not seen.
    pub(super) seen: String,
}

/// What the workspace is known to be as it is now.
fn seen(workspace: &Workspace) -> String {
    workspace.updated_at.micros().to_string()
}

impl Decisions {
    /// The workspace as it is.
    pub(super) fn of(workspace: &Workspace) -> Self {
        let number = |number: Option<i32>| number.map_or_else(String::new, |it| it.to_string());
        let state = FormState::default()
            .with(
                "event_retention_days",
                number(workspace.event_retention_days),
            )
            .with(
                "endpoint_host",
                workspace.endpoint_host.as_deref().unwrap_or_default(),
            )
            .with(
                "webhook_deliveries_per_second",
                number(workspace.webhook_deliveries_per_second),
            );
        Self {
            state,
            delete_users: workspace.deactivated_users == DeactivatedUsers::Delete,
            in_order: workspace.webhook_in_order == Some(true),
            seen: seen(workspace),
        }
    }
}

impl Sent {
    /// What to change, or the form again with what is wrong.
    pub(super) fn check(
        &self,
        workspace: &Workspace,
        hosts: &EndpointHosts,
    ) -> Result<Changes, Decisions> {
        let mut state = self.state();
        let changes = self.read(&mut state, hosts);
        if self.seen != seen(workspace) {
            state.refuse_all(
                "Somebody changed this workspace after you opened the page. Compare with what is saved, and save again \
                 if yours is to stay.",
            );
        }
        match changes {
            Some(changes) if state.is_valid() => Ok(changes),
            _ => Err(self.decisions(state, workspace)),
        }
    }

    /// The form again, with what the store refused.
    pub(super) fn refused(
        &self,
        workspace: &Workspace,
        field: &'static str,
        message: &str,
    ) -> Decisions {
        let mut state = self.state();
        state.refuse(field, message);
        self.decisions(state, workspace)
    }

    fn read(&self, state: &mut FormState, hosts: &EndpointHosts) -> Option<Changes> {
        let deactivated_users = DeactivatedUsers::parse(&self.deactivated_users);
        if deactivated_users.is_none() {
            state.refuse("deactivated_users", "Choose what becomes of them.");
        }
        let days = (&*self.event_retention_days, EVENT_RETENTION_DAYS);
        let days = number(state, "event_retention_days", days);
        let host = host(state, &self.endpoint_host, hosts);
        let rate = (
            &*self.webhook_deliveries_per_second,
            1..=MOST_DELIVERIES_PER_SECOND,
        );
        let rate = number(state, "webhook_deliveries_per_second", rate);
        Some(Changes {
            deactivated_users: Some(deactivated_users?),
            event_retention_days: Change::to(days),
            endpoint_host: Change::to(host),
            webhook_in_order: Change::to(self.webhook_in_order.is_some().then_some(true)),
            webhook_deliveries_per_second: Change::to(rate),
            ..Changes::default()
        })
    }

    fn state(&self) -> FormState {
        FormState::default()
            .with("event_retention_days", &self.event_retention_days)
            .with("endpoint_host", &self.endpoint_host)
            .with(
                "webhook_deliveries_per_second",
                &self.webhook_deliveries_per_second,
            )
    }

    fn decisions(&self, state: FormState, workspace: &Workspace) -> Decisions {
        Decisions {
            state,
            delete_users: self.deactivated_users == DeactivatedUsers::Delete.as_str(),
            in_order: self.webhook_in_order.is_some(),
            seen: seen(workspace),
        }
    }
}

/// A whole number in that range; none when the field is empty.
fn number(
    state: &mut FormState,
    field: &'static str,
    (text, range): (&str, RangeInclusive<i32>),
) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok().filter(|number| range.contains(number));
    if number.is_none() {
        state.refuse(
            field,
            format!(
                "Enter a whole number from {} to {}, or nothing.",
                range.start(),
                format::number(i64::from(*range.end()))
            ),
        );
    }
    number
}

fn host(state: &mut FormState, text: &str, hosts: &EndpointHosts) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    match endpoint_host::parse(text, hosts) {
        Ok(host) => Some(host),
        Err(error) => {
            state.refuse(
                "endpoint_host",
                format!("Endpoints cannot be there: {error}."),
            );
            None
        }
    }
}
