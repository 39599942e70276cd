CREATE TABLE bound_memberships (
    directory_group_id TEXT NOT NULL REFERENCES directory_groups (id) ON DELETE CASCADE,
    directory_user_id TEXT NOT NULL REFERENCES directory_users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (directory_group_id, directory_user_id)
);
INSERT INTO bound_memberships (directory_group_id, directory_user_id, created_at)
    SELECT directory_group_id, directory_user_id, created_at FROM memberships
    WHERE EXISTS (SELECT 1 FROM directory_groups WHERE id = directory_group_id)
        AND EXISTS (SELECT 1 FROM directory_users WHERE id = directory_user_id);
DROP TABLE memberships;
ALTER TABLE bound_memberships RENAME TO memberships;
CREATE INDEX memberships_user ON memberships (directory_user_id);
