DELETE FROM memberships WHERE NOT EXISTS (SELECT 1 FROM directory_groups WHERE id = directory_group_id)
    OR NOT EXISTS (SELECT 1 FROM directory_users WHERE id = directory_user_id);
ALTER TABLE memberships ADD CONSTRAINT memberships_directory_group_id_fkey FOREIGN KEY (directory_group_id) REFERENCES directory_groups (id) ON DELETE CASCADE;
ALTER TABLE memberships ADD CONSTRAINT memberships_directory_user_id_fkey FOREIGN KEY (directory_user_id) REFERENCES directory_users (id) ON DELETE CASCADE;
