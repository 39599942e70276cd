//! One organization and its directories.

use actix_web::HttpResponse;
use askama::Template;
use rollcall_store::organization::Organization;
use rollcall_store::{Connection, Timestamp, directory};

use crate::auth::AtOrganization;
use crate::error::PageError;
use crate::format;
use crate::pages::directories::summary::{Badge, Summary, provider_label, summaries};
use crate::shell::Shell;
use crate::time::When;
use crate::urls::Links;

#[derive(Template)]
#[template(path = "pages/organizations/show.html")]
struct ShowPage {
    shell: Shell,
    organization: Organization,
    directories: Vec<Row>,
}

struct Row {
    name: String,
    provider: String,
    href: String,
    state: Badge,
    users: String,
    groups: String,
    last_request: Option<When>,
}

/// The page.
pub(crate) async fn show(at: AtOrganization) -> Result<HttpResponse, PageError> {
    let id = at.organization.id.clone();
    let found = at.who.store().read(move |conn: &mut Connection| {
        let directories = directory::for_organization(conn, &id)?;
        summaries(conn, directories)
    });
    let now = at.who.now();
    let directories = found
        .await?
        .iter()
        .map(|summary| row(summary, &at.who.links, now))
        .collect();
    let shell = at.shell(&at.organization.name);
    at.who.ok(&ShowPage {
        shell,
        organization: at.organization,
        directories,
    })
}

fn row(summary: &Summary, links: &Links, now: Timestamp) -> Row {
    Row {
        name: summary.directory.name.clone(),
        provider: provider_label(&summary.directory.provider).to_owned(),
        href: links.directory(&summary.directory.id),
        state: Badge::of_state(summary.directory.state),
        users: format::number(summary.counts.users),
        groups: format::number(summary.counts.groups),
        last_request: summary
            .latest
            .as_ref()
            .map(|request| When::new(request.created_at, now)),
    }
}
