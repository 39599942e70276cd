//! A person's user name is shown by their groups, so a new one is a change of these too.

use diesel::prelude::*;

use super::{DirectoryUser, lock};
use crate::db::schema::{directory_groups, directory_users, memberships};
use crate::error::Result;
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId};
use crate::{Connection, Tx};

/// The person of that id, held until the transaction ends, to be given a user name. If it is another than they
/// have, their groups are held first: the order in which every other operation takes its locks.
pub fn lock_to_rename(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    id: &DirectoryUserId,
    user_name: &str,
) -> Result<Option<DirectoryUser>> {
    // SQLite's one writer needs no lock.
    if let Connection::Postgres(conn) = &mut **tx {
        let renamed = directory_users::id
            .eq(id)
            .and(directory_users::directory_id.eq(directory_id))
            .and(directory_users::user_name.ne(user_name));
        let joined = memberships::table
            .inner_join(directory_users::table)
            .filter(renamed)
            .select(memberships::directory_group_id);
        let _held: Vec<DirectoryGroupId> = directory_groups::table
            .filter(directory_groups::id.eq_any(joined))
            .order(directory_groups::id)
            .select(directory_groups::id)
            .for_no_key_update()
            .load(conn)?;
    }
    lock(tx, directory_id, id)
}

/// Counts a new user name as a change of the person's groups.
pub(super) fn count_in_groups(tx: &mut Tx<'_>, user: &DirectoryUser) -> Result<()> {
    let now = tx.now();
    let joined = memberships::table
        .filter(memberships::directory_user_id.eq(&user.id))
        .select(memberships::directory_group_id);
    diesel::update(directory_groups::table.filter(directory_groups::id.eq_any(joined)))
        .set((
            directory_groups::version.eq(directory_groups::version + 1),
            directory_groups::updated_at.eq(now),
        ))
        .execute(&mut **tx)?;
    Ok(())
}
