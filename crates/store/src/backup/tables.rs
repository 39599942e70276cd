//! What a backup holds, and what it leaves out. A test compares both lists with the schema.

/// The tables of a backup, each after those it refers to.
pub const TABLES: &[&str] = &[
    "sealing_key",
    "publisher",
    "workspaces",
    "members",
    "workspace_members",
    "recovery_codes",
    "api_keys",
    "organizations",
    "organization_domains",
    "directories",
    "directory_tokens",
    "directory_users",
    "directory_user_emails",
    "directory_groups",
    "memberships",
    "directory_sequences",
    "provisioning_requests",
    "events",
    "event_outbox",
    "event_positions",
    "webhook_endpoints",
    "webhook_deliveries",
    "webhook_attempts",
    "audit_heads",
    "audit_entries",
];

/// Tables of one row that every database has: a restore puts the backup's row in its place.
pub(super) const SINGLE_ROWS: &[&str] = &["sealing_key", "publisher"];

/// The tables that a backup leaves out, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "sessions",
        "whoever was signed out since must not come back; everybody signs in again",
    ),
    (
        "account_links",
        "a link that was used or replaced since must not work again",
    ),
    (
        "invitations",
        "as links; one that was accepted or taken back since must let nobody in",
    ),
    (
        "known_devices",
        "as sessions; the next sign-in makes a browser known again",
    ),
    (
        "setup_codes",
        "the server prints a new one while there is no account",
    ),
    ("throttles", "they are about the last minutes and hours"),
    (
        "form_submissions",
        "they are about forms that are open in a browser",
    ),
    (
        "idempotency_keys",
        "they are about requests of the last day, whose changes may be missing now",
    ),
    (
        "mails",
        "the server that the backup was made from has sent them",
    ),
    (
        "__diesel_schema_migrations",
        "the migrations of the restoring program write it",
    ),
];

/// The one column that counts by itself. How far it has come is in a backup, since the last rows may be gone.
pub const COUNTER: (&str, &str) = ("events", "seq");
