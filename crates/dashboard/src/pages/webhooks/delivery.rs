//! One delivery: its attempts, each with what the receiver said; sent again by hand.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::event;
use rollcall_store::ids::{FormKey, Id as _, WebhookDeliveryId};
use rollcall_store::webhook_attempt::{self, WebhookAttempt};
use rollcall_store::webhook_delivery::{self, WebhookDelivery};
use rollcall_store::webhook_endpoint::Status;
use serde::Deserialize;

use super::deliveries::not_sent;
use super::{head, once, state_badge};
use crate::auth::AtEndpoint;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::json::{self, Token};
use crate::pages::directories::summary::Badge;
use crate::shell::Shell;
use crate::time::When;
use crate::visit::see_other;

#[derive(Template)]
#[template(path = "pages/webhooks/delivery.html")]
struct DeliveryPage {
    shell: Shell,
    delivery: WebhookDelivery,
    state: Badge,
    /// Whether something may happen to it by itself.
    live: bool,
    url: String,
    made: When,
    next: Option<When>,
    finished: Option<When>,
    attempts: Vec<AttemptView>,
    /// The event's page, if the event is still kept and is no test.
    event: Option<String>,
    resend: String,
    form_key: FormKey,
    enabled: bool,
}

struct AttemptView {
    id: String,
    number: usize,
    ok: bool,
    status: Option<u16>,
    phrase: &'static str,
    error: Option<String>,
    duration: String,
    when: When,
    body: Option<Vec<Token>>,
}

/// Which delivery.
#[derive(Deserialize)]
pub(crate) struct DeliveryPath {
    delivery: String,
}

/// The form that sends it again.
#[derive(Deserialize)]
pub(crate) struct Again {
    #[serde(default)]
    form_key: String,
}

/// The page.
pub(crate) async fn show(
    at: AtEndpoint,
    path: web::Path<DeliveryPath>,
) -> Result<HttpResponse, PageError> {
    let delivery = find(&at, &path).await?;
    let (wanted, workspace_id) = (delivery.clone(), at.who.workspace.id.clone());
    let reading = at.who.store().read(move |conn| {
        let attempts = webhook_attempt::for_delivery(conn, &wanted)?;
        let kept = event::place_of(conn, &workspace_id, &wanted.event_id)?;
        Ok::<_, PageError>((attempts, kept.is_some()))
    });
    let (attempts, is_kept) = reading.await?;
    at.who.ok(&page(&at, delivery, attempts, is_kept))
}

/// Has it tried now.
pub(crate) async fn resend(
    at: AtEndpoint,
    path: web::Path<DeliveryPath>,
    form: web::Form<Again>,
) -> Result<HttpResponse, PageError> {
    let delivery = find(&at, &path).await?;
    let place = at.who.links.delivery(&at.endpoint.id, &delivery.id);
    let sent = once(&at, &form.form_key, move |tx| {
        webhook_delivery::resend(tx, &delivery)
    });
    match sent.await {
        Ok(None) => Ok(see_other(&place, [])),
        Ok(Some(delivery)) => {
            let flash = Flash::new(Deed::DeliveryResent, delivery.event_name);
            Ok(at.who.done(&place, &flash))
        }
        Err(error) => not_sent(&at, error).await,
    }
}

async fn find(at: &AtEndpoint, path: &DeliveryPath) -> Result<WebhookDelivery, PageError> {
    let id = WebhookDeliveryId::parse(&path.delivery).ok_or(PageError::NotFound)?;
    let workspace_id = at.who.workspace.id.clone();
    let found = at
        .who
        .store()
        .read(move |conn| webhook_delivery::find(conn, &workspace_id, &id));
    let own = |delivery: &WebhookDelivery| delivery.webhook_endpoint_id == at.endpoint.id;
    found.await?.filter(own).ok_or(PageError::NotFound)
}

fn page(
    at: &AtEndpoint,
    delivery: WebhookDelivery,
    attempts: Vec<WebhookAttempt>,
    is_kept: bool,
) -> DeliveryPage {
    let (links, now) = (&at.who.links, at.who.now());
    let count = attempts.len();
    let views = attempts.into_iter().enumerate();
    DeliveryPage {
        shell: at.shell_below(&delivery.event_name),
        state: state_badge(delivery.state),
        live: delivery.next_attempt_at.is_some(),
        url: at.endpoint.endpoint_url.clone(),
        made: When::new(delivery.created_at, now),
        next: delivery.next_attempt_at.map(|next| When::new(next, now)),
        finished: delivery.finished_at.map(|end| When::new(end, now)),
        attempts: views
            .map(|(index, attempt)| view(attempt, count - index, now))
            .collect(),
        event: is_kept.then(|| links.event(&delivery.event_id)),
        resend: links.resend(&at.endpoint.id, &delivery.id),
        form_key: at.who.store().new_id(),
        enabled: at.endpoint.status == Status::Enabled,
        delivery,
    }
}

fn view(attempt: WebhookAttempt, number: usize, now: rollcall_store::Timestamp) -> AttemptView {
    let status = attempt.status.map(StatusCode::from_u16);
    let phrase = status.and_then(|status| status.ok()?.canonical_reason());
    let body = attempt.response_body.filter(|body| !body.is_empty());
    AttemptView {
        id: attempt.id.to_string(),
        number,
        ok: attempt.error.is_none(),
        status: attempt.status,
        phrase: phrase.unwrap_or_default(),
        error: attempt.error,
        duration: head::duration(attempt.duration),
        when: When::new(attempt.created_at, now),
        body: body.map(|body| json::of_text(&body)),
    }
}
