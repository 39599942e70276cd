//! What `rollcall doctor` says of backups.

use std::time::Duration;

use rollcall_store::Timestamp;
use rollcall_store::backup::History;

use super::{Finding, Verdict, finding};

const SUBJECT: &str = "backups";
/// What was pushed since is what a restore would lack.
const OLD: Duration = Duration::from_hours(7 * 24);

/// Whether `rollcall backup` was run lately, where there is something to lose.
pub(super) fn judge(history: History, now: Timestamp) -> Finding {
    let advice = "run `rollcall backup`, unless you back the database up in another way";
    let (verdict, message) = match history {
        History::NothingToLose => (Verdict::Good, "there is nothing to back up yet".to_owned()),
        History::Never => (Verdict::Warning, format!("none was taken; {advice}")),
        History::Last(at) if now.since(at) > OLD => (
            Verdict::Warning,
            format!("the last one is of {at}; {advice}"),
        ),
        History::Last(at) => (Verdict::Good, format!("the last one is of {at}")),
    };
    finding(SUBJECT, verdict, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_lost_needs_a_backup_of_this_week() {
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let verdict = |history| judge(history, now).verdict;
        assert_eq!(verdict(History::NothingToLose), Verdict::Good);
        assert_eq!(verdict(History::Never), Verdict::Warning);
        assert_eq!(verdict(History::Last(now)), Verdict::Good);
        let long_ago = now.minus(Duration::from_hours(8 * 24));
        assert_eq!(verdict(History::Last(long_ago)), Verdict::Warning);
    }
}
