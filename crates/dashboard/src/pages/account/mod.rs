//! A member's own account: address, password, second factor, sessions.

pub(crate) mod devices;
pub(crate) mod email;
pub(crate) mod password;
pub(crate) mod sessions;
pub(crate) mod show;
pub(crate) mod two_factor;

/// Where it is.
pub(crate) const PATH: &str = "/account";
/// Where the second factor is switched on and off.
pub(crate) const TWO_FACTOR: &str = "/account/two_factor";
