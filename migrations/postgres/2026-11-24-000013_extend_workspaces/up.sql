-- What a workspace decides for itself; null is what the installation says, or the product's default. "deactivated_users" is "keep"
-- or "delete". Host names are folded. Past "delete_after" the workspace is taken away; before it, that can still be undone.
ALTER TABLE workspaces ADD COLUMN deactivated_users TEXT;
ALTER TABLE workspaces ADD COLUMN second_factor_required_at BIGINT;
ALTER TABLE workspaces ADD COLUMN endpoint_host TEXT;
ALTER TABLE workspaces ADD COLUMN event_retention_days INTEGER;
ALTER TABLE workspaces ADD COLUMN webhook_in_order BOOLEAN;
ALTER TABLE workspaces ADD COLUMN webhook_deliveries_per_second INTEGER;
ALTER TABLE workspaces ADD COLUMN delete_after BIGINT;
CREATE UNIQUE INDEX workspaces_endpoint_host ON workspaces (endpoint_host);
CREATE INDEX workspaces_delete_after ON workspaces (delete_after);

-- Since when the application has been told that the person is gone, though the provider only deactivated them.
ALTER TABLE directory_users ADD COLUMN hidden_at BIGINT;
CREATE INDEX directory_users_hidden ON directory_users (directory_id) WHERE hidden_at IS NOT NULL;
-- Whether the member of the group is hidden, so that a page of a group's members looks at no people but its own.
ALTER TABLE memberships ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
-- The second column is always the same; without it SQLite counts by the primary key, through all members.
CREATE INDEX memberships_hidden ON memberships (directory_group_id, hidden) WHERE hidden;

-- Who may no longer sign in.
ALTER TABLE members ADD COLUMN disabled_at BIGINT;

-- An invitation goes when it is accepted or revoked. Its link is stored as a hash; a new link replaces it.
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    invited_by TEXT REFERENCES members (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (workspace_id, email_folded)
);
CREATE INDEX invitations_member ON invitations (invited_by);
