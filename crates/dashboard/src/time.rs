//! Instants as people read them: how long ago, with the exact time beside it.

use std::time::Duration;

use rollcall_store::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// An instant, ready for `<time>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// For the `datetime` attribute.
    pub(crate) machine: String,
    /// For the `title` attribute: `2026-01-02 03:04:05 UTC`.
    pub(crate) exact: String,
    /// For the eye: `4 min ago`.
    pub(crate) relative: String,
}

impl When {
    /// `at`, seen from `now`.
    pub(crate) fn new(at: Timestamp, now: Timestamp) -> Self {
        let machine = at.to_string();
        let exact = exact(&machine);
        let relative = if at > now {
            format!("in {}", span(at.since(now)))
        } else {
            past(now.since(at), &machine)
        };
        Self {
            machine,
            exact,
            relative,
        }
    }
}

fn exact(machine: &str) -> String {
    let (date, time) = machine.split_once('T').unwrap_or((machine, ""));
    let seconds = time.split('.').next().unwrap_or(time);
    format!("{date} {seconds} UTC")
}

fn past(ago: Duration, machine: &str) -> String {
    match ago.as_secs() {
        ..5 => "just now".to_owned(),
        seconds if seconds < 30 * DAY => format!("{} ago", span(ago)),
        _ => machine.split('T').next().unwrap_or(machine).to_owned(),
    }
}

fn span(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds < MINUTE => format!("{seconds} s"),
        seconds if seconds < HOUR => format!("{} min", seconds / MINUTE),
        seconds if seconds < 2 * DAY => format!("{} h", seconds / HOUR),
        seconds => format!("{} d", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_long_ago_and_when_exactly() {
        let now = Timestamp::parse("2026-03-01T12:00:00Z").unwrap();
        for (at, relative) in [
            ("2026-03-01T11:59:57Z", "just now"),
            ("2026-03-01T11:59:20Z", "40 s ago"),
            ("2026-03-01T11:20:00Z", "40 min ago"),
            ("2026-02-28T00:00:00Z", "36 h ago"),
            ("2026-02-20T12:00:00Z", "9 d ago"),
            ("2025-02-20T12:00:00Z", "2025-02-20"),
            ("2026-03-01T13:00:00Z", "in 1 h"),
        ] {
            assert_eq!(
                When::new(Timestamp::parse(at).unwrap(), now).relative,
                relative
            );
        }
        let when = When::new(Timestamp::parse("2026-03-01T11:20:05.678Z").unwrap(), now);
        assert_eq!(when.exact, "2026-03-01 11:20:05 UTC");
        assert_eq!(when.machine, "2026-03-01T11:20:05.678Z");
    }
}
