//! How often somebody may try to sign in.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rollcall_store::{fold, token};

use crate::error::PageError;
use crate::settings::Settings;

const WINDOW: Duration = Duration::from_mins(15);
const PER_ACCOUNT: u32 = 10;
const PER_ADDRESS: u32 = 30;
/// Limits that nobody touches any more are dropped after so many attempts.
const TIDY_EVERY: u32 = 256;

/// Limits of signing in, for each account and each client address. Kept in memory.
#[derive(Debug)]
pub(crate) struct SignInLimits {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<String>,
    attempts: AtomicU32,
}

impl SignInLimits {
    pub(crate) fn new() -> Self {
        Self {
            accounts: RateLimiter::dashmap(quota(PER_ACCOUNT)),
            addresses: RateLimiter::dashmap(quota(PER_ADDRESS)),
            attempts: AtomicU32::new(0),
        }
    }

    /// Counts an attempt from a client address.
    pub(crate) fn count_address(
        &self,
        request: &HttpRequest,
        settings: &Settings,
    ) -> Result<(), PageError> {
        self.tidy();
        check(
            &self.addresses,
            &client(request, settings.trust_forwarded_for),
        )
    }

    /// Counts an attempt at an account, whether it exists or not.
    pub(crate) fn count_account(&self, email: &str) -> Result<(), PageError> {
        // Hashed, so that no caller can fill the memory with long keys.
        check(&self.accounts, &token::hash(&fold::fold(email.trim())))
    }

    fn tidy(&self) {
        if self.attempts.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.accounts.retain_recent();
            self.addresses.retain_recent();
        }
    }
}

/// So many at once, and one more each time its share of the window has passed.
fn quota(in_window: u32) -> Quota {
    let burst = NonZeroU32::new(in_window).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(WINDOW / burst.get())
        .map_or_else(|| Quota::per_hour(burst), |quota| quota.allow_burst(burst))
}

fn check(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<(), PageError> {
    limiter.check_key(&key.to_owned()).map_err(|refused| {
        PageError::TooManyAttempts(refused.wait_time_from(DefaultClock::default().now()))
    })
}

fn client(request: &HttpRequest, trust_forwarded_for: bool) -> String {
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .last()
        .filter(|_| trust_forwarded_for);
    let forwarded =
        forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    match forwarded.or_else(|| request.peer_addr().map(|peer| peer.ip())) {
        Some(address) => network(address),
        None => String::new(),
    }
}

/// Whoever has one IPv6 address has the 2^64 beside it as well.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_burst_passes_and_what_follows_waits() {
        let limits = SignInLimits::new();
        for _ in 0..PER_ACCOUNT {
            limits.count_account("Ada@example.com").unwrap();
        }
        let Err(PageError::TooManyAttempts(wait)) = limits.count_account(" ada@EXAMPLE.com") else {
            panic!("was let through")
        };
        assert!(
            wait > Duration::from_mins(1) && wait <= Duration::from_secs(90),
            "{wait:?}"
        );
        limits.count_account("bob@example.com").unwrap();
    }

    #[test]
    fn a_forwarded_address_counts_only_when_trusted() {
        let peer = "192.0.2.7:40000".parse().unwrap();
        let request = TestRequest::default()
            .peer_addr(peer)
            .insert_header(("x-forwarded-for", "203.0.113.9, 198.51.100.4"))
            .to_http_request();
        assert_eq!(client(&request, false), "192.0.2.7");
        assert_eq!(client(&request, true), "198.51.100.4");
    }

    #[test]
    fn neighbours_in_ipv6_share_a_limit() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
