//! What stands on top of an endpoint's pages: its state, how its attempts went, what to do about it.

use rollcall_store::webhook_attempt::{self, Figures};
use rollcall_store::webhook_delivery;
use rollcall_store::webhook_endpoint::Status;

use super::status_badge;
use crate::auth::AtEndpoint;
use crate::error::PageError;
use crate::format;
use crate::pages::directories::summary::Badge;
use crate::shell::Shell;
use crate::time::When;

/// How many attempts the figures look back on.
const ATTEMPTS: i64 = 1_000;
/// Waiting deliveries are counted up to here.
const WAITING: i64 = 10_000;

/// A page of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Deliveries,
    Settings,
}

/// The top of an endpoint's pages.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) state: Badge,
    /// Since when every attempt failed.
    pub(super) failing: Option<When>,
    pub(super) disabled: bool,
    /// Why Rollcall disabled it.
    pub(super) reason: Option<String>,
    /// Until when the secret from before is used as well.
    pub(super) old_secret: Option<When>,
    /// Of 100 attempts so many succeeded; none was made yet.
    pub(super) success: Option<usize>,
    pub(super) attempts: String,
    pub(super) p95: Option<String>,
    pub(super) waiting: String,
    pub(super) deliveries: String,
    pub(super) settings: String,
    /// Where the form that enables it is sent.
    pub(super) enable: String,
    pub(super) tab: Tab,
}

/// Reads the top of an endpoint's page.
pub(super) async fn load(at: &AtEndpoint, tab: Tab) -> Result<Head, PageError> {
    let endpoint = at.endpoint.clone();
    let reading = at.who.store().read(move |conn| {
        let figures = webhook_attempt::figures(conn, &endpoint, ATTEMPTS)?;
        let waiting = webhook_delivery::waiting(conn, &endpoint, WAITING)?;
        Ok::<_, PageError>((figures, waiting))
    });
    let (figures, waiting) = reading.await?;
    let (endpoint, links, now) = (&at.endpoint, &at.who.links, at.who.now());
    let old_secret = endpoint.previous_secret_expires_at.filter(|at| *at > now);
    Ok(Head {
        state: status_badge(endpoint),
        failing: endpoint.failing_since.map(|since| When::new(since, now)),
        disabled: endpoint.status == Status::Disabled,
        reason: endpoint.disabled_reason.clone(),
        old_secret: old_secret.map(|until| When::new(until, now)),
        success: percentage(figures),
        attempts: format::number(count(figures.attempts)),
        p95: figures.p95.map(duration),
        waiting: counted_to(count(waiting), WAITING),
        deliveries: links.webhook(&endpoint.id),
        settings: links.webhook_settings(&endpoint.id),
        enable: links.webhook_action(&endpoint.id, "enable"),
        tab,
    })
}

/// The surroundings of a page of the endpoint.
pub(super) fn shell(at: &AtEndpoint, part: Option<&'static str>) -> Shell {
    Shell {
        part,
        ..at.shell(&at.endpoint.endpoint_url)
    }
}

fn percentage(figures: Figures) -> Option<usize> {
    (figures.succeeded * 100).checked_div(figures.attempts)
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn counted_to(count: i64, limit: i64) -> String {
    let more = if count >= limit { "+" } else { "" };
    format!("{}{more}", format::number(count))
}

/// How long something took.
pub(super) fn duration(duration: std::time::Duration) -> String {
    format::duration(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}
