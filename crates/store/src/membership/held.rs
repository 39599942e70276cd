//! People held while they join or leave a group.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::CHUNK;
use crate::Tx;
use crate::db::connection::load_locked;
use crate::db::schema::directory_users;
use crate::directory_user::{DirectoryUser, Row};
use crate::error::Result;
use crate::ids::{DirectoryId, DirectoryUserId};

/// People who were found in a directory, held against changes until the transaction ends: what a membership event says
/// of them is then still true. Few are kept whole; of many only the ids, to be read again piece by piece, so that a
/// push of 50,000 never has them all in memory.
pub(crate) struct Held {
    ids: Vec<DirectoryUserId>,
    hidden: BTreeSet<DirectoryUserId>,
    whole: Option<Vec<DirectoryUser>>,
}

impl Held {
    /// The people of those ids in the directory, in the order of their ids.
    pub(crate) fn find(
        tx: &mut Tx<'_>,
        directory_id: &DirectoryId,
        user_ids: &BTreeSet<DirectoryUserId>,
    ) -> Result<Self> {
        let ids: Vec<&DirectoryUserId> = user_ids.iter().collect();
        if ids.len() <= CHUNK {
            let whole = hold_whole(tx, directory_id, &ids)?;
            let flags = whole
                .iter()
                .map(|user| (user.id.clone(), user.hidden_at.is_some()));
            let mut held = Self::of(flags);
            held.whole = Some(whole);
            return Ok(held);
        }
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            found.extend(hold_ids(tx, directory_id, chunk)?);
        }
        Ok(Self::of(found))
    }

    fn of(found: impl IntoIterator<Item = (DirectoryUserId, bool)>) -> Self {
        let (mut ids, mut hidden) = (Vec::new(), BTreeSet::new());
        for (id, is_hidden) in found {
            if is_hidden {
                hidden.insert(id.clone());
            }
            ids.push(id);
        }
        Self {
            ids,
            hidden,
            whole: None,
        }
    }

    /// Their ids, in order.
    pub(crate) fn ids(&self) -> &[DirectoryUserId] {
        &self.ids
    }

    /// How many they are.
    pub(crate) fn count(&self) -> i64 {
        i64::try_from(self.ids.len()).unwrap_or(i64::MAX)
    }

    /// Those of them whom the application does not see.
    pub(super) const fn hidden(&self) -> &BTreeSet<DirectoryUserId> {
        &self.hidden
    }

    /// Shows them to `work` in their order, some at a time.
    pub(crate) fn in_pieces(
        &self,
        tx: &mut Tx<'_>,
        mut work: impl FnMut(&mut Tx<'_>, &[DirectoryUser]) -> Result<()>,
    ) -> Result<()> {
        if let Some(whole) = &self.whole {
            return work(tx, whole);
        }
        for chunk in self.ids.chunks(CHUNK) {
            let rows: Vec<Row> = directory_users::table
                .filter(directory_users::id.eq_any(chunk))
                .order(directory_users::id)
                .select(Row::as_select())
                .load(&mut **tx)?;
            let people = rows
                .into_iter()
                .map(DirectoryUser::try_from)
                .collect::<Result<Vec<_>>>()?;
            work(tx, &people)?;
        }
        Ok(())
    }
}

fn hold_whole(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    ids: &[&DirectoryUserId],
) -> Result<Vec<DirectoryUser>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq_any(ids.iter().copied()));
    let query = directory_users::table
        .filter(own)
        .order(directory_users::id);
    let rows: Vec<Row> = load_locked!(*tx, for_share, query.select(Row::as_select()))?;
    rows.into_iter().map(DirectoryUser::try_from).collect()
}

fn hold_ids(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    ids: &[&DirectoryUserId],
) -> Result<Vec<(DirectoryUserId, bool)>> {
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq_any(ids.iter().copied()));
    let query = directory_users::table
        .filter(own)
        .order(directory_users::id)
        .select((
            directory_users::id,
            directory_users::hidden_at.is_not_null(),
        ));
    Ok(load_locked!(*tx, for_share, query)?)
}
