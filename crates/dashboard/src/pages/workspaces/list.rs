//! The workspaces that somebody is in; also where they land when there is none.

use actix_web::HttpResponse;
use askama::Template;
use rollcall_store::workspace::{self, Role, Workspace};

use super::may_create;
use crate::auth::{SignedIn, require_second_factor};
use crate::error::PageError;
use crate::shell::Shell;
use crate::urls::Links;

#[derive(Template)]
#[template(path = "pages/workspaces/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    may_create: bool,
}

struct Row {
    name: String,
    href: String,
    role: &'static str,
    deleted: bool,
}

/// The list.
pub(crate) async fn show(who: SignedIn) -> Result<HttpResponse, PageError> {
    let required = who.visit.app.settings().require_second_factor;
    require_second_factor(&who.visit, &who.member, required)?;
    let mine = of(&who).await?;
    who.visit.ok(&ListPage {
        shell: who.visit.plain_shell("Workspaces"),
        may_create: may_create(who.visit.app.settings(), &mine),
        rows: mine.into_iter().map(row).collect(),
    })
}

/// The workspaces of who is signed in.
pub(super) async fn of(who: &SignedIn) -> Result<Vec<(Workspace, Role)>, PageError> {
    let id = who.member.id.clone();
    let reading = who
        .visit
        .store()
        .read(move |conn| workspace::of_member(conn, &id));
    Ok(reading.await?)
}

fn row((workspace, role): (Workspace, Role)) -> Row {
    Row {
        href: Links::new(&workspace.slug).home(),
        name: workspace.name,
        role: role.as_str(),
        deleted: workspace.delete_after.is_some(),
    }
}
