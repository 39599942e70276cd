//! Webhooks: where an application is told of events, and what became of each.

use rollcall_store::webhook_delivery::State;

use crate::pages::directories::summary::Badge;

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
