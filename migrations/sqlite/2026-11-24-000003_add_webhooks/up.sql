-- One row: which key the secrets of this database are sealed with. The key itself is kept elsewhere.
CREATE TABLE sealing_key (
    id INTEGER NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- "events" is a JSON array of event names. The secrets are sealed: readable again, but only with the key outside the database.
-- No attempt begins before "paced_until"; each moves it on.
CREATE TABLE webhook_endpoints (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    endpoint_url TEXT NOT NULL,
    description TEXT NOT NULL,
    events TEXT NOT NULL,
    status TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    sealed_previous_secret TEXT,
    previous_secret_expires_at BIGINT,
    in_order BOOLEAN NOT NULL,
    deliveries_per_second INTEGER NOT NULL,
    paced_until BIGINT NOT NULL,
    failing_since BIGINT,
    disabled_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_endpoints_url ON webhook_endpoints (workspace_id, endpoint_url);
CREATE INDEX webhook_endpoints_order ON webhook_endpoints (workspace_id, id);

-- One event for one endpoint. "next_attempt_at" is null once it is over; while an attempt is under way it is the time
-- at which the attempt counts as lost. "seq" is the event's; null for a test event, whose whole body stands in "test_event".
-- "attempts" counts all of them; "retries" those of the present schedule, which a resend begins anew.
CREATE TABLE webhook_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_endpoint_id TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event_name TEXT NOT NULL,
    seq BIGINT,
    position BIGINT,
    directory_id TEXT,
    test_event TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    next_attempt_at BIGINT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_endpoint_id, next_attempt_at, position) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (webhook_endpoint_id, directory_id, position) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_endpoint_id, state, id) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (webhook_endpoint_id, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);

CREATE TABLE webhook_attempts (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_delivery_id TEXT NOT NULL,
    webhook_endpoint_id TEXT NOT NULL,
    status INTEGER,
    error TEXT,
    duration_micros BIGINT NOT NULL,
    response_body TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (webhook_delivery_id, id);
CREATE INDEX webhook_attempts_endpoint ON webhook_attempts (webhook_endpoint_id, id);
