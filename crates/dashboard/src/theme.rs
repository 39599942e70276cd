//! Light, dark or as the system: a cookie, applied on the server so that no page flashes.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

const COOKIE: &str = "rollcall_theme";

/// Which colours a browser asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light, whatever the system.
    Light,
    /// Dark, whatever the system.
    Dark,
}

impl Theme {
    /// The theme of that name; anything unknown is the system's.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Its name, also the value of `data-theme`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What this browser chose.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request
            .cookie(COOKIE)
            .map_or(Self::System, |cookie| Self::named(cookie.value()))
    }

    /// The cookie that remembers it.
    pub(crate) fn cookie(self, secure: bool) -> Cookie<'static> {
        Cookie::build(COOKIE, self.name())
            .path("/")
            .max_age(Duration::days(365))
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(secure)
            .finish()
    }
}
