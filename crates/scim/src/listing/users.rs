//! The users of a directory, to be listed.

use std::collections::HashMap;

use rollcall_store::directory_user::{self, DirectoryUser, Lookup};
use rollcall_store::ids::{DirectoryId, DirectoryUserId};
use rollcall_store::{Connection, Error as StoreError, membership};
use serde_json::Value;

use super::{Collection, Question, shown};
use crate::protocol::Object;
use crate::protocol::projection::Projection;
use crate::representation;

pub(crate) struct Users {
    pub(crate) directory_id: DirectoryId,
    pub(crate) endpoint: String,
}

impl Collection for Users {
    type Id = DirectoryUserId;
    type Lookup = Lookup;
    type Row = DirectoryUser;

    fn count(&self, conn: &mut Connection, lookup: &Lookup) -> Result<i64, StoreError> {
        directory_user::count(conn, &self.directory_id, lookup)
    }

    fn list(
        &self,
        conn: &mut Connection,
        lookup: &Lookup,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<DirectoryUser>, StoreError> {
        directory_user::list(conn, &self.directory_id, lookup, offset, limit)
    }

    fn by_ids(
        &self,
        conn: &mut Connection,
        ids: &[DirectoryUserId],
    ) -> Result<Vec<DirectoryUser>, StoreError> {
        directory_user::by_ids(conn, &self.directory_id, ids)
    }

    fn after(
        &self,
        conn: &mut Connection,
        lookup: &Lookup,
        last: Option<&DirectoryUserId>,
        limit: i64,
    ) -> Result<Vec<DirectoryUser>, StoreError> {
        directory_user::after(conn, &self.directory_id, lookup, last, limit)
    }

    fn id(row: &DirectoryUser) -> &DirectoryUserId {
        &row.id
    }

    fn show(
        &self,
        conn: &mut Connection,
        rows: &[DirectoryUser],
        question: Question<'_>,
        visit: &mut dyn FnMut(&DirectoryUserId, &Object),
    ) -> Result<(), StoreError> {
        // The version tells of the groups too.
        let groups = if question.reads("groups", None) || question.reads("meta", Some("version")) {
            let ids: Vec<_> = rows.iter().map(|user| user.id.clone()).collect();
            membership::groups_of(conn, &self.directory_id, &ids)?
        } else {
            HashMap::new()
        };
        for user in rows {
            let groups = groups.get(&user.id).map_or(&[][..], Vec::as_slice);
            visit(
                &user.id,
                &representation::user(&self.endpoint, user, groups),
            );
        }
        Ok(())
    }

    fn answers(
        &self,
        conn: &mut Connection,
        rows: &[DirectoryUser],
        projection: Option<&Projection>,
    ) -> Result<Vec<Value>, StoreError> {
        let ids: Vec<_> = rows.iter().map(|user| user.id.clone()).collect();
        let groups = membership::groups_of(conn, &self.directory_id, &ids)?;
        let answer = |user: &DirectoryUser| {
            let groups = groups.get(&user.id).map_or(&[][..], Vec::as_slice);
            shown(
                projection,
                representation::user(&self.endpoint, user, groups),
            )
        };
        Ok(rows.iter().map(answer).collect())
    }
}
