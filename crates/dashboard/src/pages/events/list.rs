//! A workspace's events, newest first, filtered.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::event::{self, Order, Published};
use rollcall_store::ids::{OrganizationId, WorkspaceId};
use rollcall_store::organization;
use rollcall_store::page::PageRequest;
use rollcall_store::{Connection, Timestamp};

use super::filter::{Asked, Edge, Filter};
use super::subject::subject;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::format;
use crate::pages::listing::Pager;
use crate::shell::{Section, Shell};
use crate::time::When;
use crate::urls::Links;

/// Rows on a page.
const ROWS: i64 = 25;
/// So many organizations are offered by name; another one can still be typed.
const OFFERED: i64 = 100;

#[derive(Template)]
#[template(path = "pages/events/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    organizations: Vec<String>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    name: String,
    subject: String,
    href: String,
    organization: String,
    sequence: Option<String>,
    when: When,
}

/// What is read for the page.
struct Found {
    filter: Filter,
    events: Events,
    organizations: Vec<String>,
}

/// One page of events with the names of their organizations.
struct Events {
    items: Vec<Published>,
    newer: bool,
    older: bool,
    names: Vec<(OrganizationId, String)>,
}

/// The list, or the part of it that is asked for.
pub(crate) async fn show(
    who: InWorkspace,
    query: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, PageError> {
    let asked = Asked::read(query.into_inner());
    let workspace_id = who.workspace.id.clone();
    let reading = who
        .store()
        .read(move |conn| find(conn, &workspace_id, &asked));
    let found = reading.await?;
    let valid = found.filter.form.is_valid();
    let page = page(&who, found);
    if valid {
        who.ok(&page)
    } else {
        who.refused(&page)
    }
}

fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    asked: &Asked,
) -> Result<Found, PageError> {
    let filter = asked.resolve(conn, workspace_id)?;
    let events = if filter.form.is_valid() {
        read(conn, workspace_id, &filter, asked.edge.as_ref())?
    } else {
        Events::none()
    };
    let offered = organization::page(conn, workspace_id, None, &PageRequest::first(OFFERED))?;
    let names = offered.items.into_iter().map(|each| each.name);
    Ok(Found {
        filter,
        events,
        organizations: names.collect(),
    })
}

/// Reads one event more than is shown, to know whether there are more.
fn read(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    filter: &Filter,
    edge: Option<&Edge>,
) -> Result<Events, PageError> {
    let mut query = filter.query(Order::Descending, ROWS + 1);
    // An edge that is unknown or no longer kept starts at the beginning.
    match edge {
        Some(Edge::Older(id)) => query.before = event::place_of(conn, workspace_id, id)?,
        Some(Edge::Newer(id)) => {
            query.after = event::place_of(conn, workspace_id, id)?;
            if query.after.is_some() {
                query.order = Order::Ascending;
            }
        }
        None => {}
    }
    let mut items = event::page(conn, workspace_id, &query)?;
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = items.len() > shown;
    items.truncate(shown);
    let backwards = query.order == Order::Ascending;
    if backwards {
        items.reverse();
    }
    let ids: Vec<_> = items
        .iter()
        .map(|published| published.event.organization_id.clone())
        .collect();
    Ok(Events {
        newer: if backwards {
            more
        } else {
            query.before.is_some()
        },
        older: backwards || more,
        names: organization::names(conn, workspace_id, &ids)?,
        items,
    })
}

impl Events {
    const fn none() -> Self {
        Self {
            items: Vec::new(),
            newer: false,
            older: false,
            names: Vec::new(),
        }
    }
}

fn page(who: &InWorkspace, found: Found) -> ListPage {
    let Found {
        filter,
        events,
        organizations,
    } = found;
    let path = who.links.events();
    let ends = (events.items.first(), events.items.last());
    let address = |name, published: &Published| {
        let id = &published.event.id;
        filter.address(&path, Some((name, id)))
    };
    let pager = Pager {
        before: ends
            .0
            .filter(|_| events.newer)
            .map(|first| address("before", first)),
        after: ends
            .1
            .filter(|_| events.older)
            .map(|last| address("after", last)),
        before_label: "Newer",
        after_label: "Older",
    };
    let now = who.now();
    let rows = events.items.iter();
    ListPage {
        shell: who.shell("Events").within(Section::Events),
        rows: rows
            .map(|published| row(published, &events.names, &filter, &who.links, now))
            .collect(),
        pager,
        organizations,
        filter,
    }
}

fn row(
    published: &Published,
    names: &[(OrganizationId, String)],
    filter: &Filter,
    links: &Links,
    now: Timestamp,
) -> Row {
    let event = &published.event;
    let name = names.iter().find(|(id, _)| *id == event.organization_id);
    Row {
        name: event.name.clone(),
        subject: subject(event),
        href: filter.address(&links.event(&event.id), None),
        organization: name.map_or_else(
            || event.organization_id.to_string(),
            |(_, name)| name.clone(),
        ),
        sequence: published.directory_sequence.map(format::number),
        when: When::new(event.created_at, now),
    }
}
