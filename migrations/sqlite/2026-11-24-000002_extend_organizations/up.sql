-- "metadata" is a JSON object of texts.
ALTER TABLE organizations ADD COLUMN external_id TEXT;
ALTER TABLE organizations ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
ALTER TABLE organizations ADD COLUMN stripe_customer_id TEXT;
ALTER TABLE organizations ADD COLUMN allow_profiles_outside_organization BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX organizations_external_id ON organizations (workspace_id, external_id);
CREATE UNIQUE INDEX organizations_stripe_customer_id ON organizations (workspace_id, stripe_customer_id);
CREATE INDEX organizations_order ON organizations (workspace_id, id);

CREATE TABLE organization_domains (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    state TEXT NOT NULL,
    verification_strategy TEXT NOT NULL,
    verification_token TEXT,
    verification_prefix TEXT,
    verification_expires_at BIGINT,
    verification_next_check_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX organization_domains_domain ON organization_domains (organization_id, domain);
CREATE INDEX organization_domains_workspace ON organization_domains (workspace_id, domain);
-- Several organizations may try to verify a domain; one can have it.
CREATE UNIQUE INDEX organization_domains_verified ON organization_domains (workspace_id, domain) WHERE state = 'verified';
CREATE INDEX organization_domains_check ON organization_domains (verification_next_check_at) WHERE verification_next_check_at IS NOT NULL;

ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
-- The member who made the key; it stays when they go.
ALTER TABLE api_keys ADD COLUMN created_by TEXT;

-- The first answer to a POST with an Idempotency-Key, to be given again. "request_hash" tells another request under the same key.
CREATE TABLE idempotency_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, path, idempotency_key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
