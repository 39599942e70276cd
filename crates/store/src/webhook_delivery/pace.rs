//! The pace at which an endpoint is sent deliveries, whoever sends them.

use std::time::Duration;

use crate::Timestamp;

/// What an endpoint that was idle may be sent at once, as time's worth of its pace.
const BURST: Duration = Duration::from_millis(200);

/// An endpoint's pace: each delivery takes a slot of time, and slots of the recent past may be taken late.
pub(super) struct Pace {
    slot: Duration,
    taken_until: Timestamp,
}

impl Pace {
    pub(super) fn new(per_second: i32, paced_until: Timestamp, now: Timestamp) -> Self {
        let slot = Duration::from_secs(1) / u32::try_from(per_second).unwrap_or(1).max(1);
        Self {
            slot,
            taken_until: paced_until.max(now.minus(BURST.max(slot))),
        }
    }

    pub(super) fn allowed(&self, now: Timestamp) -> usize {
        let free = now.since(self.taken_until).as_micros() / self.slot.as_micros().max(1);
        usize::try_from(free).unwrap_or(usize::MAX)
    }

    pub(super) fn after(&self, deliveries: usize) -> Timestamp {
        let slots = u32::try_from(deliveries).unwrap_or(u32::MAX);
        self.taken_until.plus(self.slot.saturating_mul(slots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis * 1_000)
    }

    #[test]
    fn an_idle_endpoint_may_be_sent_a_burst_and_then_its_pace() {
        let now = at(1_000_000);
        let fresh = Pace::new(100, at(0), now);
        assert_eq!(fresh.allowed(now), 20);
        let used = Pace::new(100, fresh.after(20), now);
        assert_eq!(used.allowed(now), 0);
        assert_eq!(used.after(1), at(1_000_010));
        let later = at(1_000_050);
        assert_eq!(Pace::new(100, fresh.after(20), later).allowed(later), 5);
    }

    #[test]
    fn the_slowest_endpoint_is_sent_one_a_second() {
        let now = at(1_000_000);
        let fresh = Pace::new(1, at(0), now);
        assert_eq!(fresh.allowed(now), 1);
        let used = Pace::new(1, fresh.after(1), now);
        assert_eq!(used.allowed(at(1_000_999)), 0);
        assert_eq!(used.allowed(at(1_001_000)), 1);
    }

    #[test]
    fn a_pause_that_was_asked_for_is_kept() {
        let now = at(1_000_000);
        assert_eq!(Pace::new(100, at(1_060_000), now).allowed(now), 0);
    }
}
