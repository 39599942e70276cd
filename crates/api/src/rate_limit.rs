//! How many requests one API key may make.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rollcall_store::ids::ApiKeyId;

use crate::error::ApiError;

/// Keys that nobody uses any more are forgotten after so many requests.
const TIDY_EVERY: u32 = 4096;

/// The limit of each key, kept in memory: a full minute's worth may come at once.
#[derive(Debug)]
pub(crate) struct RateLimit {
    keys: DefaultKeyedRateLimiter<ApiKeyId>,
    requests: AtomicU32,
}

impl RateLimit {
    pub(crate) fn per_minute(requests: NonZeroU32) -> Self {
        Self {
            keys: RateLimiter::dashmap(Quota::per_minute(requests)),
            requests: AtomicU32::new(0),
        }
    }

    /// Counts a request with a key, or refuses it.
    pub(crate) fn count(&self, key: &ApiKeyId) -> Result<(), ApiError> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.keys.retain_recent();
        }
        self.keys.check_key(key).map_err(|refused| {
            ApiError::TooManyRequests(refused.wait_time_from(DefaultClock::default().now()))
        })
    }
}

#[cfg(test)]
mod tests {
    use rollcall_store::Timestamp;
    use rollcall_store::ids::Id as _;

    use super::*;

    #[test]
    fn one_key_at_its_limit_does_not_hold_up_another() {
        let limit = RateLimit::per_minute(NonZeroU32::new(2).unwrap());
        let [busy, quiet] = [1, 2].map(|n| ApiKeyId::make(Timestamp::from_micros(0), n));
        limit.count(&busy).unwrap();
        limit.count(&busy).unwrap();
        let Err(ApiError::TooManyRequests(wait)) = limit.count(&busy) else {
            panic!("was let through")
        };
        assert!(wait.as_secs() <= 30, "{wait:?}");
        limit.count(&quiet).unwrap();
    }
}
