-- Who did what, for good. Each chain (a workspace, or the installation) numbers its entries without a gap, and each entry
-- holds the hash of the one before it. No reference to the workspace: what was done there outlives it.
CREATE TABLE audit_entries (
    id TEXT NOT NULL PRIMARY KEY,
    chain TEXT NOT NULL,
    number BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    target_id TEXT,
    target_name TEXT NOT NULL,
    difference TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    request_id TEXT,
    created_at BIGINT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_entries_order ON audit_entries (chain, number);
CREATE INDEX audit_entries_action ON audit_entries (chain, action, number);
CREATE INDEX audit_entries_actor ON audit_entries (chain, actor_name, number);
CREATE INDEX audit_entries_target ON audit_entries (chain, target_id, number);

-- The last entry of each chain; held by whoever adds the next.
CREATE TABLE audit_heads (
    chain TEXT NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL,
    last_hash TEXT NOT NULL
);

CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are only ever added');
END;
CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit entries are only ever added');
END;
CREATE TRIGGER audit_heads_advance BEFORE UPDATE ON audit_heads
WHEN NEW.chain <> OLD.chain OR NEW.last_number <> OLD.last_number + 1
BEGIN
    SELECT RAISE(ABORT, 'an audit chain only ever advances');
END;
CREATE TRIGGER audit_heads_remain BEFORE DELETE ON audit_heads
BEGIN
    SELECT RAISE(ABORT, 'an audit chain only ever advances');
END;
