-- Times are microseconds since 1970 UTC. "_folded" columns hold lower case, made in Rust, so that both databases compare alike.

CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE members (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE workspace_members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, member_id)
);
CREATE INDEX workspace_members_member ON workspace_members (member_id);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_member ON sessions (member_id);

CREATE TABLE setup_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE form_submissions (
    form_key TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    made TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX form_submissions_age ON form_submissions (created_at);

CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    suffix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_keys_workspace ON api_keys (workspace_id, id);

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX organizations_name ON organizations (workspace_id, name_folded, id);

CREATE TABLE directories (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    endpoint_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    activated_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX directories_organization ON directories (organization_id, id);
CREATE INDEX directories_workspace ON directories (workspace_id, id);

CREATE TABLE directory_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    suffix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT
);
CREATE INDEX directory_tokens_directory ON directory_tokens (directory_id, id);

-- "resource" is what the provider sent, as JSON, without id, meta, groups and password; the other columns are what is looked up.
CREATE TABLE directory_users (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    user_name TEXT NOT NULL,
    user_name_folded TEXT NOT NULL,
    external_id TEXT,
    display_name TEXT,
    display_name_folded TEXT,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    email_folded TEXT,
    active BOOLEAN NOT NULL,
    sort_name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    resource TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX directory_users_user_name ON directory_users (directory_id, user_name_folded);
CREATE INDEX directory_users_order ON directory_users (directory_id, id);
CREATE INDEX directory_users_active ON directory_users (directory_id, active, id);
CREATE INDEX directory_users_external_id ON directory_users (directory_id, external_id);
CREATE INDEX directory_users_email ON directory_users (directory_id, email_folded);
CREATE INDEX directory_users_display_name ON directory_users (directory_id, display_name_folded);
CREATE INDEX directory_users_sort_name ON directory_users (directory_id, sort_name, id);

-- The e-mail addresses that people have beside their primary one, so that a lookup by any of them is exact.
CREATE TABLE directory_user_emails (
    directory_user_id TEXT NOT NULL REFERENCES directory_users (id) ON DELETE CASCADE,
    email_folded TEXT NOT NULL,
    directory_id TEXT NOT NULL,
    PRIMARY KEY (directory_user_id, email_folded)
);
CREATE INDEX directory_user_emails_email ON directory_user_emails (directory_id, email_folded);

-- "member_count" counts the memberships; it changes in the transaction that changes them.
CREATE TABLE directory_groups (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL REFERENCES directories (id) ON DELETE CASCADE,
    display_name TEXT NOT NULL,
    display_name_folded TEXT NOT NULL,
    external_id TEXT,
    idp_id TEXT NOT NULL,
    member_count BIGINT NOT NULL,
    resource TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX directory_groups_order ON directory_groups (directory_id, id);
CREATE INDEX directory_groups_display_name ON directory_groups (directory_id, display_name_folded, id);
CREATE INDEX directory_groups_external_id ON directory_groups (directory_id, external_id);

CREATE TABLE memberships (
    directory_group_id TEXT NOT NULL REFERENCES directory_groups (id) ON DELETE CASCADE,
    directory_user_id TEXT NOT NULL REFERENCES directory_users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (directory_group_id, directory_user_id)
);
CREATE INDEX memberships_user ON memberships (directory_user_id);

-- No reference to the directory: what happened outlives it.
CREATE TABLE events (
    seq BIGSERIAL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL,
    directory_id TEXT NOT NULL,
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    provisioning_request_id TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX events_directory ON events (directory_id, seq);
CREATE INDEX events_workspace ON events (workspace_id, seq);
CREATE INDEX events_provisioning_request ON events (provisioning_request_id);

-- No reference to the directory either: rows are written behind the request and must not fail on a deleted one.
CREATE TABLE provisioning_requests (
    id TEXT NOT NULL PRIMARY KEY,
    directory_id TEXT NOT NULL,
    directory_token_id TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    status INTEGER NOT NULL,
    duration_micros BIGINT NOT NULL,
    summary TEXT NOT NULL,
    request_body TEXT,
    response_body TEXT,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX provisioning_requests_directory ON provisioning_requests (directory_id, id);
CREATE INDEX provisioning_requests_refused ON provisioning_requests (directory_id, id) WHERE status >= 400;
CREATE INDEX provisioning_requests_age ON provisioning_requests (created_at);
