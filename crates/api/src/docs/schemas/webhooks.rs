//! Webhook endpoints, deliveries and attempts.
#![expect(dead_code, reason = "the document alone reads it")]

use utoipa::ToSchema;

/// Where events are pushed.
#[derive(ToSchema)]
pub(crate) struct WebhookEndpoint {
    /// `webhook_endpoint`.
    object: String,
    /// Its id.
    id: String,
    /// Where to.
    endpoint_url: String,
    /// What signs the webhooks.
    secret: String,
    /// `enabled` or `disabled`.
    status: String,
    /// The names of the events it is told of.
    events: Vec<String>,
    /// What it is for. An extension of Rollcall, as everything that follows.
    description: String,
    /// Whether an event waits until the one before it of the same directory is delivered or given up.
    in_order: bool,
    /// How many deliveries a second it is sent at most.
    deliveries_per_second: i32,
    /// Since when no attempt has succeeded, if the last one failed.
    failing_since: Option<String>,
    /// Why it was disabled, when nobody did that by hand.
    disabled_reason: Option<String>,
    /// Until when the secret before the present one signs as well.
    previous_secret_expires_at: Option<String>,
    /// When it was made.
    created_at: String,
    /// When it was last changed by somebody.
    updated_at: String,
}

/// What an endpoint is made from.
#[derive(ToSchema)]
pub(crate) struct CreateWebhookEndpoint {
    /// Where to.
    endpoint_url: String,
    /// The names of the events it is to be told of; those of tokens cannot be chosen.
    events: Vec<String>,
    /// What it is for. An extension of Rollcall, as everything that follows.
    description: Option<String>,
    /// Whether an event waits until the one before it of the same directory is delivered or given up. Unless sent,
    /// what the workspace decided, or else `false`.
    in_order: Option<bool>,
    /// How many deliveries a second it is sent at most, from 1 to 1000. Unless sent, what the workspace decided, or
    /// else 100.
    deliveries_per_second: Option<i32>,
}

/// What to change of an endpoint; what is left out stays.
#[derive(ToSchema)]
pub(crate) struct UpdateWebhookEndpoint {
    /// Where to.
    endpoint_url: Option<String>,
    /// The names of the events it is to be told of.
    events: Option<Vec<String>>,
    /// `enabled` or `disabled`.
    status: Option<String>,
    /// What it is for. An extension of Rollcall, as everything that follows.
    description: Option<String>,
    /// Whether an event waits until the one before it of the same directory is delivered or given up.
    in_order: Option<bool>,
    /// How many deliveries a second it is sent at most, from 1 to 1000.
    deliveries_per_second: Option<i32>,
}

/// How a secret is to be changed.
#[derive(ToSchema)]
pub(crate) struct RotateWebhookSecret {
    /// How long the present secret signs as well: a day unless said, a week at most.
    overlap_seconds: Option<u32>,
}

/// Which example to send.
#[derive(ToSchema)]
pub(crate) struct SendTestEvent {
    /// The name of an event.
    event: String,
}

/// What to make up for.
#[derive(ToSchema)]
pub(crate) struct RecoverWebhooks {
    /// Since when, as in `2026-01-02T03:04:05Z`.
    since: String,
}

/// What is being made up for.
#[derive(ToSchema)]
pub(crate) struct WebhookRecovery {
    /// `webhook_recovery`.
    object: String,
    /// The endpoint.
    webhook_endpoint_id: String,
    /// How many deliveries are on their way again, or for the first time.
    count: i64,
}

/// One event for one endpoint.
#[derive(ToSchema)]
pub(crate) struct WebhookDelivery {
    /// `webhook_delivery`.
    object: String,
    /// Its id.
    id: String,
    /// Where to.
    webhook_endpoint_id: String,
    /// What.
    event_id: String,
    /// The event's name.
    event: String,
    /// Whether it carries an example that somebody asked for.
    test: bool,
    /// `pending`, `succeeded` or `failed`.
    state: String,
    /// How often it was tried.
    attempt_count: i32,
    /// When it is tried next.
    next_attempt_at: Option<String>,
    /// When it was made.
    created_at: String,
    /// When it succeeded or was given up.
    finished_at: Option<String>,
}

/// A delivery with its attempts.
#[derive(ToSchema)]
pub(crate) struct WebhookDeliveryWithAttempts {
    #[serde(flatten)]
    delivery: WebhookDelivery,
    /// The attempts, newest first.
    attempts: Vec<WebhookAttempt>,
}

/// One HTTP try of a delivery.
#[derive(ToSchema)]
pub(crate) struct WebhookAttempt {
    /// `webhook_attempt`.
    object: String,
    /// Its id.
    id: String,
    /// The status of the answer; null when there was none.
    status: Option<u16>,
    /// What went wrong, in plain words.
    error: Option<String>,
    /// How long it took.
    duration_ms: f64,
    /// The beginning of the answer's body.
    response_body: Option<String>,
    /// When it began.
    created_at: String,
}
