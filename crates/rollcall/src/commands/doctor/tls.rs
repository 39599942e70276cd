//! Whether the certificate can be used, how much longer, and who can read its key.

use super::{Finding, Verdict, finding, open_to_others};
use crate::tls::{Files, Pair, SHORT};

const SUBJECT: &str = "TLS";

/// What is to be said of the certificate of a server that is reached at `public_url`.
pub(super) fn findings(files: &Files, public_url: &str) -> Vec<Finding> {
    let pair = match Pair::load(files) {
        Ok(pair) => pair,
        Err(error) => return vec![finding(SUBJECT, Verdict::Problem, error.to_string())],
    };
    let mut findings = vec![time_left(&pair)];
    findings.extend(not_for(&pair, public_url));
    findings.extend(open_to_others(SUBJECT, &files.key));
    findings
}

fn time_left(pair: &Pair) -> Finding {
    let (names, until) = (pair.names().join(", "), pair.valid_until());
    match pair.days_left() {
        Ok(days) if days < 0 => {
            let message =
                format!("the certificate for {names} ended on {until}: everybody refuses it");
            finding(SUBJECT, Verdict::Problem, message)
        }
        Ok(days) if days < SHORT => {
            let message = format!("the certificate for {names} ends in {days} days, on {until}");
            finding(SUBJECT, Verdict::Warning, message)
        }
        Ok(_) => {
            let message = format!("the certificate for {names} is good until {until}");
            finding(SUBJECT, Verdict::Good, message)
        }
        Err(error) => finding(SUBJECT, Verdict::Problem, error.to_string()),
    }
}

fn not_for(pair: &Pair, public_url: &str) -> Option<Finding> {
    let host = host_of(public_url);
    (!pair.is_for(host)).then(|| {
        let message = format!("the certificate is not for {host}, where the public URL leads");
        finding(SUBJECT, Verdict::Warning, message)
    })
}

/// The host of a URL, without its port.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url_stands_alone() {
        for (url, host) in [
            ("https://sync.example.com", "sync.example.com"),
            ("https://sync.example.com:8443/path", "sync.example.com"),
            ("https://[2001:db8::7]:8443", "2001:db8::7"),
            ("https://127.0.0.1:8443", "127.0.0.1"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
