use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::histogram::Histogram;
use crate::settings::{AppKind, Scenario};
use crate::surprise::Surprise;
use crate::tally::Counts;

/// So many surprises, and so many differences, are shown as lines.
const SHOWN: usize = 20;

/// What a run did, how long it took and what was wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What was played.
    pub scenario: Scenario,
    /// By which kind of app.
    pub app: AppKind,
    /// Requests sent, those answered 429 included.
    pub requests: u64,
    /// Time from the first request to the last answer.
    pub seconds: f64,
    /// Requests over seconds.
    pub requests_per_second: f64,
    /// Half of the requests were answered within so many milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 requests were answered within so many milliseconds.
    pub p99_ms: f64,
    /// Requests that were answered 429 and sent again.
    pub throttled: u64,
    /// Operations of Okta, each of one or more requests.
    pub operations: Vec<Timing>,
    /// Requests by method and path.
    pub request_kinds: Vec<Timing>,
    /// What the directory must hold now.
    pub directory: Contents,
    /// How many surprises there were.
    pub surprise_count: usize,
    /// The first 500 of them.
    pub surprises: Vec<Surprise>,
}

/// How often something was done, and how long it took.
#[derive(Debug, Clone, Serialize)]
pub struct Timing {
    /// An operation's label, or method and path of a request.
    pub name: String,
    /// How often.
    pub count: u64,
    /// Half took at most so many milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 took at most so many milliseconds.
    pub p99_ms: f64,
}

/// The size of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Users, inactive ones included.
    pub users: usize,
    /// Users with `active: true`.
    pub active_users: usize,
    /// Groups, empty ones included.
    pub groups: usize,
    /// Members of all groups together.
    pub memberships: usize,
}

impl Report {
    /// Whether everything was as Okta needs it.
    pub fn is_clean(&self) -> bool {
        self.surprise_count == 0
    }

    pub(crate) fn new(
        scenario: Scenario,
        app: AppKind,
        (counts, took): (Counts, Duration),
        directory: Contents,
    ) -> Self {
        let mut all = Histogram::default();
        counts
            .requests
            .values()
            .for_each(|histogram| all.merge(histogram));
        let total = Timing::of("all".to_owned(), &all);
        let seconds = took.as_secs_f64();
        Self {
            scenario,
            app,
            requests: total.count,
            seconds,
            requests_per_second: per_second(total.count, seconds),
            p50_ms: total.p50_ms,
            p99_ms: total.p99_ms,
            throttled: counts.throttled,
            operations: timings(
                counts
                    .operations
                    .iter()
                    .map(|(operation, times)| (operation.to_string(), times)),
            ),
            request_kinds: timings(
                counts
                    .requests
                    .iter()
                    .map(|(kind, times)| ((*kind).to_owned(), times)),
            ),
            directory,
            surprise_count: counts.surprise_count,
            surprises: counts.surprises,
        }
    }
}

fn timings<'a>(rows: impl Iterator<Item = (String, &'a Histogram)>) -> Vec<Timing> {
    rows.map(|(name, times)| Timing::of(name, times)).collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of requests is far below 2^52"
)]
fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 {
        count as f64 / seconds
    } else {
        0.0
    }
}

impl Timing {
    fn of(name: String, times: &Histogram) -> Self {
        let micros = |percent| u32::try_from(times.percentile(percent).as_micros());
        let ms = |percent| f64::from(micros(percent).unwrap_or(u32::MAX)) / 1000.0;
        Self {
            name,
            count: times.count(),
            p50_ms: ms(50),
            p99_ms: ms(99),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} requests in {:.2} s, {:.0} requests/s, p50 {:.1} ms, p99 {:.1} ms, {} answered 429",
            self.requests,
            self.seconds,
            self.requests_per_second,
            self.p50_ms,
            self.p99_ms,
            self.throttled
        )?;
        table(f, "operation", &self.operations)?;
        table(f, "request", &self.request_kinds)?;
        let Contents {
            users,
            active_users,
            groups,
            memberships,
        } = self.directory;
        writeln!(
            f,
            "\npushed: {users} users ({active_users} active), {groups} groups, {memberships} memberships"
        )?;
        self.surprises(f)
    }
}

impl Report {
    fn surprises(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return writeln!(
                f,
                "the directory holds exactly that, and every answer was as Okta wants it"
            );
        }
        let (differences, faults): (Vec<_>, Vec<_>) = self
            .surprises
            .iter()
            .partition(|surprise| surprise.is_difference());
        let uncounted = self.surprise_count - self.surprises.len();
        let plural = if self.surprise_count == 1 { "" } else { "s" };
        writeln!(f, "\n{} surprise{plural}", self.surprise_count)?;
        for lines in [faults, differences] {
            for line in lines.iter().take(SHOWN) {
                writeln!(f, "  {line}")?;
            }
            if lines.len() > SHOWN {
                writeln!(f, "  … and {} more of these", lines.len() - SHOWN)?;
            }
        }
        if uncounted > 0 {
            writeln!(f, "  … and {uncounted} that were only counted")?;
        }
        Ok(())
    }
}

fn table(f: &mut fmt::Formatter<'_>, heading: &str, rows: &[Timing]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "\n{heading:<26} {:>8} {:>12} {:>12}",
        "count", "p50", "p99"
    )?;
    for Timing {
        name,
        count,
        p50_ms,
        p99_ms,
    } in rows
    {
        writeln!(f, "{name:<26} {count:>8} {p50_ms:>9.1} ms {p99_ms:>9.1} ms")?;
    }
    Ok(())
}
