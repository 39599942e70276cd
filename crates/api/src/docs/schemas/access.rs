//! API keys.
#![expect(dead_code, reason = "the document alone reads it")]

use utoipa::ToSchema;

/// An API key, without its secret.
#[derive(ToSchema)]
pub(crate) struct ApiKey {
    /// `api_key`.
    object: String,
    /// Its id.
    id: String,
    /// What it is for.
    name: String,
    /// Its beginning and its end.
    obfuscated_value: String,
    /// When it was last used, to the minute.
    last_used_at: Option<String>,
    /// When it stops working, if that is decided.
    expires_at: Option<String>,
    /// When it was made.
    created_at: String,
}

/// An API key just made.
#[derive(ToSchema)]
pub(crate) struct NewApiKey {
    #[serde(flatten)]
    key: ApiKey,
    /// The key itself, shown this once.
    value: String,
}

/// What a key is made from.
#[derive(ToSchema)]
pub(crate) struct CreateApiKey {
    /// What it is for, in at most 200 characters.
    name: String,
    /// When it is to stop working, as in `2030-01-02T03:04:05Z`.
    expires_at: Option<String>,
}
