//! Looking organizations up.

use diesel::prelude::*;

use super::Organization;
use crate::Connection;
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::{directories, organization_domains, organizations};
use crate::error::Result;
use crate::fold::{contains_pattern, fold};
use crate::ids::{DirectoryId, OrganizationId, WorkspaceId};
use crate::organization_domain::DomainName;
use crate::page::{Page, PageRequest, load_page};

/// Which organizations of a workspace are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those with one of these domains, in whatever state; what is no domain is nobody's.
    pub domains: Option<Vec<DomainName>>,
    /// Those with this in their name, whatever the case.
    pub search: Option<String>,
}

/// The workspace's organizations by age.
pub fn by_age(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    filter: &Filter,
    request: &ByAge<OrganizationId>,
) -> Result<Page<Organization>> {
    let mut query = organizations::table
        .filter(organizations::workspace_id.eq(workspace_id))
        .select(Organization::as_select())
        .into_boxed();
    if let Some(names) = &filter.domains {
        let mine = organization_domains::workspace_id
            .eq(workspace_id)
            .and(organization_domains::domain.eq_any(names.iter().map(DomainName::as_str)));
        let owners = organization_domains::table
            .filter(mine)
            .select(organization_domains::organization_id);
        query = query.filter(organizations::id.eq_any(owners));
    }
    if let Some(text) = &filter.search {
        let named = organizations::name_folded.like(contains_pattern(text));
        query = query.filter(named.escape('\\'));
    }
    Ok(load_by_age!(
        conn,
        query,
        request,
        organizations::id,
        |row: &Organization| row.id.to_string()
    ))
}

/// The organization of that external id in the workspace.
pub fn find_by_external_id(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    external_id: &str,
) -> Result<Option<Organization>> {
    let mine = organizations::workspace_id
        .eq(workspace_id)
        .and(organizations::external_id.eq(external_id));
    Ok(organizations::table
        .filter(mine)
        .select(Organization::as_select())
        .first(conn)
        .optional()?)
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
