//! Changing groups and their members. Each operation appends its events in the same transaction:
//! the group's first, then the memberships'; none when nothing changed in the end.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::row::{Row, Write};
use super::{DirectoryGroup, Error, GroupProfile};
use crate::db::connection::{first_locked, load_locked};
use crate::db::schema::{directory_groups, memberships};
use crate::directory::Directory;
use crate::error::{self, Result};
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId};
use crate::membership::{self, Held};
use crate::{Tx, event};

/// What becomes of a group's members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// They stay.
    Keep,
    /// Exactly these are members afterwards.
    Replace(Vec<DirectoryUserId>),
    /// Some go, then some come. Who is not a member cannot go, and who is one need not come: both are fine.
    Alter {
        /// Who comes.
        add: Vec<DirectoryUserId>,
        /// Who goes.
        remove: Vec<DirectoryUserId>,
    },
}

/// Creates a group with its first members.
pub fn create(
    tx: &mut Tx<'_>,
    directory: &Directory,
    profile: GroupProfile,
    members: &[DirectoryUserId],
) -> Result<DirectoryGroup, Error> {
    let members: BTreeSet<_> = members.iter().cloned().collect();
    let group = DirectoryGroup {
        id: tx.new_id(),
        directory_id: directory.id.clone(),
        idp_id: profile
            .external_id
            .clone()
            .unwrap_or_else(|| profile.display_name.clone()),
        profile,
        member_count: i64::try_from(members.len()).unwrap_or(i64::MAX),
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    diesel::insert_into(directory_groups::table)
        .values(Write::from(&group))
        .execute(&mut **tx)
        .map_err(|error| {
            if error::is_foreign_key_violation(&error) {
                Error::DirectoryGone
            } else {
                error.into()
            }
        })?;
    // The group holds its directory. People are held after it, the order in which a directory is deleted.
    let joining = known_people(tx, directory, &members)?;
    membership::insert(tx, &group.id, &joining)?;
    event::append_group(tx, directory, &group, event::GROUP_CREATED)?;
    event::append_memberships(tx, directory, &group, event::USER_ADDED, &joining)?;
    Ok(group)
}

/// The group of that id, held until the transaction ends.
pub fn lock(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    id: &DirectoryGroupId,
) -> Result<Option<DirectoryGroup>> {
    let own = directory_groups::directory_id
        .eq(directory_id)
        .and(directory_groups::id.eq(id));
    let row: Option<Row> = first_locked!(
        *tx,
        for_no_key_update,
        directory_groups::table.filter(own).select(Row::as_select())
    )?;
    row.map(DirectoryGroup::try_from).transpose()
}

/// The groups of a person who is held, by age, held as well.
pub(crate) fn hold_of_user(
    tx: &mut Tx<'_>,
    user_id: &DirectoryUserId,
) -> Result<Vec<DirectoryGroup>> {
    let joined = memberships::table
        .filter(memberships::directory_user_id.eq(user_id))
        .select(memberships::directory_group_id);
    let query = directory_groups::table
        .filter(directory_groups::id.eq_any(joined))
        .order(directory_groups::id);
    let rows: Vec<Row> = load_locked!(*tx, for_share, query.select(Row::as_select()))?;
    rows.into_iter().map(DirectoryGroup::try_from).collect()
}

/// Gives a group, as [`lock`] found it, another profile and other members. What is there already
/// changes nothing: no version, no time, no event.
pub fn change(
    tx: &mut Tx<'_>,
    directory: &Directory,
    current: DirectoryGroup,
    profile: GroupProfile,
    members: MemberChange,
) -> Result<DirectoryGroup, Error> {
    let delta = Delta::find(tx, &current.id, members)?;
    let leaving = Held::find(tx, &directory.id, &delta.leaving)?;
    let joining = known_people(tx, directory, &delta.joining)?;
    let renamed = profile != current.profile;
    if !renamed && leaving.count() == 0 && joining.count() == 0 {
        return Ok(current);
    }
    membership::remove(tx, &current.id, leaving.ids())?;
    membership::insert(tx, &current.id, &joining)?;
    let group = DirectoryGroup {
        profile,
        member_count: current.member_count - leaving.count() + joining.count(),
        version: current.version + 1,
        updated_at: tx.now(),
        ..current.clone()
    };
    update(tx, &group)?;
    if renamed {
        event::append_group_updated(tx, directory, &current, &group)?;
    }
    event::append_memberships(tx, directory, &group, event::USER_REMOVED, &leaving)?;
    event::append_memberships(tx, directory, &group, event::USER_ADDED, &joining)?;
    Ok(group)
}

/// Deletes a group, as [`lock`] found it; its members stay. One `dsync.group.deleted`, and no
/// `user_removed` per member, as WorkOS does.
pub fn delete(tx: &mut Tx<'_>, directory: &Directory, group: &DirectoryGroup) -> Result<()> {
    membership::end_of_group(tx, &group.id)?;
    diesel::delete(directory_groups::table.filter(directory_groups::id.eq(&group.id)))
        .execute(&mut **tx)?;
    event::append_group(tx, directory, group, event::GROUP_DELETED)
}

/// Writes down how many members a group has after somebody was deleted.
pub(crate) fn count_members(tx: &mut Tx<'_>, group: &DirectoryGroup, members: i64) -> Result<()> {
    let counted = DirectoryGroup {
        member_count: members,
        version: group.version + 1,
        updated_at: tx.now(),
        ..group.clone()
    };
    update(tx, &counted)
}

fn update(tx: &mut Tx<'_>, group: &DirectoryGroup) -> Result<()> {
    let row = directory_groups::table.filter(directory_groups::id.eq(&group.id));
    diesel::update(row)
        .set(Write::from(group))
        .execute(&mut **tx)?;
    Ok(())
}

/// Who really comes and goes.
struct Delta {
    leaving: BTreeSet<DirectoryUserId>,
    joining: BTreeSet<DirectoryUserId>,
}

impl Delta {
    fn find(tx: &mut Tx<'_>, group_id: &DirectoryGroupId, change: MemberChange) -> Result<Self> {
        match change {
            MemberChange::Keep => Ok(Self {
                leaving: BTreeSet::new(),
                joining: BTreeSet::new(),
            }),
            MemberChange::Replace(members) => {
                let wanted: BTreeSet<_> = members.into_iter().collect();
                let present = membership::present(tx, group_id, None)?;
                Ok(Self {
                    leaving: present.difference(&wanted).cloned().collect(),
                    joining: wanted.difference(&present).cloned().collect(),
                })
            }
            MemberChange::Alter { add, remove } => {
                let add: BTreeSet<_> = add.into_iter().collect();
                let remove: BTreeSet<_> =
                    remove.into_iter().filter(|id| !add.contains(id)).collect();
                let named = add.union(&remove).cloned().collect();
                let present = membership::present(tx, group_id, Some(&named))?;
                Ok(Self {
                    leaving: remove.intersection(&present).cloned().collect(),
                    joining: add.difference(&present).cloned().collect(),
                })
            }
        }
    }
}

fn known_people(
    tx: &mut Tx<'_>,
    directory: &Directory,
    ids: &BTreeSet<DirectoryUserId>,
) -> Result<Held, Error> {
    let people = Held::find(tx, &directory.id, ids)?;
    if people.ids().len() == ids.len() {
        return Ok(people);
    }
    let known: BTreeSet<_> = people.ids().iter().collect();
    Err(Error::UnknownMembers(
        ids.iter()
            .filter(|id| !known.contains(id))
            .map(ToString::to_string)
            .collect(),
    ))
}
