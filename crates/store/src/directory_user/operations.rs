//! Changing people. Each operation appends its events in the same transaction, and none when
//! nothing changed in the end.

use diesel::prelude::*;

use super::row::Write;
use super::{DirectoryUser, Error, Lookup, Profile, emails, list, lock, rename, visibility};
use crate::db::connection::on_either;
use crate::db::schema::directory_users;
use crate::directory::Directory;
use crate::error::{self, Result};
use crate::fold::fold;
use crate::ids::{DirectoryId, DirectoryUserId};
use crate::{Connection, Tx, membership};

/// Creates a person. Where a deactivation counts as a deletion, the application hears nothing of one who is inactive.
pub fn create(
    tx: &mut Tx<'_>,
    directory: &Directory,
    profile: Profile,
) -> Result<DirectoryUser, Error> {
    let user = DirectoryUser {
        id: tx.new_id(),
        directory_id: directory.id.clone(),
        hidden_at: visibility::hidden_at(tx, directory, None, &profile),
        profile,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    // Of two who create the same user name at once, the second waits here for the first and then inserts nothing.
    let inserted = on_either!(*tx, conn => diesel::insert_into(directory_users::table)
        .values(Write::from(&user))
        .on_conflict_do_nothing()
        .execute(conn))
    .map_err(|error| {
        if error::is_foreign_key_violation(&error) {
            Error::DirectoryGone
        } else {
            error.into()
        }
    })?;
    if inserted == 0 {
        return Err(taken(tx, &directory.id, user.profile.user_name)?);
    }
    emails::write_secondary(tx, None, &user)?;
    visibility::tell_created(tx, directory, &user)?;
    Ok(user)
}

/// Gives a person, as [`lock`] found them, another profile. The same profile changes nothing:
/// no version, no time, no event. Somebody who comes back is to be held by [`lock_to_change`](super::lock_to_change).
pub fn replace(
    tx: &mut Tx<'_>,
    directory: &Directory,
    current: DirectoryUser,
    profile: Profile,
) -> Result<DirectoryUser, Error> {
    if profile == current.profile {
        return Ok(current);
    }
    let renamed = fold(&profile.user_name) != fold(&current.profile.user_name);
    if renamed && holder(tx, &directory.id, &profile.user_name)?.is_some() {
        return Err(taken(tx, &directory.id, profile.user_name)?);
    }
    let user = DirectoryUser {
        hidden_at: visibility::hidden_at(tx, directory, Some(&current), &profile),
        profile,
        version: current.version + 1,
        updated_at: tx.now(),
        ..current.clone()
    };
    let row = directory_users::table.filter(directory_users::id.eq(&user.id));
    diesel::update(row)
        .set(Write::from(&user))
        .execute(&mut **tx)
        .map_err(|error| {
            if error::is_unique_violation(&error) {
                Error::UserNameTaken {
                    user_name: user.profile.user_name.clone(),
                    by: None,
                }
            } else {
                error.into()
            }
        })?;
    if user.profile.user_name != current.profile.user_name {
        rename::count_in_groups(tx, &user)?;
    }
    emails::write_secondary(tx, Some(&current), &user)?;
    visibility::tell_changed(tx, directory, &current, &user)?;
    Ok(user)
}

/// Deletes a person with their memberships; `None` when the directory has nobody of that id.
/// One `dsync.user.deleted`, and no `user_removed` per group.
pub fn delete(
    tx: &mut Tx<'_>,
    directory: &Directory,
    id: &DirectoryUserId,
) -> Result<Option<DirectoryUser>> {
    // Groups are held before the person: the order in which every other operation takes its locks.
    membership::leave_all(tx, &directory.id, id)?;
    let Some(user) = lock(tx, &directory.id, id)? else {
        return Ok(None);
    };
    // Whoever added the person to a group just before they were held; from here on nobody can.
    membership::leave_all(tx, &directory.id, id)?;
    diesel::delete(directory_users::table.filter(directory_users::id.eq(id))).execute(&mut **tx)?;
    visibility::tell_deleted(tx, directory, &user)?;
    Ok(Some(user))
}

fn holder(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    user_name: &str,
) -> Result<Option<DirectoryUser>> {
    Ok(list(
        conn,
        directory_id,
        &Lookup::UserName(user_name.to_owned()),
        0,
        1,
    )?
    .pop())
}

fn taken(conn: &mut Connection, directory_id: &DirectoryId, user_name: String) -> Result<Error> {
    let by = holder(conn, directory_id, &user_name)?.map(Box::new);
    Ok(Error::UserNameTaken { user_name, by })
}
