//! Holding people until the transaction ends.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{DirectoryUser, Row};
use crate::db::connection::first_locked;
use crate::db::schema::{directory_groups, directory_users, memberships};
use crate::error::Result;
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId};
use crate::{Connection, Tx};

/// What is sent for a person, as far as their groups have to do with it.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// The user name, if one is sent.
    pub user_name: Option<String>,
    /// Whether the person is active, if that is sent.
    pub active: Option<bool>,
}

/// The person of that id, held until the transaction ends.
pub fn lock(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    id: &DirectoryUserId,
) -> Result<Option<DirectoryUser>> {
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq(id));
    let row: Option<Row> = first_locked!(
        *tx,
        for_no_key_update,
        directory_users::table.filter(own).select(Row::as_select())
    )?;
    row.map(DirectoryUser::try_from).transpose()
}

/// The same, for a change. If the change shows in their groups, or tells of them, these are held first: the order in
/// which every other operation takes its locks.
pub fn lock_to_change(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    id: &DirectoryUserId,
    sent: &Sent,
) -> Result<Option<DirectoryUser>> {
    // A new user name shows in the groups; who comes back is in each of them again.
    let (has_name, is_active) = (sent.user_name.is_some(), sent.active == Some(true));
    // SQLite's one writer needs no lock.
    if let Connection::Postgres(conn) = &mut **tx
        && (has_name || is_active)
    {
        let name = sent.user_name.as_deref().unwrap_or_default();
        let renamed = has_name
            .into_sql::<Bool>()
            .and(directory_users::user_name.ne(name));
        let back = is_active
            .into_sql::<Bool>()
            .and(directory_users::hidden_at.is_not_null());
        let concerned = renamed.or(back);
        let joined = memberships::table
            .inner_join(directory_users::table)
            .filter(directory_users::id.eq(id))
            .filter(directory_users::directory_id.eq(directory_id))
            .filter(concerned)
            .select(memberships::directory_group_id);
        let groups = directory_groups::table
            .filter(directory_groups::id.eq_any(joined))
            .order(directory_groups::id)
            .select(directory_groups::id);
        // A new name changes the groups. Who comes back only tells of them, and many may do so at once.
        let _held: Vec<DirectoryGroupId> = if has_name {
            groups.for_no_key_update().load(conn)?
        } else {
            groups.for_share().load(conn)?
        };
    }
    lock(tx, directory_id, id)
}
