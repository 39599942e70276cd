//! Whether the audit log is as it was written.

use rollcall_store::DatabaseUrl;
use rollcall_store::audit::{self, Verdict as Found};

use super::{Finding, Verdict, finding};

const SUBJECT: &str = "audit log";

pub(super) fn finding_of(url: &DatabaseUrl) -> Finding {
    match audit::verify_database(url) {
        Ok(found) => judge(&found),
        Err(error) => finding(SUBJECT, Verdict::Problem, error.to_string()),
    }
}

fn judge(found: &Found) -> Finding {
    let (entries, chains) = (found.entries, found.chains);
    if found.broken.is_empty() {
        let message = format!("{entries} entries in {chains} chains are as they were written");
        return finding(SUBJECT, Verdict::Good, message);
    }
    let places = found.broken.iter().map(|broken| {
        let (number, chain, reason) = (broken.number, &broken.chain, broken.reason);
        format!("entry {number} of {chain}: {reason}")
    });
    let places: Vec<String> = places.collect();
    let message = format!("somebody changed it in the database: {}", places.join("; "));
    finding(SUBJECT, Verdict::Problem, message)
}
