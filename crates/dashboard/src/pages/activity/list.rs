//! A directory's provisioning requests, newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::provisioning_request::{self, Listed};

use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::format;
use crate::pages::directories::head::{self, Head, Tab};
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/activity/list.html")]
struct ListPage {
    shell: Shell,
    head: Head,
    list: Listing<Row>,
    path: String,
    refused_only: bool,
    /// Whether new requests may appear on top by themselves.
    live: bool,
    connect: String,
    events: String,
}

struct Row {
    method: String,
    path: String,
    summary: String,
    status: i32,
    refused: bool,
    duration: String,
    when: When,
    href: String,
}

/// The list, or only what was refused.
pub(crate) async fn show(
    at: AtDirectory,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let query = query.into_inner();
    let head = head::load(&at, Tab::Activity).await?;
    let (id, wanted) = (at.directory.id.clone(), query.clone());
    let reading = at.who.store().read(move |conn| {
        provisioning_request::page(conn, &id, wanted.refused_only(), &wanted.page())
    });
    let rows = map(reading.await?, |request| row(&at, request));
    let path = at.who.links.activity(&at.directory.id);
    let page = ListPage {
        shell: head::shell(&at, Some("Activity")),
        head,
        list: Listing::by_age(rows, &query, &path, "request"),
        path,
        refused_only: query.refused_only(),
        live: query.is_first(),
        connect: at.who.links.connect(&at.directory.id),
        events: at.who.links.events_of_directory(&at.directory.id),
    };
    at.who.ok(&page)
}

fn row(at: &AtDirectory, request: Listed) -> Row {
    Row {
        href: at.who.links.request(&at.directory.id, &request.id),
        refused: request.status >= 400,
        duration: format::duration(request.duration_micros),
        when: When::new(request.created_at, at.who.now()),
        path: address(&request.path, &request.query),
        method: request.method,
        summary: request.summary,
        status: request.status,
    }
}

/// A path with its query string, if it has one.
pub(crate) fn address(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}
