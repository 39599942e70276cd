//! What is answered where nothing else is. Bodies are never read here.

use actix_web::{Route, web};

use crate::auth::Provisioner;
use crate::error::ScimError;
use crate::reply::Reply;

/// A path that takes other methods.
pub(crate) fn method_not_allowed(allowed: &'static str) -> Route {
    web::to(move |_: Provisioner| async move {
        Err::<Reply, _>(ScimError::MethodNotAllowed { allowed })
    })
}

/// A POST that says it is a method which no POST can be.
pub(crate) async fn unknown_override(_: Provisioner) -> Result<Reply, ScimError> {
    Err(ScimError::UnknownOverride)
}

/// A path below an endpoint that is none of ours.
pub(crate) async fn unknown_path(_: Provisioner) -> Result<Reply, ScimError> {
    Err(ScimError::UnknownPath)
}

/// A path under `/scim` that names no endpoint.
pub(crate) async fn no_endpoint() -> Result<Reply, ScimError> {
    Err(ScimError::UnknownPath)
}
