//! Events.
#![expect(dead_code, reason = "the document alone reads it")]
#![expect(clippy::struct_field_names, reason = "the names are those of the wire")]

use utoipa::ToSchema;

/// One fact that happened. Webhooks carry the same object.
#[derive(ToSchema)]
pub(crate) struct Event {
    /// `event`.
    object: String,
    /// Its id; the same in webhooks.
    #[schema(example = "event_01FKPZXK9DP9MQGV0HQ8N3MJ5S")]
    id: String,
    /// Its name, as in `dsync.user.created`.
    event: String,
    /// To whom or what it happened: the object, with `previous_attributes` when it was changed.
    #[schema(value_type = Object)]
    data: (),
    /// When it happened.
    created_at: String,
    /// How it came about.
    context: EventContext,
}

/// How an event came about.
#[derive(ToSchema)]
pub(crate) struct EventContext {
    /// Counts the events of its directory from one, without gaps. An extension of Rollcall.
    #[schema(required = false)]
    directory_sequence: i64,
    /// The provisioning request that asked for it. An extension of Rollcall.
    #[schema(required = false)]
    provisioning_request_id: String,
}
