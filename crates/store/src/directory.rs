//! Directories: the connections of organizations to their identity providers.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::by_age::{ByAge, load_by_age};
use crate::db::connection::first_locked;
use crate::db::schema::{
    directories, directory_groups, directory_tokens, directory_users, provisioning_requests,
};
use crate::directory_token::{self, NewToken, TokenError};
use crate::error::{Error, Result};
use crate::fold::contains_pattern;
use crate::ids::{DirectoryId, DirectoryTokenId, OrganizationId, WorkspaceId};
use crate::organization::Organization;
use crate::page::Page;
use crate::provider::Provider;
use crate::{Connection, Timestamp, Tx, event, membership};

#[diesel::declare_sql_function]
extern "SQL" {
    /// Lower case, as far as the database knows it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// 24 letters and digits: 124 bits, so that endpoints cannot be guessed.
const KEY_LENGTH: usize = 24;

/// One connection of an organization to an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its id.
    pub id: DirectoryId,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// The customer.
    pub organization_id: OrganizationId,
    /// The provider's wire name, for example `okta scim v1.1`.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// The part of the endpoint's URL that names this directory; no underscore.
    pub endpoint_key: String,
    /// Whether the provider has called yet.
    pub state: DirectoryState,
    /// When it was linked.
    pub activated_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Whether the provider has called yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryState {
    /// Made, and waiting for the provider's first authenticated call.
    Validating,
    /// The provider has called.
    Linked,
}

impl DirectoryState {
    /// The stored name; WorkOS's name in its REST API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validating => "validating",
            Self::Linked => "linked",
        }
    }
}

/// How many users and groups a directory has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All users.
    pub users: i64,
    /// The active ones.
    pub active_users: i64,
    /// Groups.
    pub groups: i64,
}

/// What a bearer token is worth at an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The token opens the endpoint's directory.
    Accepted {
        /// The directory.
        directory: Directory,
        /// Which of its tokens it was.
        token_id: DirectoryTokenId,
    },
    /// It does not. The directory is known only so that the refusal can be logged where its admin looks.
    Refused {
        /// The endpoint's directory, if the endpoint exists.
        directory: Option<Directory>,
    },
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = directories, treat_none_as_default_value = false)]
struct Row {
    id: DirectoryId,
    workspace_id: WorkspaceId,
    organization_id: OrganizationId,
    provider: String,
    name: String,
    endpoint_key: String,
    state: String,
    activated_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TryFrom<Row> for Directory {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = [DirectoryState::Validating, DirectoryState::Linked]
            .into_iter()
            .find(|state| state.as_str() == row.state)
            .ok_or_else(|| Error::Inconsistent {
                table: "directories",
                column: "state",
                row: row.id.to_string(),
                reason: format!("no state is called {:?}", row.state),
            })?;
        Ok(Self {
            id: row.id,
            workspace_id: row.workspace_id,
            organization_id: row.organization_id,
            provider: row.provider,
            name: row.name,
            endpoint_key: row.endpoint_key,
            state,
            activated_at: row.activated_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Makes a directory with its first bearer token.
pub fn create(
    tx: &mut Tx<'_>,
    organization: &Organization,
    provider: &Provider,
    name: &str,
) -> Result<(Directory, NewToken), TokenError> {
    let row = Row {
        id: tx.new_id(),
        workspace_id: organization.workspace_id.clone(),
        organization_id: organization.id.clone(),
        provider: provider.wire_name.to_owned(),
        name: name.to_owned(),
        endpoint_key: tx.new_key(KEY_LENGTH),
        state: DirectoryState::Validating.as_str().to_owned(),
        activated_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    diesel::insert_into(directories::table)
        .values(&row)
        .execute(&mut **tx)?;
    let directory = Directory::try_from(row)?;
    let token = directory_token::create(tx, &directory)?;
    Ok((directory, token))
}

/// Links a directory upon the provider's first authenticated call, with `dsync.activated`.
/// A directory that is linked already stays as it is.
pub fn activate(tx: &mut Tx<'_>, directory: &Directory) -> Result<Directory> {
    let waiting = directories::id
        .eq(&directory.id)
        .and(directories::state.eq(DirectoryState::Validating.as_str()));
    let changed = diesel::update(directories::table.filter(waiting))
        .set((
            directories::state.eq(DirectoryState::Linked.as_str()),
            directories::activated_at.eq(tx.now()),
            directories::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    let mut linked = directory.clone();
    linked.state = DirectoryState::Linked;
    if changed == 1 {
        linked.activated_at = Some(tx.now());
        linked.updated_at = tx.now();
        event::append_directory(tx, &linked, event::ACTIVATED)?;
    }
    Ok(linked)
}

/// Gives a directory another name.
pub fn rename(tx: &mut Tx<'_>, directory: &Directory, name: &str) -> Result<()> {
    diesel::update(directories::table.filter(directories::id.eq(&directory.id)))
        .set((
            directories::name.eq(name),
            directories::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Deletes a directory with everything in it: one `dsync.deleted`, nothing per user or group, as
/// WorkOS does. Its earlier events stay.
pub fn delete(tx: &mut Tx<'_>, directory: &Directory) -> Result<()> {
    let own = directories::table
        .filter(directories::id.eq(&directory.id))
        .select(directories::id);
    let held: Option<DirectoryId> = first_locked!(*tx, for_update, own)?;
    if held.is_none() {
        return Ok(());
    }
    // Groups before users: the order in which every other operation takes its locks.
    diesel::delete(
        directory_groups::table.filter(directory_groups::directory_id.eq(&directory.id)),
    )
    .execute(&mut **tx)?;
    membership::end_of_directory(tx, &directory.id)?;
    diesel::delete(directory_users::table.filter(directory_users::directory_id.eq(&directory.id)))
        .execute(&mut **tx)?;
    diesel::delete(
        provisioning_requests::table.filter(provisioning_requests::directory_id.eq(&directory.id)),
    )
    .execute(&mut **tx)?;
    diesel::delete(directories::table.filter(directories::id.eq(&directory.id)))
        .execute(&mut **tx)?;
    event::append_directory(tx, directory, event::DELETED)
}

/// What a token is worth at an endpoint. `token_hash` is the hash of what the caller sent.
pub fn authenticate(
    conn: &mut Connection,
    endpoint_key: &str,
    token_hash: &str,
    now: Timestamp,
) -> Result<Authentication> {
    let works = directory_tokens::token_hash.eq(token_hash).and(
        directory_tokens::expires_at
            .is_null()
            .or(directory_tokens::expires_at.gt(now)),
    );
    let accepted: Option<(Row, DirectoryTokenId)> = directories::table
        .inner_join(directory_tokens::table)
        .filter(directories::endpoint_key.eq(endpoint_key).and(works))
        .select((Row::as_select(), directory_tokens::id))
        .first(conn)
        .optional()?;
    if let Some((row, token_id)) = accepted {
        return Ok(Authentication::Accepted {
            directory: row.try_into()?,
            token_id,
        });
    }
    let row: Option<Row> = directories::table
        .filter(directories::endpoint_key.eq(endpoint_key))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(Authentication::Refused {
        directory: row.map(Directory::try_from).transpose()?,
    })
}

/// The directory of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &DirectoryId,
) -> Result<Option<Directory>> {
    let mine = directories::workspace_id
        .eq(workspace_id)
        .and(directories::id.eq(id));
    let row: Option<Row> = directories::table
        .filter(mine)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Directory::try_from).transpose()
}

/// Which directories of a workspace are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization alone.
    pub organization_id: Option<OrganizationId>,
    /// With this in their name, whatever the case.
    pub search: Option<String>,
}

/// The workspace's directories by age.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    filter: &Filter,
    request: &ByAge<DirectoryId>,
) -> Result<Page<Directory>> {
    let mut query = directories::table
        .filter(directories::workspace_id.eq(workspace_id))
        .select(Row::as_select())
        .into_boxed();
    if let Some(id) = &filter.organization_id {
        query = query.filter(directories::organization_id.eq(id));
    }
    if let Some(text) = &filter.search {
        // SQLite's own lower case is that of ASCII; a workspace has too few directories to keep a folded column for them.
        let pattern = contains_pattern(text);
        query = query.filter(lower(directories::name).like(pattern).escape('\\'));
    }
    let page: Page<Row> = load_by_age!(conn, query, request, directories::id, |row: &Row| row
        .id
        .to_string());
    page.try_map(Directory::try_from)
}

/// The organization's directories, oldest first.
pub fn for_organization(
    conn: &mut Connection,
    organization_id: &OrganizationId,
) -> Result<Vec<Directory>> {
    for_organizations(conn, std::slice::from_ref(organization_id))
}

/// The directories of several organizations, oldest first.
pub fn for_organizations(
    conn: &mut Connection,
    organization_ids: &[OrganizationId],
) -> Result<Vec<Directory>> {
    let rows: Vec<Row> = directories::table
        .filter(directories::organization_id.eq_any(organization_ids))
        .order(directories::id)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Directory::try_from).collect()
}

/// The directories of those ids in the workspace.
pub fn by_ids(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    ids: &[DirectoryId],
) -> Result<HashMap<DirectoryId, Directory>> {
    let mine = directories::workspace_id
        .eq(workspace_id)
        .and(directories::id.eq_any(ids));
    let rows: Vec<Row> = directories::table
        .filter(mine)
        .select(Row::as_select())
        .load(conn)?;
    let named = rows
        .into_iter()
        .map(|row| Ok((row.id.clone(), Directory::try_from(row)?)));
    named.collect()
}

/// How many users and groups each of several directories has. Those that have neither are left out.
pub fn counts_of(
    conn: &mut Connection,
    ids: &[DirectoryId],
) -> Result<HashMap<DirectoryId, Counts>> {
    let mut counts: HashMap<_, Counts> = HashMap::new();
    let users: Vec<(DirectoryId, bool, i64)> = directory_users::table
        .filter(directory_users::directory_id.eq_any(ids))
        .group_by((directory_users::directory_id, directory_users::active))
        .select((
            directory_users::directory_id,
            directory_users::active,
            count_star(),
        ))
        .load(conn)?;
    for (id, active, number) in users {
        let of_directory = counts.entry(id).or_default();
        of_directory.users += number;
        of_directory.active_users += if active { number } else { 0 };
    }
    let groups: Vec<(DirectoryId, i64)> = directory_groups::table
        .filter(directory_groups::directory_id.eq_any(ids))
        .group_by(directory_groups::directory_id)
        .select((directory_groups::directory_id, count_star()))
        .load(conn)?;
    for (id, number) in groups {
        counts.entry(id).or_default().groups = number;
    }
    Ok(counts)
}

/// How many users and groups a directory has.
pub fn counts(conn: &mut Connection, directory_id: &DirectoryId) -> Result<Counts> {
    let users = directory_users::table.filter(directory_users::directory_id.eq(directory_id));
    Ok(Counts {
        users: users.count().get_result(conn)?,
        active_users: users
            .filter(directory_users::active.eq(true))
            .count()
            .get_result(conn)?,
        groups: directory_groups::table
            .filter(directory_groups::directory_id.eq(directory_id))
            .count()
            .get_result(conn)?,
    })
}
