//! `X-HTTP-Method-Override`: a POST to a resource that acts as another method, for clients behind proxies that pass
//! nothing else (draft-scim-api-01 §3.5).

use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName};

const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Matches requests of one method, and POSTs that say they are one.
pub(crate) struct Acts(pub(crate) Method);

impl Guard for Acts {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let head = context.head();
        let said =
            || named(head.headers()).is_some_and(|name| name.eq_ignore_ascii_case(self.0.as_str()));
        head.method == self.0 || (head.method == Method::POST && said())
    }
}

/// Matches POSTs that say they are any other method.
pub(crate) fn is_named(context: &GuardContext<'_>) -> bool {
    context.head().method == Method::POST && named(context.head().headers()).is_some()
}

fn named(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(OVERRIDE)?;
    Some(value.to_str().unwrap_or_default().trim())
}
