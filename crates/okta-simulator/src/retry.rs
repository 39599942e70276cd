//! How Okta waits when a server answers 429.

use std::time::Duration;

use futures_util::future::BoxFuture;

/// Waits for a time; replaced in tests so that nobody has to.
pub trait Sleeper: Send + Sync {
    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Really waits.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTime;

impl Sleeper for RealTime {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Okta's pause where `Retry-After` is absent or is not a whole number of seconds.
const DEFAULT_PAUSE: Duration = Duration::from_mins(5);
/// After so many answers of 429 the job has failed.
const MOST_TRIES: u32 = 10;

/// The pauses of one request.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    tries: u32,
    unguided: u32,
}

impl Pauses {
    /// How long to wait after one more 429, or `None` if Okta gives up ("SCIM concepts: rate limits": an
    /// integer `Retry-After` is honoured exactly, anything else means five minutes, doubled each time).
    pub(crate) fn next(&mut self, retry_after: Option<&str>) -> Option<Duration> {
        self.tries += 1;
        if self.tries >= MOST_TRIES {
            return None;
        }
        if let Some(seconds) = retry_after.and_then(|value| value.trim().parse().ok()) {
            return Some(Duration::from_secs(seconds));
        }
        self.unguided += 1;
        Some(DEFAULT_PAUSE * 2_u32.pow(self.unguided - 1))
    }

    /// How often the request has been sent.
    pub(crate) fn tries(&self) -> u32 {
        self.tries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_honoured_exactly() {
        let mut pauses = Pauses::default();
        assert_eq!(pauses.next(Some("7")), Some(Duration::from_secs(7)));
        assert_eq!(pauses.next(Some("7")), Some(Duration::from_secs(7)));
    }

    #[test]
    fn anything_else_is_five_minutes_doubled() {
        let mut pauses = Pauses::default();
        let date = Some("Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(pauses.next(None), Some(Duration::from_mins(5)));
        assert_eq!(pauses.next(date), Some(Duration::from_mins(10)));
        assert_eq!(pauses.next(Some("1.5")), Some(Duration::from_mins(20)));
    }

    #[test]
    fn the_tenth_refusal_is_the_last() {
        let mut pauses = Pauses::default();
        let waits = std::iter::from_fn(|| pauses.next(Some("1"))).count();
        assert_eq!(waits, 9);
        assert_eq!(pauses.tries(), 10);
    }
}
