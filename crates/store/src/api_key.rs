//! API keys of a workspace, for the application that reads the directories.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::audit::{self, Action, Difference, Target};
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::{api_keys, members, workspaces};
use crate::error::Result;
use crate::ids::{ApiKeyId, MemberId, WorkspaceId};
use crate::page::{Page, PageRequest, load_newest_page};
use crate::{Connection, Timestamp, Tx, token};

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The workspace it opens.
    pub workspace_id: WorkspaceId,
    /// What it is for.
    pub name: String,
    /// Its last characters.
    pub suffix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last opened the workspace, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working, if that is decided.
    pub expires_at: Option<Timestamp>,
    /// The member who made it; none when a program did.
    pub created_by: Option<MemberId>,
}

/// What a key is made from.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// The member who makes it.
    pub created_by: Option<MemberId>,
    /// When it is to stop working.
    pub expires_at: Option<Timestamp>,
}

/// Makes a key; its secret is shown this once.
pub fn create(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    new: NewApiKey,
) -> Result<(ApiKey, SecretString)> {
    let secret = tx.new_token(token::API_KEY_PREFIX);
    let key = ApiKey {
        id: tx.new_id(),
        workspace_id: workspace_id.clone(),
        name: new.name,
        suffix: token::suffix(secret.expose_secret()),
        created_at: tx.now(),
        last_used_at: None,
        expires_at: new.expires_at,
        created_by: new.created_by,
    };
    let values = (
        api_keys::id.eq(&key.id),
        api_keys::workspace_id.eq(workspace_id),
        api_keys::name.eq(&key.name),
        api_keys::key_hash.eq(token::hash(secret.expose_secret())),
        api_keys::suffix.eq(&key.suffix),
        api_keys::created_at.eq(key.created_at),
        api_keys::expires_at.eq(key.expires_at),
        api_keys::created_by.eq(&key.created_by),
    );
    diesel::insert_into(api_keys::table)
        .values(values)
        .execute(&mut **tx)?;
    let expires_at = key.expires_at.map(|at| at.to_string());
    let difference = Difference::none()
        .set("suffix", key.suffix.as_str())
        .set("expires_at", expires_at);
    note(tx, &key, Action::ApiKeyCreated, difference)?;
    Ok((key, secret))
}

fn note(tx: &mut Tx<'_>, key: &ApiKey, action: Action, difference: Difference) -> Result<()> {
    let target = Target::new(&key.id, &key.name);
    audit::note(tx, &key.workspace_id, action, target, difference)
}

/// Ends a key at once; `false` when the workspace has none of that id.
pub fn revoke(tx: &mut Tx<'_>, workspace_id: &WorkspaceId, id: &ApiKeyId) -> Result<bool> {
    let Some(key) = find(tx, workspace_id, id)? else {
        return Ok(false);
    };
    let gone = diesel::delete(api_keys::table.filter(api_keys::id.eq(id))).execute(&mut **tx)?;
    if gone == 1 {
        note(tx, &key, Action::ApiKeyRevoked, Difference::none())?;
    }
    Ok(gone == 1)
}

/// The key of that hash, if it works at `now`. A deleted workspace is opened by none.
pub fn authenticate(
    conn: &mut Connection,
    key_hash: &str,
    now: Timestamp,
) -> Result<Option<ApiKey>> {
    let works = api_keys::key_hash.eq(key_hash).and(
        api_keys::expires_at
            .is_null()
            .or(api_keys::expires_at.gt(now)),
    );
    Ok(api_keys::table
        .inner_join(workspaces::table)
        .filter(works.and(workspaces::delete_after.is_null()))
        .select(ApiKey::as_select())
        .first(conn)
        .optional()?)
}

/// Writes down when keys were last used.
pub fn touch(tx: &mut Tx<'_>, uses: &[(ApiKeyId, Timestamp)]) -> Result<()> {
    for (id, at) in uses {
        diesel::update(api_keys::table.filter(api_keys::id.eq(id)))
            .set(api_keys::last_used_at.eq(at))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// The key of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &ApiKeyId,
) -> Result<Option<ApiKey>> {
    let mine = api_keys::workspace_id
        .eq(workspace_id)
        .and(api_keys::id.eq(id));
    Ok(api_keys::table
        .filter(mine)
        .select(ApiKey::as_select())
        .first(conn)
        .optional()?)
}

/// The workspace's keys, newest first; an expired one stays in the list until it is revoked.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &PageRequest,
) -> Result<Page<ApiKey>> {
    let query = api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .select(ApiKey::as_select())
        .into_boxed();
    Ok(load_newest_page!(
        conn,
        query,
        request,
        api_keys::id,
        ApiKeyId,
        |row: &ApiKey| row.id.to_string()
    ))
}

/// The workspace's keys by age; an expired one stays in the list until it is revoked.
pub fn page_by_age(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &ByAge<ApiKeyId>,
) -> Result<Page<ApiKey>> {
    let query = api_keys::table
        .filter(api_keys::workspace_id.eq(workspace_id))
        .select(ApiKey::as_select())
        .into_boxed();
    Ok(load_by_age!(
        conn,
        query,
        request,
        api_keys::id,
        |row: &ApiKey| row.id.to_string()
    ))
}

/// The names of those who made the keys, as far as they are still members.
pub fn creators(conn: &mut Connection, keys: &[ApiKey]) -> Result<Vec<(MemberId, String)>> {
    let ids = keys.iter().filter_map(|key| key.created_by.as_ref());
    Ok(members::table
        .filter(members::id.eq_any(ids))
        .select((members::id, members::name))
        .load(conn)?)
}
