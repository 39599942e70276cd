//! One provisioning request: what came, what was answered, what it changed.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::event::{self, Event};
use rollcall_store::ids::{Id as _, ProvisioningRequestId};
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
use serde::Deserialize;

use super::advice;
use super::list::address;
use crate::auth::AtDirectory;
use crate::curl;
use crate::error::PageError;
use crate::format;
use crate::json::{self, Token};
use crate::pages::directories::guide::Guide;
use crate::shell::Shell;
use crate::time::When;
use crate::urls::Links;

/// A push of a big group makes thousands of events; so many are shown.
const EVENTS: i64 = 20;

#[derive(Template)]
#[template(path = "pages/activity/show.html")]
struct ShowPage {
    shell: Shell,
    request: ProvisioningRequest,
    address: String,
    refused: bool,
    duration: String,
    when: When,
    advice: Option<&'static str>,
    curl: String,
    request_body: Option<Vec<Token>>,
    response_body: Option<Vec<Token>>,
    events: Vec<EventView>,
    event_count: String,
    more_events: bool,
}

struct EventView {
    id: String,
    href: String,
    name: String,
    data: Vec<Token>,
}

/// Which request.
#[derive(Deserialize)]
pub(crate) struct RequestPath {
    request: String,
}

/// The page.
pub(crate) async fn show(
    at: AtDirectory,
    path: web::Path<RequestPath>,
) -> Result<HttpResponse, PageError> {
    let id = ProvisioningRequestId::parse(&path.request).ok_or(PageError::NotFound)?;
    let directory_id = at.directory.id.clone();
    let reading = at.who.store().read(move |conn| {
        let request =
            provisioning_request::find(conn, &directory_id, &id)?.ok_or(PageError::NotFound)?;
        let events = event::for_request(conn, &directory_id, &id, EVENTS)?;
        Ok::<_, PageError>((
            request,
            events,
            event::count_for_request(conn, &directory_id, &id)?,
        ))
    });
    let (request, events, count) = reading.await?;
    at.who.ok(&page(&at, request, &events, count))
}

fn page(at: &AtDirectory, request: ProvisioningRequest, events: &[Event], count: i64) -> ShowPage {
    let address = address(&request.path, &request.query);
    let hosts = &at.who.visit.app.settings().endpoint_hosts;
    let endpoint = hosts.endpoint_url(&at.directory);
    let body = |body: &Option<String>| {
        body.as_deref()
            .filter(|body| !body.is_empty())
            .map(json::of_text)
    };
    ShowPage {
        shell: at
            .shell_below(format!("{} {}", request.method, request.path))
            .crumb("Activity", at.who.links.activity(&at.directory.id)),
        refused: request.status >= 400,
        duration: format::duration(request.duration_micros),
        when: When::new(request.created_at, at.who.now()),
        advice: advice::advice(
            request.status,
            &request.path,
            Guide::of(&at.directory.provider),
        ),
        curl: curl::command(
            &endpoint,
            &request.method,
            &address,
            request.request_body.as_deref(),
        ),
        request_body: body(&request.request_body),
        response_body: body(&request.response_body),
        events: events
            .iter()
            .map(|event| EventView::new(event, &at.who.links))
            .collect(),
        event_count: format::counted(count, "event"),
        more_events: count > EVENTS,
        address,
        request,
    }
}

impl EventView {
    fn new(event: &Event, links: &Links) -> Self {
        Self {
            href: links.event(&event.id),
            id: event.id.to_string(),
            name: event.name.clone(),
            data: json::of_value(&event.data),
        }
    }
}
