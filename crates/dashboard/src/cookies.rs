//! The cookies of the dashboard, by name and by flags.

use actix_web::cookie::{Cookie, SameSite};

use crate::settings::Settings;

const SESSION: &str = "rollcall_session";
const FLASH: &str = "rollcall_flash";

/// A cookie's name. With `__Host-` (RFC 6265bis §4.1.3.2) a browser takes it only over TLS and only
/// from this very host, so that no neighbouring host can plant one.
fn name(base: &str, settings: &Settings) -> String {
    if settings.insecure_cookies {
        base.to_owned()
    } else {
        format!("__Host-{base}")
    }
}

/// The name of the session's cookie.
pub(crate) fn session_name(settings: &Settings) -> String {
    name(SESSION, settings)
}

/// The cookie that holds a session, gone when the browser closes.
pub(crate) fn session(settings: &Settings, secret: &str) -> Cookie<'static> {
    build(session_name(settings), secret.to_owned(), settings)
}

/// The name of the cookie that carries a message over a redirect.
pub(crate) fn flash_name(settings: &Settings) -> String {
    name(FLASH, settings)
}

/// The cookie that carries a message over a redirect.
pub(crate) fn flash(settings: &Settings, value: String) -> Cookie<'static> {
    build(flash_name(settings), value, settings)
}

/// A cookie that takes one away. It needs the same flags, or browsers ignore it.
pub(crate) fn removal(settings: &Settings, name: String) -> Cookie<'static> {
    let mut cookie = build(name, String::new(), settings);
    cookie.make_removal();
    cookie
}

fn build(name: String, value: String, settings: &Settings) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .secure(!settings.insecure_cookies)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}
