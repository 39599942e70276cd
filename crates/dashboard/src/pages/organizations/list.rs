//! All organizations, by name.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory;
use rollcall_store::ids::{OrganizationId, WorkspaceId};
use rollcall_store::organization::{self, Organization};
use rollcall_store::page::Page;
use rollcall_store::{Connection, Timestamp};

use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::format;
use crate::pages::directories::summary::{Badge, Summary, summaries};
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::Shell;
use crate::time::When;
use crate::urls::Links;

#[derive(Template)]
#[template(path = "pages/organizations/list.html")]
struct ListPage {
    shell: Shell,
    list: Listing<Row>,
}

struct Row {
    name: String,
    initials: String,
    href: String,
    badges: Vec<Badge>,
    users: String,
    last_request: Option<When>,
}

/// The list, or the part of it that matches.
pub(crate) async fn show(
    who: InWorkspace,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let query = query.into_inner();
    let (workspace_id, wanted) = (who.workspace.id.clone(), query.clone());
    let found = who
        .store()
        .read(move |conn| find(conn, &workspace_id, &wanted))
        .await?;
    let now = who.now();
    let rows = map(found, |(organization, directories)| {
        row(&organization, &directories, &who.links, now)
    });
    let list = Listing::by_name(rows, &query, &who.links.organizations(), "organization");
    who.ok(&ListPage {
        shell: who.shell("Organizations"),
        list,
    })
}

fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    query: &ListQuery,
) -> rollcall_store::Result<Page<(Organization, Vec<Summary>)>> {
    let page = organization::page(conn, workspace_id, query.search().as_deref(), &query.page())?;
    let ids: Vec<OrganizationId> = page
        .items
        .iter()
        .map(|organization| organization.id.clone())
        .collect();
    let directories = directory::for_organizations(conn, &ids)?;
    let mut all = summaries(conn, directories)?;
    Ok(map(page, |organization| {
        let (own, rest) = all
            .drain(..)
            .partition(|summary| summary.directory.organization_id == organization.id);
        all = rest;
        (organization, own)
    }))
}

fn row(organization: &Organization, directories: &[Summary], links: &Links, now: Timestamp) -> Row {
    let users = directories.iter().map(|summary| summary.counts.users).sum();
    let last = directories
        .iter()
        .filter_map(|summary| summary.latest.as_ref())
        .map(|request| request.created_at)
        .max();
    Row {
        initials: format::initials(&organization.name),
        href: links.organization(&organization.id),
        badges: directories
            .iter()
            .map(|summary| Badge::of_state(summary.directory.state))
            .collect(),
        users: if directories.is_empty() {
            String::new()
        } else {
            format::number(users)
        },
        last_request: last.map(|at| When::new(at, now)),
        name: organization.name.clone(),
    }
}
