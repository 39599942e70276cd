//! A directory's groups, by name.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory_group::{self, DirectoryGroup};

use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::format;
use crate::pages::directories::head::{self, Head, Tab};
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/directory_groups/list.html")]
struct ListPage {
    shell: Shell,
    head: Head,
    list: Listing<Row>,
    path: String,
    connect: String,
}

struct Row {
    name: String,
    href: String,
    members: String,
    updated: When,
}

/// The list, or the part of it that matches.
pub(crate) async fn show(
    at: AtDirectory,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let query = query.into_inner();
    let head = head::load(&at, Tab::Groups).await?;
    let (id, wanted) = (at.directory.id.clone(), query.clone());
    let reading = at.who.store().read(move |conn| {
        directory_group::page(conn, &id, wanted.search().as_deref(), &wanted.page())
    });
    let rows = map(reading.await?, |group| row(&at, &group));
    let path = at.who.links.groups(&at.directory.id);
    let list = Listing::by_name(rows, &query, &path, "group");
    let connect = at.who.links.connect(&at.directory.id);
    at.who.ok(&ListPage {
        shell: head::shell(&at, Some("Groups")),
        head,
        list,
        path,
        connect,
    })
}

fn row(at: &AtDirectory, group: &DirectoryGroup) -> Row {
    Row {
        name: group.profile.display_name.clone(),
        href: at.who.links.group(&at.directory.id, &group.id),
        members: format::number(group.member_count),
        updated: When::new(group.updated_at, at.who.now()),
    }
}
