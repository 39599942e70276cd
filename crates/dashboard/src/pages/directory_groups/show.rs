//! One group and its members.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory_group::{self, DirectoryGroup};
use rollcall_store::ids::{DirectoryGroupId, Id as _};
use rollcall_store::membership;
use serde::Deserialize;

use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::format;
use crate::json::{self, Token};
use crate::pages::directory_users::list::UserRow;
use crate::pages::directory_users::show::raw;
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/directory_groups/show.html")]
struct ShowPage {
    shell: Shell,
    group: DirectoryGroup,
    members: String,
    list: Listing<UserRow>,
    path: String,
    created: When,
    updated: When,
    raw: Vec<Token>,
}

/// Which group.
#[derive(Deserialize)]
pub(crate) struct GroupPath {
    group: String,
}

/// The page.
pub(crate) async fn show(
    at: AtDirectory,
    path: web::Path<GroupPath>,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let query = query.into_inner();
    let id = DirectoryGroupId::parse(&path.group).ok_or(PageError::NotFound)?;
    let (directory_id, wanted) = (at.directory.id.clone(), query.clone());
    let reading = at.who.store().read(move |conn| {
        let group = directory_group::find(conn, &directory_id, &id)?.ok_or(PageError::NotFound)?;
        let members = membership::members_page(
            conn,
            &directory_id,
            &id,
            wanted.search().as_deref(),
            &wanted.page(),
        )?;
        Ok::<_, PageError>((group, members))
    });
    let (group, members) = reading.await?;
    let path = at.who.links.group(&at.directory.id, &group.id);
    let shell = at
        .shell_below(&group.profile.display_name)
        .crumb("Groups", at.who.links.groups(&at.directory.id));
    let page = ShowPage {
        shell,
        members: format::counted(group.member_count, "member"),
        list: Listing::by_name(
            map(members, |user| UserRow::new(&at, &user)),
            &query,
            &path,
            "member",
        ),
        path,
        created: When::new(group.created_at, at.who.now()),
        updated: When::new(group.updated_at, at.who.now()),
        raw: json::of_value(&raw(group.id.as_str(), &group.profile.resource)),
        group,
    };
    at.who.ok(&page)
}
