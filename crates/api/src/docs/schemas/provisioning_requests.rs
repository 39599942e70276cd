//! What identity providers send.
#![expect(dead_code, reason = "the document alone reads it")]

use utoipa::ToSchema;

/// One SCIM call of an identity provider.
#[derive(ToSchema)]
pub(crate) struct ProvisioningRequest {
    /// `provisioning_request`.
    object: String,
    /// Its id, which the provider got as `X-Request-ID`.
    id: String,
    /// The directory whose endpoint was called.
    directory_id: String,
    /// The HTTP method.
    method: String,
    /// The path below the endpoint.
    path: String,
    /// The query string.
    query: String,
    /// The status of the answer.
    status: u16,
    /// How long the answer took.
    duration_ms: f64,
    /// What was asked and what became of it, in plain words.
    summary: String,
    /// When the call came.
    created_at: String,
}

/// One SCIM call with everything that is kept of it.
#[derive(ToSchema)]
pub(crate) struct WholeProvisioningRequest {
    #[serde(flatten)]
    request: ProvisioningRequest,
    /// The token that opened the directory; null when the call was refused for its token.
    directory_token_id: Option<String>,
    /// What the caller calls itself.
    user_agent: String,
    /// What was sent, its secrets blotted out.
    request_body: Option<String>,
    /// What was answered.
    response_body: Option<String>,
    /// The first hundred of the events it made.
    events: Vec<EventReference>,
    /// How many events it made.
    event_count: i64,
}

/// An event, by name.
#[derive(ToSchema)]
pub(crate) struct EventReference {
    /// `event`.
    object: String,
    /// Its id.
    id: String,
    /// Its name.
    event: String,
}
