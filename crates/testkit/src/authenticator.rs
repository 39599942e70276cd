//! An authenticator app.

use rollcall_store::Timestamp;
use totp_rs::{Builder, Secret};

/// The code that an app with that seed (in base 32) shows at `now`.
pub fn one_time_code(seed: &str, now: Timestamp) -> String {
    let seed = Secret::try_from_base32(seed).expect("a seed in base 32");
    let totp = Builder::new().with_secret(seed).build();
    let seconds = u64::try_from(now.millis() / 1000).expect("a time after 1970");
    totp.expect("a seed of the right size")
        .generate(seconds)
        .to_string()
}
