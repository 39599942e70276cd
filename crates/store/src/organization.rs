//! Organizations: the enterprise customers of a workspace.

use diesel::prelude::*;

use crate::audit::{self, Action, Difference, Target};
use crate::db::schema::{directories, organizations};
use crate::error::Result;
use crate::fold::{contains_pattern, fold};
use crate::ids::{DirectoryId, OrganizationId, WorkspaceId};
use crate::page::{Page, PageRequest, load_page};
use crate::{Connection, Timestamp, Tx, directory};

/// One enterprise customer of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Whose customer it is.
    pub workspace_id: WorkspaceId,
    /// Its name; need not be unique.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Makes an organization.
pub fn create(tx: &mut Tx<'_>, workspace_id: &WorkspaceId, name: &str) -> Result<Organization> {
    let organization = Organization {
        id: tx.new_id(),
        workspace_id: workspace_id.clone(),
        name: name.to_owned(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let values = (
        organizations::id.eq(&organization.id),
        organizations::workspace_id.eq(workspace_id),
        organizations::name.eq(name),
        organizations::name_folded.eq(fold(name)),
        organizations::created_at.eq(tx.now()),
        organizations::updated_at.eq(tx.now()),
    );
    diesel::insert_into(organizations::table)
        .values(values)
        .execute(&mut **tx)?;
    let difference = Difference::none().set("name", name);
    note(tx, &organization, Action::OrganizationCreated, difference)?;
    Ok(organization)
}

fn note(
    tx: &mut Tx<'_>,
    organization: &Organization,
    action: Action,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&organization.id, &organization.name);
    audit::note(tx, &organization.workspace_id, action, target, difference)
}

/// Gives an organization another name.
pub fn rename(tx: &mut Tx<'_>, organization: &Organization, name: &str) -> Result<()> {
    diesel::update(organizations::table.filter(organizations::id.eq(&organization.id)))
        .set((
            organizations::name.eq(name),
            organizations::name_folded.eq(fold(name)),
            organizations::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    let difference = Difference::none().changed("name", organization.name.as_str(), name);
    let target = Target::new(&organization.id, name);
    audit::note_change(
        tx,
        &organization.workspace_id,
        Action::OrganizationUpdated,
        target,
        difference,
    )
}

/// Deletes an organization with its directories; each directory says so in an event.
pub fn delete(tx: &mut Tx<'_>, organization: &Organization) -> Result<()> {
    let directories = directory::for_organization(tx, &organization.id)?;
    for directory in &directories {
        directory::remove(tx, directory)?;
    }
    diesel::delete(organizations::table.filter(organizations::id.eq(&organization.id)))
        .execute(&mut **tx)?;
    for directory in &directories {
        directory::note_deletion(tx, directory)?;
    }
    note(
        tx,
        organization,
        Action::OrganizationDeleted,
        Difference::none(),
    )
}

/// The organization of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &OrganizationId,
) -> Result<Option<Organization>> {
    let mine = organizations::workspace_id
        .eq(workspace_id)
        .and(organizations::id.eq(id));
    Ok(organizations::table
        .filter(mine)
        .select(Organization::as_select())
        .first(conn)
        .optional()?)
}

/// The names of those of the organizations that are still there.
pub fn names(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    ids: &[OrganizationId],
) -> Result<Vec<(OrganizationId, String)>> {
    let mine = organizations::workspace_id
        .eq(workspace_id)
        .and(organizations::id.eq_any(ids));
    Ok(organizations::table
        .filter(mine)
        .select((organizations::id, organizations::name))
        .load(conn)?)
}

/// The first organization of that name in the workspace, whatever the case; for scripts that name an existing one.
pub fn find_by_name(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    name: &str,
) -> Result<Option<Organization>> {
    let mine = organizations::workspace_id
        .eq(workspace_id)
        .and(organizations::name_folded.eq(fold(name)));
    let query = organizations::table
        .filter(mine)
        .order(organizations::id)
        .select(Organization::as_select());
    Ok(query.first(conn).optional()?)
}

/// Organizations by name. `search` is looked for in the name, or is a whole id of an
/// organization or of one of its directories.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    search: Option<&str>,
    request: &PageRequest,
) -> Result<Page<Organization>> {
    let mut query = organizations::table
        .filter(organizations::workspace_id.eq(workspace_id))
        .select(Organization::as_select())
        .into_boxed();
    if let Some(text) = search {
        let by_directory = directories::table
            .filter(directories::id.eq(<DirectoryId as crate::ids::Id>::from_text(text.to_owned())))
            .select(directories::organization_id);
        query = query.filter(
            organizations::name_folded
                .like(contains_pattern(text))
                .escape('\\')
                .or(organizations::id.eq(text.to_owned()))
                .or(organizations::id.eq_any(by_directory)),
        );
    }
    let boundary = boundary(conn, workspace_id, request)?;
    Ok(load_page!(
        conn,
        query,
        request,
        boundary,
        organizations::name_folded,
        organizations::id,
        |row: &Organization| { row.id.to_string() }
    ))
}

fn boundary(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &PageRequest,
) -> Result<Option<(String, OrganizationId)>> {
    let Some((_, cursor)) = request.cursor() else {
        return Ok(None);
    };
    let mine = organizations::workspace_id
        .eq(workspace_id)
        .and(organizations::id.eq(cursor));
    let query = organizations::table
        .filter(mine)
        .select((organizations::name_folded, organizations::id));
    Ok(query.first(conn).optional()?)
}
