//! `GET /events`: what happened, in the one order in which everybody sees it.

use std::time::Duration;

use rollcall_store::by_age::{self, ByAge};
use rollcall_store::event::{self, Order, Published, Query};
use rollcall_store::ids::{EventId, Id as _, OrganizationId, WorkspaceId};
use rollcall_store::page::Page;
use rollcall_store::{Connection, Timestamp, representation};

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::{ListOrder, ListRequest};
use crate::params::Params;
use crate::reply::Reply;

/// The longest range that can be asked for, as at WorkOS.
const LONGEST_RANGE: Duration = Duration::from_hours(30 * 24);

/// Which events are wanted, besides the page.
struct Request {
    names: Vec<String>,
    organization_id: Option<OrganizationId>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// WorkOS answers a wrong request for events with 400, not with 422.
fn refused(message: impl Into<String>) -> ApiError {
    ApiError::BadRequest {
        code: "invalid_events_request",
        message: message.into(),
    }
}

fn parse(params: &Params) -> Result<Request, ApiError> {
    let request = Request {
        names: names(params)?,
        organization_id: params
            .text("organization_id")?
            .map(|text| OrganizationId::from_text(text.to_owned())),
        from: instant(params, "range_start")?,
        until: instant(params, "range_end")?,
    };
    if request.from.is_some() && params.text("after")?.is_some() {
        return Err(refused("after and range_start exclude each other."));
    }
    if let (Some(from), Some(until)) = (request.from, request.until) {
        if until < from {
            return Err(refused("range_end must not be before range_start."));
        }
        if until.since(from) > LONGEST_RANGE {
            return Err(refused("The range must not be longer than 30 days."));
        }
    }
    Ok(request)
}

fn names(params: &Params) -> Result<Vec<String>, ApiError> {
    let mut names = params.list("events");
    // Each costs a look-up of its own.
    names.sort_unstable();
    names.dedup();
    let known = || event::ALL.join(", ");
    if names.is_empty() {
        let message = format!(
            "events is required: the names of the events, separated by commas, out of {}.",
            known()
        );
        return Err(refused(message));
    }
    let unknown = names
        .iter()
        .find(|name| !event::ALL.contains(&name.as_str()));
    match unknown {
        Some(name) => Err(refused(format!(
            "Invalid name parameter, received: '{name}'. Expected one of: {}.",
            known()
        ))),
        None => Ok(names),
    }
}

/// An instant in UTC, which only a `Z` says; an offset is refused, as at WorkOS.
fn instant(params: &Params, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    let instant = Timestamp::parse(text).filter(|_| text.ends_with('Z'));
    instant.map(Some).ok_or_else(|| {
        refused(format!(
            "{name} must be a time in UTC that ends with Z, as in 2026-01-02T03:04:05Z."
        ))
    })
}

fn cursor(params: &Params, name: &str) -> Result<Option<EventId>, ApiError> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    EventId::parse(text)
        .map(Some)
        .ok_or_else(|| forgotten(text))
}

fn forgotten(cursor: &str) -> ApiError {
    refused(format!(
        "There is no event '{cursor}', or it is no longer kept. Read from range_start on, and then go by ids."
    ))
}

/// List events
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "listEvents",
    tag = "Events",
    params(
        schemas::ListParams,
        ("events" = Vec<String>, Query, style = Form, explode = false, description = "The names of the events that are wanted."),
        ("organization_id" = Option<String>, Query, description = "Events of this organization."),
        ("range_start" = Option<String>, Query, description = "Events created at this time or later: in UTC, with a `Z`. Not together with `after`."),
        ("range_end" = Option<String>, Query, description = "Events created at this time or earlier, at most 30 days after `range_start`."),
    ),
    responses(
        (status = 200, description = "A page of events, the oldest first unless `order` says otherwise.", body = schemas::List<schemas::Event>),
        (status = 400, description = "A name, a range or a cursor is wrong, or an event is no longer kept.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let request = parse(&params)?;
    let (before, after) = (cursor(&params, "before")?, cursor(&params, "after")?);
    let list = ListRequest::with(&params, ListOrder::Ascending, before, after)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            let page = load(conn, workspace_id, request, &by_age)?;
            Ok(page.map(|published| representation::event(&published)))
        })
        .await?;
    Ok(list.answer(page))
}

fn load(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: Request,
    by_age: &ByAge<EventId>,
) -> Result<Page<Published>, ApiError> {
    let mut place = |id: &Option<EventId>| match id {
        Some(id) => event::place_of(conn, workspace_id, id)?
            .map(Some)
            .ok_or_else(|| forgotten(id.as_str())),
        None => Ok(None),
    };
    let (before, after) = (place(&by_age.before)?, place(&by_age.after)?);
    let oldest_first = by_age.order == by_age::Order::OldestFirst;
    let (greater, smaller) = if oldest_first {
        (after, before)
    } else {
        (before, after)
    };
    let query = Query {
        names: request.names,
        organization_id: request.organization_id,
        directory_id: None,
        after: greater,
        before: smaller,
        created_from: request.from,
        created_until: request.until,
        order: if by_age.reads_oldest_first() {
            Order::Ascending
        } else {
            Order::Descending
        },
        limit: by_age.limit + 1,
    };
    let rows = event::page(conn, workspace_id, &query)?;
    let from_cursor = before.is_some() || after.is_some();
    let id = |published: &Published| published.event.id.to_string();
    Ok(Page::cut(
        rows,
        by_age.limit,
        by_age.direction(),
        from_cursor,
        id,
    ))
}
