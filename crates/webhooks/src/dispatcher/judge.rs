//! What follows from an answer.

use std::time::Duration;

use rollcall_store::Timestamp;
use rollcall_store::webhook_delivery::{Claimed, Outcome, Verdict};
use rollcall_store::webhook_endpoint::WebhookEndpoint;

use crate::retry::{self, LONGEST_DELAY, LONGEST_PAUSE};
use crate::sender::Answer;

const GONE: u16 = 410;
/// Statuses with which a receiver may ask for rest.
const BUSY: [u16; 2] = [429, 503];

/// An attempt that is over.
pub(super) struct Attempt<'a> {
    pub(super) endpoint: &'a WebhookEndpoint,
    pub(super) what: Claimed,
    pub(super) began_at: Timestamp,
    pub(super) duration: Duration,
    pub(super) answer: Answer,
}

/// The outcome of an attempt that ended at `now`.
pub(super) fn judge(attempt: Attempt<'_>, now: Timestamp, random: u64) -> Outcome {
    let (status, retry_after, error, response_body) = read(attempt.answer);
    let verdict = match status {
        _ if error.is_none() => Verdict::Delivered,
        // An example is for whoever asked for it now; nobody waits for a second try.
        _ if attempt.what.is_test => Verdict::GivenUp,
        Some(GONE) => Verdict::Gone,
        _ => match retry::delay(attempt.what.retries, random) {
            Some(delay) => Verdict::Retry {
                at: now.plus(delay.max(retry_after.unwrap_or_default().min(LONGEST_DELAY))),
            },
            None => Verdict::GivenUp,
        },
    };
    let busy = status.is_some_and(|status| BUSY.contains(&status));
    let pause = retry_after
        .filter(|_| busy)
        .map(|rest| rest.min(LONGEST_PAUSE));
    Outcome {
        delivery_id: attempt.what.id,
        endpoint_id: attempt.endpoint.id.clone(),
        is_test: attempt.what.is_test,
        lease_ends_at: attempt.what.lease_ends_at,
        status,
        error,
        duration: attempt.duration,
        response_body,
        began_at: attempt.began_at,
        verdict,
        pause_until: pause.map(|rest| now.plus(rest)),
    }
}

/// Status, wish for rest, what went wrong, and body.
type Read = (
    Option<u16>,
    Option<Duration>,
    Option<String>,
    Option<String>,
);

fn read(answer: Answer) -> Read {
    match answer {
        Answer::Status {
            status,
            retry_after,
            body,
        } => (Some(status), retry_after, complaint(status), body),
        Answer::Nothing(reason) => (None, None, Some(reason), None),
    }
}

/// What is wrong with a status, if anything is.
fn complaint(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!(
            "The receiver answered {status}; redirects are not followed."
        )),
        GONE => Some("The receiver answered 410 Gone: it wants no more events.".to_owned()),
        _ => Some(format!("The receiver answered {status}.")),
    }
}
