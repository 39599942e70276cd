//! No route without its right: the table of routes names one for each page of a workspace, puts
//! it into the request, and takes only handlers that begin with an extractor that asks for it.

use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, Handler, HttpMessage as _, HttpRequest, Responder, Route};
use rollcall_store::rights::Right;
use rollcall_store::workspace::Role;

use crate::auth::{AtDirectory, AtEndpoint, AtOrganization, EvenDeleted, InWorkspace};
use crate::error::PageError;
use crate::reauthenticated::Reauthenticated;

/// An extractor that asks whether the member's role has the right that the route needs.
pub(crate) trait ChecksRight {}

macro_rules! check_right {
    ($($what:ty),*) => {$(
        impl ChecksRight for $what {}
    )*};
}

check_right!(
    InWorkspace,
    EvenDeleted,
    AtOrganization,
    AtDirectory,
    AtEndpoint
);

impl<T: ChecksRight> ChecksRight for Reauthenticated<T> {}

/// The arguments of a handler.
pub(crate) trait First {
    /// The first of them.
    type First;
}

macro_rules! first {
    ($($first:ident $(, $rest:ident)*;)*) => {$(
        impl<$first $(, $rest)*> First for ($first, $($rest,)*) {
            type First = $first;
        }
    )*};
}

first! {
    A;
    A, B;
    A, B, C;
    A, B, C, D;
}

/// Serves a route that needs a right. A handler that does not ask for it is not compiled.
pub(crate) fn needing<F, Args>(right: Right, route: Route, handler: F) -> Route
where
    F: Handler<Args>,
    F::Output: Responder + 'static,
    Args: FromRequest + First + 'static,
    Args::First: ChecksRight,
{
    let name_it = move |request: ServiceRequest, next: Next<_>| {
        request.extensions_mut().insert(right);
        next.call(request)
    };
    route.to(handler).wrap(from_fn(name_it))
}

/// Refuses a role that lacks the right which the route named. A route that names none is there
/// for nobody.
pub(crate) fn check(request: &HttpRequest, role: Role) -> Result<(), PageError> {
    let right = request.extensions().get::<Right>().copied();
    let right = right.ok_or(PageError::NotFound)?;
    if role.may(right) {
        Ok(())
    } else {
        Err(PageError::NotAllowed { right, role })
    }
}
