-- The references would be checked for every row of a big push. Whoever deletes a group or a person ends the memberships.
-- Without a rowid the table is its own primary key: one tree less to write to.
CREATE TABLE free_memberships (
    directory_group_id TEXT NOT NULL,
    directory_user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (directory_group_id, directory_user_id)
) WITHOUT ROWID;
INSERT INTO free_memberships (directory_group_id, directory_user_id, created_at)
    SELECT directory_group_id, directory_user_id, created_at FROM memberships ORDER BY directory_group_id, directory_user_id;
DROP TABLE memberships;
ALTER TABLE free_memberships RENAME TO memberships;
CREATE INDEX memberships_user ON memberships (directory_user_id);
