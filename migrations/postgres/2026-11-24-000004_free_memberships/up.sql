-- The references would be checked for every row of a big push. Whoever deletes a group or a person ends the memberships.
ALTER TABLE memberships DROP CONSTRAINT memberships_directory_group_id_fkey;
ALTER TABLE memberships DROP CONSTRAINT memberships_directory_user_id_fkey;
