DROP TABLE directory_sequences;
DROP TABLE event_positions;
DROP TABLE publisher;
DROP TABLE event_outbox;
DELETE FROM events WHERE directory_id IS NULL;
ALTER TABLE events ALTER COLUMN directory_id SET NOT NULL;
ALTER TABLE events ADD CONSTRAINT events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE;
CREATE INDEX events_directory ON events (directory_id, seq);
CREATE INDEX events_workspace ON events (workspace_id, seq);
