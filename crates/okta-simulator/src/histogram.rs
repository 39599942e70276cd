use std::time::Duration;

/// Parts into which each power of two of microseconds is cut: durations are kept to within 2 %.
const PARTS: usize = 64;
const PARTS_LOG: u32 = PARTS.ilog2();

/// How long things took, in constant memory however many they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(crate) fn record(&mut self, took: Duration) {
        let slot = slot(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        if self.counts.len() <= slot {
            self.counts.resize(slot + 1, 0);
        }
        self.counts[slot] += 1;
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }

    pub(crate) fn count(&self) -> u64 {
        self.total
    }

    /// The time within which `percent` of the things were done; zero when there were none.
    pub(crate) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (slot, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Duration::from_micros(upper_end(slot));
            }
        }
        Duration::ZERO
    }
}

fn slot(micros: u64) -> usize {
    let Some(doublings) = micros
        .checked_ilog2()
        .and_then(|log| log.checked_sub(PARTS_LOG))
    else {
        return usize::try_from(micros).unwrap_or(0);
    };
    let doublings_done = usize::try_from(doublings).unwrap_or(0) + 1;
    let part = usize::try_from(micros >> doublings).unwrap_or(PARTS) - PARTS;
    doublings_done * PARTS + part
}

/// The longest duration that falls into the slot, in microseconds.
fn upper_end(slot: usize) -> u64 {
    if slot < PARTS {
        return slot as u64;
    }
    let doublings = slot / PARTS - 1;
    let part = (slot % PARTS + PARTS) as u64;
    ((part + 1) << doublings) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_kept_to_within_two_percent() {
        for micros in [
            0, 1, 63, 64, 65, 127, 128, 1_000, 9_999, 1_234_567, 60_000_000,
        ] {
            let mut histogram = Histogram::default();
            histogram.record(Duration::from_micros(micros));
            let kept = histogram.percentile(50).as_micros();
            assert!(kept >= u128::from(micros), "{micros} kept as {kept}");
            assert!(
                kept <= u128::from(micros + micros / 50),
                "{micros} kept as {kept}"
            );
        }
    }

    #[test]
    fn percentiles_are_of_the_sorted_durations() {
        let mut histogram = Histogram::default();
        (1..=100)
            .rev()
            .for_each(|ms| histogram.record(Duration::from_millis(ms)));
        let about = |wanted: u128, got: Duration| (wanted..=wanted + 2).contains(&got.as_millis());
        assert!(
            about(50, histogram.percentile(50)),
            "{:?}",
            histogram.percentile(50)
        );
        assert!(
            about(99, histogram.percentile(99)),
            "{:?}",
            histogram.percentile(99)
        );
    }

    #[test]
    fn nothing_recorded_is_zero_and_merging_adds() {
        let mut sum = Histogram::default();
        assert_eq!(sum.percentile(99), Duration::ZERO);
        let mut other = Histogram::default();
        other.record(Duration::from_millis(3));
        sum.merge(&other);
        assert_eq!(sum.count(), 1);
    }
}
