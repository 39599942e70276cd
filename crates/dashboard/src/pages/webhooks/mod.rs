//! Webhooks: where an application is told of events, and what became of each.

pub(crate) mod deliveries;
pub(crate) mod delivery;
mod form;
mod head;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod secret;
pub(crate) mod settings;

use rollcall_store::Tx;
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _};
use rollcall_store::webhook_delivery::{ResendError, State};
use rollcall_store::webhook_endpoint::{Status, WebhookEndpoint};

use crate::auth::AtEndpoint;
use crate::pages::directories::summary::Badge;

/// Sends something to an endpoint; `None` when the form was sent before, and did it then.
async fn once<T, F>(at: &AtEndpoint, form_key: &str, work: F) -> Result<Option<T>, ResendError>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, ResendError> + Send + 'static,
    T: Send + 'static,
{
    let key = FormKey::parse(form_key).unwrap_or_else(|| at.who.store().new_id());
    let workspace_id = at.who.workspace.id.clone();
    let done = at.who.store().write(move |tx| {
        if let Claim::Made(_) = form_submission::claim(tx, &workspace_id, &key)? {
            return Ok(None);
        }
        work(tx).map(Some)
    });
    done.await
}

/// How a delivery stands.
pub(crate) const fn state_badge(state: State) -> Badge {
    match state {
        State::Pending => Badge {
            tone: "warn",
            word: "Pending",
        },
        State::Succeeded => Badge {
            tone: "good",
            word: "Succeeded",
        },
        State::Failed => Badge {
            tone: "bad",
            word: "Failed",
        },
    }
}

/// How an endpoint stands.
fn status_badge(endpoint: &WebhookEndpoint) -> Badge {
    let (tone, word) = match endpoint.status {
        Status::Disabled if endpoint.disabled_reason.is_some() => ("bad", "Disabled by Rollcall"),
        Status::Disabled => ("", "Disabled"),
        Status::Enabled if endpoint.failing_since.is_some() => ("bad", "Failing"),
        Status::Enabled => ("good", "Enabled"),
    };
    Badge { tone, word }
}

/// What an endpoint is told of, in a few words.
fn events_label(endpoint: &WebhookEndpoint) -> String {
    let all = crate::pages::event_tree::Tree::of_selectable(&endpoint.events);
    if all.picked {
        return "All events".to_owned();
    }
    let count = i64::try_from(endpoint.events.len()).unwrap_or(i64::MAX);
    crate::format::counted(count, "event type")
}
