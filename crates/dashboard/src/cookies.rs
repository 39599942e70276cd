//! The cookies of the dashboard, by name and by flags.

use actix_web::cookie::{Cookie, SameSite};
use rollcall_store::known_device;

use crate::settings::Settings;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The session of who is signed in.
    Session,
    /// A message carried over a redirect.
    Flash,
    /// What tells a member's own browser from others; outlives signing out.
    Device,
    /// Between the password and the one-time code.
    SigningIn,
    /// The secret of a mailed link, so that it leaves the address bar.
    Link,
}

impl Kind {
    const fn base(self) -> &'static str {
        match self {
            Self::Session => "rollcall_session",
            Self::Flash => "rollcall_flash",
            Self::Device => "rollcall_device",
            Self::SigningIn => "rollcall_signing_in",
            Self::Link => "rollcall_link",
        }
    }

    /// The cookie's name. With `__Host-` (RFC 6265bis §4.1.3.2) a browser takes it only over TLS and
    /// only from this very host, so that no neighbouring host can plant one.
    pub(crate) fn name(self, settings: &Settings) -> String {
        if settings.insecure_cookies {
            self.base().to_owned()
        } else {
            format!("__Host-{}", self.base())
        }
    }

    /// The cookie with a value, gone when the browser closes, except the device's.
    pub(crate) fn with(self, settings: &Settings, value: impl Into<String>) -> Cookie<'static> {
        let mut cookie = Cookie::build(self.name(settings), value.into())
            .path("/")
            .secure(!settings.insecure_cookies)
            .http_only(true)
            .same_site(SameSite::Lax)
            .finish();
        if self == Self::Device {
            let seconds = i64::try_from(known_device::KEPT.as_secs()).unwrap_or(i64::MAX);
            cookie.set_max_age(actix_web::cookie::time::Duration::seconds(seconds));
        }
        cookie
    }

    /// The cookie that takes it away. It needs the same flags, or browsers ignore it.
    pub(crate) fn removal(self, settings: &Settings) -> Cookie<'static> {
        let mut cookie = self.with(settings, String::new());
        cookie.make_removal();
        cookie
    }
}
