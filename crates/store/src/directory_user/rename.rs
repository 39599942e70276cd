//! A person's user name is shown by their groups, so a new one is a change of these too.

use diesel::prelude::*;

use super::DirectoryUser;
use crate::Tx;
use crate::db::schema::{directory_groups, memberships};
use crate::error::Result;

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
