-- Events of an organization belong to no directory. A reference to the workspace would be checked for every row of a big push.
ALTER TABLE events ALTER COLUMN directory_id DROP NOT NULL;
ALTER TABLE events DROP CONSTRAINT events_workspace_id_fkey;
-- Readers go by event_positions.
DROP INDEX events_directory;
DROP INDEX events_workspace;

-- Events that were committed and are not yet published, by their seq.
CREATE TABLE event_outbox (
    seq BIGINT NOT NULL PRIMARY KEY
);

-- One row: who publishes, until when nobody else may, and the last position given.
CREATE TABLE publisher (
    id INTEGER NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    lease_expires_at BIGINT NOT NULL,
    last_position BIGINT NOT NULL
);
INSERT INTO publisher (id, holder, lease_expires_at, last_position) VALUES (1, '', 0, 0);

-- The one order that readers see. Narrow on purpose: what is filtered by stands here, the payload in "events".
CREATE TABLE event_positions (
    position BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    directory_id TEXT,
    directory_sequence BIGINT,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE INDEX event_positions_name ON event_positions (workspace_id, name, position);
CREATE INDEX event_positions_organization ON event_positions (organization_id, name, position);
CREATE INDEX event_positions_published ON event_positions (published_at, position);

-- The number of the last published event of each directory; it outlives the directory, as its events do.
CREATE TABLE directory_sequences (
    directory_id TEXT NOT NULL PRIMARY KEY,
    last_sequence BIGINT NOT NULL
);

-- What happened before events were published.
INSERT INTO event_outbox (seq) SELECT seq FROM events;
