//! The stored form of a person.
#![expect(clippy::ref_option_ref, reason = "inside the derived changeset")]

use diesel::prelude::*;
use serde_json::{Map, Value};

use super::{DirectoryUser, Profile};
use crate::Timestamp;
use crate::db::schema::directory_users;
use crate::error::Error;
use crate::fold::fold;
use crate::ids::{DirectoryId, DirectoryUserId};

/// What is read back.
#[derive(Queryable, Selectable)]
#[diesel(table_name = directory_users)]
pub(crate) struct Row {
    id: DirectoryUserId,
    directory_id: DirectoryId,
    user_name: String,
    external_id: Option<String>,
    display_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    active: bool,
    resource: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    hidden_at: Option<Timestamp>,
}

impl Row {
    /// The row as a page's cursor.
    pub(crate) fn cursor(&self) -> String {
        self.id.to_string()
    }
}

impl TryFrom<Row> for DirectoryUser {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let resource: Map<String, Value> =
            serde_json::from_str(&row.resource).map_err(|error| Error::Inconsistent {
                table: "directory_users",
                column: "resource",
                row: row.id.to_string(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            id: row.id,
            directory_id: row.directory_id,
            profile: Profile {
                user_name: row.user_name,
                external_id: row.external_id,
                display_name: row.display_name,
                first_name: row.first_name,
                last_name: row.last_name,
                email: row.email,
                active: row.active,
                resource,
            },
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            hidden_at: row.hidden_at,
        })
    }
}

/// What is written: the profile and what is looked up in it.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = directory_users, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Write<'a> {
    id: &'a DirectoryUserId,
    directory_id: &'a DirectoryId,
    user_name: &'a str,
    user_name_folded: String,
    external_id: Option<&'a str>,
    display_name: Option<&'a str>,
    display_name_folded: Option<String>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    email: Option<&'a str>,
    email_folded: Option<String>,
    active: bool,
    sort_name: String,
    search_text: String,
    resource: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    hidden_at: Option<Timestamp>,
}

impl<'a> From<&'a DirectoryUser> for Write<'a> {
    fn from(user: &'a DirectoryUser) -> Self {
        let profile = &user.profile;
        Self {
            id: &user.id,
            directory_id: &user.directory_id,
            user_name: &profile.user_name,
            user_name_folded: fold(&profile.user_name),
            external_id: profile.external_id.as_deref(),
            display_name: profile.display_name.as_deref(),
            display_name_folded: profile.display_name.as_deref().map(fold),
            first_name: profile.first_name.as_deref(),
            last_name: profile.last_name.as_deref(),
            email: profile.email.as_deref(),
            email_folded: profile.email.as_deref().map(fold),
            active: profile.active,
            sort_name: fold(&profile.label()),
            search_text: search_text(&user.id, profile),
            resource: Value::Object(profile.resource.clone()).to_string(),
            version: user.version,
            created_at: user.created_at,
            updated_at: user.updated_at,
            hidden_at: user.hidden_at,
        }
    }
}

/// What a search in the dashboard looks through, folded, one value a line.
fn search_text(id: &DirectoryUserId, profile: &Profile) -> String {
    let label = profile.label();
    let parts = [
        Some(label.as_str()),
        profile.first_name.as_deref(),
        profile.last_name.as_deref(),
    ]
    .into_iter()
    .chain([
        Some(profile.user_name.as_str()),
        profile.email.as_deref(),
        profile.external_id.as_deref(),
    ])
    .flatten()
    .chain([crate::ids::Id::as_str(id)]);
    fold(&parts.collect::<Vec<_>>().join("\n"))
}
