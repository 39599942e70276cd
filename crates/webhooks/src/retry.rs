//! When a failed delivery is tried again: soon at first, then rarely, for about three days.

use std::time::Duration;

const DELAYS: [Duration; 11] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(3),
    Duration::from_hours(6),
    Duration::from_hours(12),
    Duration::from_hours(24),
    Duration::from_hours(24),
];

/// Attempts of one schedule: the first, and one after each delay.
pub const ATTEMPTS: usize = DELAYS.len() + 1;
/// A receiver that asks for more is asked again after this.
pub(crate) const LONGEST_DELAY: Duration = Duration::from_hours(24);
/// For how long a receiver can hold back everything that goes to it.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How long to wait after an attempt that failed, `retries` having been made before it in the same
/// schedule; `None` when it was the last. `random` spreads the waits by a tenth either way, so that
/// what failed together does not come back together.
pub fn delay(retries: i32, random: u64) -> Option<Duration> {
    let delay = DELAYS.get(usize::try_from(retries).ok()?)?;
    let thousandths = 900 + u32::try_from(random % 201).unwrap_or(100);
    Some(*delay * thousandths / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lasts_about_three_days() {
        let total: Duration = DELAYS.iter().sum();
        assert!(total > Duration::from_hours(68) && total < Duration::from_hours(76));
        assert!(DELAYS.is_sorted());
    }

    #[test]
    fn spreads_by_a_tenth_and_ends() {
        for random in [0, 100, 200, 201, u64::MAX] {
            let delay = delay(5, random).unwrap();
            assert!(delay >= Duration::from_mins(54) && delay <= Duration::from_mins(66));
        }
        assert_eq!(delay(0, 100), Some(Duration::from_secs(5)));
        assert!(delay(10, 0).is_some());
        assert_eq!(delay(11, 0), None);
        assert_eq!(delay(-1, 0), None);
    }
}
