//! One endpoint's deliveries: a task of its own, so that no endpoint waits for another.

use std::sync::Arc;
use std::time::Duration;

use rollcall_store::Timestamp;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::seal::SealError;
use rollcall_store::webhook_delivery::{self, Claim, ClaimError, Claimed, MOST_AT_ONCE};
use rollcall_store::webhook_endpoint::WebhookEndpoint;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::Shared;
use super::judge::{Attempt, judge};
use crate::sender::Target;

/// How long an endpoint is left alone after the database failed under it.
const PAUSE: Duration = Duration::from_secs(1);
/// How long it is left alone when its secrets do not open: that mends only by hand.
const PAUSE_WITHOUT_SECRET: Duration = Duration::from_mins(1);
/// The shortest wait for the endpoint's pace: a few deliveries in one claim, rather than a claim for each.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
/// The longest wait; beyond it the dispatcher's next look around is soon enough.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Whether to stay for what becomes due soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// As in production.
    Live,
    /// Ends as soon as nothing more can be sent at this moment of the clock.
    Settle,
}

pub(super) struct EndpointTask {
    pub(super) shared: Arc<Shared>,
    pub(super) id: WebhookEndpointId,
    pub(super) mode: Mode,
    pub(super) wake: Arc<Notify>,
}

/// Why a task waits before it claims again.
enum Next {
    /// For its own attempts, or for more to be published.
    Attempts,
    /// Besides, for a moment to come.
    Moment(Duration),
    /// After a failure, whatever happens.
    Rest(Duration),
}

impl EndpointTask {
    /// Sends what is due until nothing is. Says whose task it was, and whether it sent anything.
    pub(super) async fn run(self) -> (WebhookEndpointId, bool) {
        let mut under_way = JoinSet::new();
        let mut sent = false;
        loop {
            let next = if self.shared.is_stopping() {
                Next::Attempts
            } else {
                self.claim(&mut under_way).await
            };
            sent |= !under_way.is_empty();
            match next {
                Next::Rest(pause) => {
                    tokio::select! {
                        () = sleep(pause) => {}
                        () = self.shared.stopped() => {}
                    }
                    while under_way.join_next().await.is_some() {}
                    return (self.id, sent);
                }
                Next::Moment(wait) if self.mode == Mode::Live => tokio::select! {
                    () = sleep(wait) => {}
                    () = self.wake.notified() => {}
                    Some(_) = under_way.join_next() => {}
                },
                _ if under_way.is_empty() => return (self.id, sent),
                _ => tokio::select! {
                    () = self.wake.notified(), if !self.shared.is_stopping() => {}
                    Some(_) = under_way.join_next() => {}
                },
            }
            // Attempts that ended together free their places together.
            while under_way.try_join_next().is_some() {}
        }
    }

    /// Starts as many attempts as there are places, deliveries and pace for.
    async fn claim(&self, under_way: &mut JoinSet<()>) -> Next {
        let mut places = self.places(under_way.len());
        let (most, busy) = (places.len(), under_way.len());
        if most == 0 {
            return Next::Attempts;
        }
        let id = self.id.clone();
        let claimed = self
            .shared
            .store
            .write_unforced(move |tx| webhook_delivery::claim(tx, &id, most, busy));
        match claimed.await {
            Ok(Some(claim)) => {
                let next = self.next(&claim);
                let target = Arc::new(Target::new(&claim));
                let endpoint = Arc::new(claim.endpoint);
                for what in claim.deliveries {
                    let place = places.pop();
                    let shared = Arc::clone(&self.shared);
                    let (target, endpoint) = (Arc::clone(&target), Arc::clone(&endpoint));
                    under_way.spawn(async move {
                        attempt(&shared, &target, &endpoint, what).await;
                        drop(place);
                    });
                }
                next
            }
            Ok(None) => Next::Attempts,
            // The key was changed, and this process is about to notice.
            Err(ClaimError::Secret(
                error @ (SealError::OtherKey { .. } | SealError::Unavailable(_)),
            )) => {
                tracing::warn!(endpoint = %self.id, %error, "webhooks cannot be signed just now");
                Next::Rest(PAUSE)
            }
            Err(ClaimError::Secret(error)) => {
                tracing::error!(endpoint = %self.id, %error, "webhooks cannot be signed");
                Next::Rest(PAUSE_WITHOUT_SECRET)
            }
            Err(ClaimError::Store(error)) => {
                tracing::warn!(endpoint = %self.id, %error, "webhooks cannot be read");
                Next::Rest(PAUSE)
            }
        }
    }

    fn next(&self, claim: &Claim) -> Next {
        match claim.again_at {
            Some(at) => {
                let wait = at.since(self.shared.store.now());
                if wait > LONGEST_WAIT {
                    return Next::Attempts;
                }
                Next::Moment(wait.max(SHORTEST_WAIT))
            }
            None => Next::Attempts,
        }
    }

    /// Places for attempts: the first is every endpoint's own, further ones are shared among all.
    fn places(&self, busy: usize) -> Vec<Option<OwnedSemaphorePermit>> {
        let mut places: Vec<_> = if busy == 0 { vec![None] } else { Vec::new() };
        while busy + places.len() < MOST_AT_ONCE {
            match Arc::clone(&self.shared.places).try_acquire_owned() {
                Ok(place) => places.push(Some(place)),
                Err(_) => break,
            }
        }
        places
    }
}

/// Sends one delivery and writes down what came of it.
async fn attempt(shared: &Shared, target: &Target, endpoint: &WebhookEndpoint, what: Claimed) {
    let began_at: Timestamp = shared.store.now();
    let watch = Instant::now();
    let answer = shared.sender.send(target, &what, began_at).await;
    let attempt = Attempt {
        endpoint,
        what,
        began_at,
        duration: watch.elapsed(),
        answer,
    };
    let outcome = judge(attempt, shared.store.now(), shared.store.random());
    tracing::debug!(endpoint = %endpoint.id, delivery = %outcome.delivery_id, status = outcome.status,
                    error = outcome.error, "webhook sent");
    shared.recorder.record(outcome).await;
}
