//! One event: its payload, its place, what caused it, and where it was delivered.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::event::{self, Order, Published};
use rollcall_store::ids::{EventId, Id as _, WorkspaceId};
use rollcall_store::webhook_delivery::{self, ForEvent};
use rollcall_store::{
    Connection, Timestamp, directory, organization, provisioning_request, representation,
};
use serde::Deserialize;

use super::filter::{Asked, Filter};
use super::subject::subject;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::format;
use crate::json::{self, Token};
use crate::pages::directories::summary::Badge;
use crate::pages::webhooks::state_badge;
use crate::shell::{Section, Shell};
use crate::time::When;
use crate::urls::Links;

#[derive(Template)]
#[template(path = "pages/events/show.html")]
struct ShowPage {
    shell: Shell,
    published: Published,
    subject: String,
    payload: Vec<Token>,
    happened: When,
    appeared: When,
    sequence: Option<String>,
    context: Context,
    deliveries: Vec<DeliveryRow>,
    /// The neighbours among the events that the list shows.
    newer: Option<String>,
    older: Option<String>,
}

/// What is around an event, as far as it is still there.
struct Context {
    organization: Place,
    directory: Option<Place>,
    cause: Option<Place>,
}

/// Something with a page of its own, unless it is gone.
struct Place {
    label: String,
    href: Option<String>,
}

/// The event for one webhook endpoint.
struct DeliveryRow {
    url: String,
    href: String,
    state: Badge,
    attempts: String,
    next: Option<When>,
}

impl DeliveryRow {
    fn new(found: &ForEvent, links: &Links, now: Timestamp) -> Self {
        let delivery = &found.delivery;
        Self {
            url: found.endpoint_url.clone(),
            href: links.delivery(&delivery.webhook_endpoint_id, &delivery.id),
            state: state_badge(delivery.state),
            attempts: format::counted(delivery.attempts.into(), "attempt"),
            next: delivery.next_attempt_at.map(|at| When::new(at, now)),
        }
    }
}

/// Which event.
#[derive(Deserialize)]
pub(crate) struct EventPath {
    event: String,
}

/// The page.
pub(crate) async fn show(
    who: InWorkspace,
    path: web::Path<EventPath>,
    query: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, PageError> {
    let id = EventId::parse(&path.event).ok_or(PageError::NotFound)?;
    let asked = Asked::read(query.into_inner());
    let (workspace_id, links) = (who.workspace.id.clone(), who.links.clone());
    let reading = who.store().read(move |conn| {
        let published = event::find(conn, &workspace_id, &id)?.ok_or(PageError::NotFound)?;
        let filter = asked.resolve(conn, &workspace_id)?;
        let newer = neighbour(conn, &workspace_id, &filter, &published, Order::Ascending)?;
        let older = neighbour(conn, &workspace_id, &filter, &published, Order::Descending)?;
        let context = context(conn, &links, &published)?;
        let deliveries = webhook_delivery::for_event(conn, &workspace_id, &published.event.id)?;
        let address = |id: EventId| filter.address(&links.event(&id), None);
        let list = filter.address(&links.events(), None);
        let around = (newer.map(address), older.map(address));
        Ok::<_, PageError>((published, context, deliveries, around, list))
    });
    let (published, context, deliveries, (newer, older), list) = reading.await?;
    let now = who.now();
    let shell = who.shell(&published.event.name).within(Section::Events);
    who.ok(&ShowPage {
        shell: shell.crumb("Events", list),
        subject: subject(&published.event),
        payload: json::of_value(&representation::event(&published)),
        happened: When::new(published.event.created_at, now),
        appeared: When::new(published.published_at, now),
        sequence: published.directory_sequence.map(format::number),
        context,
        deliveries: deliveries
            .iter()
            .map(|found| DeliveryRow::new(found, &who.links, now))
            .collect(),
        newer,
        older,
        published,
    })
}

/// The next event of the filter in that direction.
fn neighbour(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    filter: &Filter,
    published: &Published,
    order: Order,
) -> Result<Option<EventId>, PageError> {
    let mut query = filter.query(order, 1);
    match order {
        Order::Ascending => query.after = Some(published.position),
        Order::Descending => query.before = Some(published.position),
    }
    let found = event::page(conn, workspace_id, &query)?;
    Ok(found.into_iter().next().map(|next| next.event.id))
}

fn context(
    conn: &mut Connection,
    links: &Links,
    published: &Published,
) -> Result<Context, PageError> {
    let event = &published.event;
    let organization = organization::find(conn, &event.workspace_id, &event.organization_id)?;
    let directory = match &event.directory_id {
        Some(id) => directory::find(conn, &event.workspace_id, id)?,
        None => None,
    };
    let request = match (&directory, &event.provisioning_request_id) {
        (Some(directory), Some(id)) => provisioning_request::find(conn, &directory.id, id)?,
        _ => None,
    };
    Ok(Context {
        organization: organization.map_or_else(
            || Place::gone(&event.organization_id),
            |found| Place::at(found.name, links.organization(&found.id)),
        ),
        directory: event.directory_id.as_ref().map(|id| {
            directory.map_or_else(
                || Place::gone(id),
                |found| Place::at(found.name, links.directory(&found.id)),
            )
        }),
        cause: event.provisioning_request_id.as_ref().map(|id| {
            request.map_or_else(
                || Place::gone(id),
                |found| {
                    let label = format!("{} {}", found.method, found.path);
                    Place::at(label, links.request(&found.directory_id, &found.id))
                },
            )
        }),
    })
}

impl Place {
    const fn at(label: String, href: String) -> Self {
        Self {
            label,
            href: Some(href),
        }
    }

    fn gone(id: &impl ToString) -> Self {
        Self {
            label: id.to_string(),
            href: None,
        }
    }
}
