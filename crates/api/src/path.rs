//! Ids in the path.

use actix_web::HttpRequest;
use percent_encoding::percent_decode_str;
use rollcall_store::ids::{
    ApiKeyId, DirectoryGroupId, DirectoryId, DirectoryTokenId, DirectoryUserId, Id,
    OrganizationDomainId, OrganizationId, ProvisioningRequestId, WebhookDeliveryId,
    WebhookEndpointId,
};

use crate::error::ApiError;

/// An id that people are told of by the name of what it names.
pub(crate) trait Named: Id {
    /// What it names, as in `Directory`.
    const NOUN: &'static str;

    /// Reads an id from outside. One that cannot be an id is one of something that is not there.
    fn read(text: &str) -> Result<Self, ApiError> {
        Self::parse(text).ok_or_else(|| not_found::<Self>(text))
    }

    /// What is said when there is nothing of this id.
    fn not_found(&self) -> ApiError {
        not_found::<Self>(self.as_str())
    }
}

fn not_found<I: Named>(id: &str) -> ApiError {
    ApiError::NotFound {
        noun: I::NOUN,
        id: id.to_owned(),
    }
}

macro_rules! named {
    ($($id:ident = $noun:literal;)*) => {
        $(impl Named for $id { const NOUN: &'static str = $noun; })*
    };
}

named! {
    ApiKeyId = "API key";
    DirectoryId = "Directory";
    DirectoryTokenId = "Directory token";
    DirectoryUserId = "Directory user";
    DirectoryGroupId = "Directory group";
    ProvisioningRequestId = "Provisioning request";
    WebhookDeliveryId = "Webhook delivery";
    WebhookEndpointId = "Webhook endpoint";
    OrganizationDomainId = "Organization domain";
    OrganizationId = "Organization";
}

/// A variable part of the path, decoded. Both SDKs percent-encode it, slashes included; those never split a segment.
pub(crate) fn segment(request: &HttpRequest, name: &str) -> String {
    // What arrives here is decoded except for "%2F", "%25" and "%2B".
    let text = request.match_info().get(name).unwrap_or_default();
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The id in a variable part of the path.
pub(crate) fn id<I: Named>(request: &HttpRequest, name: &str) -> Result<I, ApiError> {
    I::read(&segment(request, name))
}
