//! The stored form of a group.
#![expect(clippy::ref_option_ref, reason = "inside the derived changeset")]

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::{DirectoryGroup, GroupProfile};
use crate::Timestamp;
use crate::db::schema::directory_groups;
use crate::error::Error;
use crate::fold::fold;
use crate::ids::{DirectoryGroupId, DirectoryId};

/// What is read back.
#[derive(Queryable, Selectable)]
#[diesel(table_name = directory_groups)]
pub(super) struct Row {
    id: DirectoryGroupId,
    directory_id: DirectoryId,
    display_name: String,
    external_id: Option<String>,
    idp_id: String,
    member_count: i64,
    resource: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Row {
    /// The row as a page's cursor.
    pub(super) fn cursor(&self) -> String {
        self.id.to_string()
    }
}

impl TryFrom<Row> for DirectoryGroup {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let resource: Map<String, Value> =
            serde_json::from_str(&row.resource).map_err(|error| Error::Inconsistent {
                table: "directory_groups",
                column: "resource",
                row: row.id.to_string(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            id: row.id,
            directory_id: row.directory_id,
            profile: GroupProfile {
                display_name: row.display_name,
                external_id: row.external_id,
                resource,
            },
            idp_id: row.idp_id,
            member_count: row.member_count,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// What is written.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = directory_groups, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Write<'a> {
    id: &'a DirectoryGroupId,
    directory_id: &'a DirectoryId,
    display_name: &'a str,
    display_name_folded: String,
    external_id: Option<&'a str>,
    idp_id: &'a str,
    member_count: i64,
    resource: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a DirectoryGroup> for Write<'a> {
    fn from(group: &'a DirectoryGroup) -> Self {
        let profile = &group.profile;
        Self {
            id: &group.id,
            directory_id: &group.directory_id,
            display_name: &profile.display_name,
            display_name_folded: fold(&profile.display_name),
            external_id: profile.external_id.as_deref(),
            idp_id: &group.idp_id,
            member_count: group.member_count,
            resource: Value::Object(profile.resource.clone()).to_string(),
            version: group.version,
            created_at: group.created_at,
            updated_at: group.updated_at,
        }
    }
}
