//! The groups of a directory, to be listed.

use std::collections::HashMap;

use rollcall_store::directory_group::{self, DirectoryGroup, GroupLookup};
use rollcall_store::ids::{DirectoryGroupId, DirectoryId};
use rollcall_store::{Connection, Error as StoreError, membership};
use serde_json::Value;

use super::{Collection, Question, shown};
use crate::protocol::Object;
use crate::protocol::projection::Projection;
use crate::{operations, representation};

pub(crate) struct Groups {
    pub(crate) directory_id: DirectoryId,
    pub(crate) endpoint: String,
}

impl Collection for Groups {
    type Id = DirectoryGroupId;
    type Lookup = GroupLookup;
    type Row = DirectoryGroup;

    fn count(&self, conn: &mut Connection, lookup: &GroupLookup) -> Result<i64, StoreError> {
        directory_group::count(conn, &self.directory_id, lookup)
    }

    fn list(
        &self,
        conn: &mut Connection,
        lookup: &GroupLookup,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<DirectoryGroup>, StoreError> {
        directory_group::list(conn, &self.directory_id, lookup, offset, limit)
    }

    fn by_ids(
        &self,
        conn: &mut Connection,
        ids: &[DirectoryGroupId],
    ) -> Result<Vec<DirectoryGroup>, StoreError> {
        directory_group::by_ids(conn, &self.directory_id, ids)
    }

    fn after(
        &self,
        conn: &mut Connection,
        lookup: &GroupLookup,
        last: Option<&DirectoryGroupId>,
        limit: i64,
    ) -> Result<Vec<DirectoryGroup>, StoreError> {
        directory_group::after(conn, &self.directory_id, lookup, last, limit)
    }

    fn id(row: &DirectoryGroup) -> &DirectoryGroupId {
        &row.id
    }

    /// Members are read one group at a time: together they may be more than memory holds.
    fn show(
        &self,
        conn: &mut Connection,
        rows: &[DirectoryGroup],
        question: Question<'_>,
        visit: &mut dyn FnMut(&DirectoryGroupId, &Object),
    ) -> Result<(), StoreError> {
        let reads_members = question.reads("members", None);
        for group in rows {
            let members = if reads_members && group.member_count > 0 {
                operations::groups::members_of(conn, group)?
            } else {
                Vec::new()
            };
            visit(
                &group.id,
                &representation::group(&self.endpoint, group, &members),
            );
        }
        Ok(())
    }

    fn answers(
        &self,
        conn: &mut Connection,
        rows: &[DirectoryGroup],
        projection: Option<&Projection>,
    ) -> Result<Vec<Value>, StoreError> {
        let members = if projection.is_none_or(|projection| projection.shows("members")) {
            let ids: Vec<_> = rows.iter().map(|group| group.id.clone()).collect();
            membership::members_of(conn, &self.directory_id, &ids)?
        } else {
            HashMap::new()
        };
        let answer = |group: &DirectoryGroup| {
            let members = members.get(&group.id).map_or(&[][..], Vec::as_slice);
            shown(
                projection,
                representation::group(&self.endpoint, group, members),
            )
        };
        Ok(rows.iter().map(answer).collect())
    }
}
