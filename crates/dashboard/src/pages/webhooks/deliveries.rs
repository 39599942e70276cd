//! An endpoint's deliveries, newest first; what was missed sent again, and a test.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::ids::FormKey;
use rollcall_store::webhook_delivery::{self, MOST_RECOVERED, ResendError, State, WebhookDelivery};
use serde::Deserialize;

use super::head::{self, Head, Tab};
use super::{events_label, once, state_badge};
use crate::auth::AtEndpoint;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::format;
use crate::forms::FormState;
use crate::pages::directories::summary::Badge;
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::Shell;
use crate::time::When;
use crate::visit::see_other;

#[derive(Template)]
#[template(path = "pages/webhooks/deliveries.html")]
struct DeliveriesPage {
    shell: Shell,
    head: Head,
    list: Listing<Row>,
    filters: Vec<Choice>,
    filtered: bool,
    /// Whether new deliveries may appear on top by themselves.
    live: bool,
    url: String,
    description: String,
    events: String,
    names: Vec<String>,
    in_order: bool,
    pace: String,
    recovery: FormState,
    test: String,
    test_key: FormKey,
    recover: String,
    recover_key: FormKey,
}

/// A state to look at alone, or all of them.
struct Choice {
    label: &'static str,
    href: String,
    current: bool,
}

struct Row {
    name: String,
    is_test: bool,
    href: String,
    state: Badge,
    attempts: String,
    created: When,
    next: Option<When>,
}

/// The list, or those of one state.
pub(crate) async fn show(
    at: AtEndpoint,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let page = page(&at, query.into_inner(), None).await?;
    at.who.ok(&page)
}

async fn page(
    at: &AtEndpoint,
    query: ListQuery,
    refused: Option<FormState>,
) -> Result<DeliveriesPage, PageError> {
    let state = query.state().and_then(State::parse);
    let head = head::load(at, Tab::Deliveries).await?;
    let (endpoint, wanted) = (at.endpoint.clone(), query.page());
    let reading = at
        .who
        .store()
        .read(move |conn| webhook_delivery::page(conn, &endpoint, state, &wanted));
    let rows = map(reading.await?, |delivery| row(at, delivery));
    let (links, endpoint) = (&at.who.links, &at.endpoint);
    let path = links.webhook(&endpoint.id);
    Ok(DeliveriesPage {
        shell: head::shell(at, None),
        head,
        filters: choices(&path, state),
        filtered: state.is_some(),
        live: query.is_first() && refused.is_none(),
        list: Listing::by_age(rows, &query, &path, "delivery"),
        url: endpoint.endpoint_url.clone(),
        description: endpoint.description.clone(),
        events: events_label(endpoint),
        names: endpoint.events.clone(),
        in_order: endpoint.in_order,
        pace: format::number(endpoint.deliveries_per_second.into()),
        recovery: refused.unwrap_or_else(|| suggested(at)),
        test: links.webhook_action(&endpoint.id, "test"),
        test_key: at.who.store().new_id(),
        recover: links.webhook_action(&endpoint.id, "recover"),
        recover_key: at.who.store().new_id(),
    })
}

fn choices(path: &str, state: Option<State>) -> Vec<Choice> {
    let one = |of: State| Choice {
        label: state_badge(of).word,
        href: format!("{path}?state={}", of.as_str()),
        current: state == Some(of),
    };
    let all = Choice {
        label: "All",
        href: path.to_owned(),
        current: state.is_none(),
    };
    let states = State::ALL.into_iter().map(one);
    std::iter::once(all).chain(states).collect()
}

fn row(at: &AtEndpoint, delivery: WebhookDelivery) -> Row {
    let now = at.who.now();
    Row {
        href: at
            .who
            .links
            .delivery(&delivery.webhook_endpoint_id, &delivery.id),
        state: state_badge(delivery.state),
        attempts: format::counted(delivery.attempts.into(), "attempt"),
        created: When::new(delivery.created_at, now),
        next: delivery.next_attempt_at.map(|next| When::new(next, now)),
        is_test: delivery.is_test,
        name: delivery.event_name,
    }
}

/// From the first failure of the present row of failures on.
fn suggested(at: &AtEndpoint) -> FormState {
    let day = std::time::Duration::from_hours(24);
    let since = at.endpoint.failing_since;
    let text = since.unwrap_or_else(|| at.who.now().minus(day)).to_string();
    // To the minute, as the field of a browser takes it.
    let minute = text.get(.."2026-01-02T03:04".len()).unwrap_or_default();
    FormState::default().with("since", minute)
}

/// Which example to send.
#[derive(Deserialize)]
pub(crate) struct Test {
    #[serde(default)]
    event: String,
    #[serde(default)]
    form_key: String,
}

/// Sends an example of an event, and shows what becomes of it.
pub(crate) async fn send_test(
    at: AtEndpoint,
    form: web::Form<Test>,
) -> Result<HttpResponse, PageError> {
    let (endpoint, name) = (at.endpoint.clone(), form.event.clone());
    let sent = once(&at, &form.form_key, move |tx| {
        webhook_delivery::send_test(tx, &endpoint, &name)
    });
    match sent.await {
        Ok(None) => Ok(see_other(&at.who.links.webhook(&at.endpoint.id), [])),
        Ok(Some(delivery)) => {
            let place = at.who.links.delivery(&at.endpoint.id, &delivery.id);
            let flash = Flash::new(Deed::TestEventSent, delivery.event_name);
            Ok(at.who.done(&place, &flash))
        }
        Err(error) => not_sent(&at, error).await,
    }
}

/// Since when to make up for what was missed.
#[derive(Deserialize)]
pub(crate) struct Recovery {
    #[serde(default)]
    since: String,
    #[serde(default)]
    form_key: String,
}

/// Sends again what failed since a time, and what was missed while the endpoint was disabled.
pub(crate) async fn recover(
    at: AtEndpoint,
    form: web::Form<Recovery>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("since", &form.since);
    let since = state.time("since", form.since.trim());
    if since.is_none() && state.is_valid() {
        state.refuse("since", "Enter the time from which on to send again.");
    }
    let Some(since) = since else {
        return refused(&at, state).await;
    };
    let endpoint = at.endpoint.clone();
    let place = at.who.links.webhook(&at.endpoint.id);
    let recovered = once(&at, &form.form_key, move |tx| {
        webhook_delivery::recover(tx, &endpoint, since)
    });
    match recovered.await {
        Ok(None) => Ok(see_other(&place, [])),
        Ok(Some(count)) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let more = if count >= MOST_RECOVERED {
                ", and more wait for another turn"
            } else {
                ""
            };
            let what = format!("{}{more}", format::counted(count, "delivery"));
            let flash = Flash::new(Deed::DeliveriesRecovered, what);
            Ok(at.who.done(&place, &flash))
        }
        Err(error) => not_sent(&at, error).await,
    }
}

/// Says on the endpoint's page why nothing was sent.
pub(super) async fn not_sent(
    at: &AtEndpoint,
    error: ResendError,
) -> Result<HttpResponse, PageError> {
    let mut state = suggested(at);
    match error {
        ResendError::Disabled => {
            state.refuse_all("The endpoint is disabled. Enable it first, then send again.");
        }
        ResendError::UnknownEvent(name) => {
            state.refuse_all(format!(
                "There is no event “{name}”. Choose one of the list."
            ));
        }
        ResendError::Gone => return Err(PageError::NotFound),
        ResendError::Store(error) => return Err(error.into()),
    }
    refused(at, state).await
}

async fn refused(at: &AtEndpoint, state: FormState) -> Result<HttpResponse, PageError> {
    let page = page(at, ListQuery::default(), Some(state)).await?;
    at.who.refused(&page)
}
