//! Making, changing and deleting webhook endpoints.

use std::time::Duration;

use diesel::prelude::*;
use secrecy::SecretString;

use super::row::{Row, place};
use super::{
    Changes, Error, LONGEST_DESCRIPTION, MOST_DELIVERIES_PER_SECOND, New, Status, WebhookEndpoint,
};
use crate::audit::{self, Action, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::webhook_endpoints;
use crate::error::is_unique_violation;
use crate::ids::{WebhookEndpointId, WorkspaceId};
use crate::{Timestamp, Tx, event, webhook_target};

/// Makes an endpoint. Its secret can be read again with [`secret`](super::secret).
pub fn create(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    new: New,
) -> Result<(WebhookEndpoint, SecretString), Error> {
    check_url(tx, &new.endpoint_url)?;
    check_description(&new.description)?;
    check_rate(new.deliveries_per_second)?;
    let id = tx.new_id();
    let secret = tx.new_webhook_secret();
    let row = Row {
        sealed_secret: tx.seal(place(&id), &secret)?,
        id,
        workspace_id: workspace_id.clone(),
        endpoint_url: new.endpoint_url,
        description: new.description,
        events: names(new.events)?,
        status: Status::Enabled.as_str().to_owned(),
        sealed_previous_secret: None,
        previous_secret_expires_at: None,
        in_order: new.in_order,
        deliveries_per_second: new.deliveries_per_second,
        paced_until: Timestamp::from_micros(0),
        failing_since: None,
        disabled_reason: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    diesel::insert_into(webhook_endpoints::table)
        .values(&row)
        .execute(&mut **tx)
        .map_err(taken)?;
    let endpoint = WebhookEndpoint::try_from(row)?;
    let difference = Difference::none().set("events", endpoint.events.clone());
    note(tx, &endpoint, Action::WebhookCreated, difference)?;
    Ok((endpoint, secret))
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    action: Action,
    difference: Difference,
) -> crate::Result<()> {
    let target = Target::new(&endpoint.id, &endpoint.endpoint_url);
    audit::note(tx, &endpoint.workspace_id, action, target, difference)
}

fn difference(before: &WebhookEndpoint, after: &WebhookEndpoint) -> Difference {
    let (from, to) = (before, after);
    Difference::none()
        .changed(
            "endpoint_url",
            from.endpoint_url.as_str(),
            to.endpoint_url.as_str(),
        )
        .changed(
            "description",
            from.description.as_str(),
            to.description.as_str(),
        )
        .changed("events", from.events.clone(), to.events.clone())
        .changed("status", from.status.as_str(), to.status.as_str())
        .changed("in_order", from.in_order, to.in_order)
        .changed(
            "deliveries_per_second",
            from.deliveries_per_second,
            to.deliveries_per_second,
        )
}

/// What is written of [`Changes`].
#[derive(AsChangeset)]
#[diesel(table_name = webhook_endpoints)]
struct Written {
    endpoint_url: Option<String>,
    description: Option<String>,
    events: Option<String>,
    status: Option<&'static str>,
    in_order: Option<bool>,
    deliveries_per_second: Option<i32>,
    updated_at: Timestamp,
}

/// Changes an endpoint. Deliveries under way are not called back.
pub fn update(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    changes: Changes,
) -> Result<WebhookEndpoint, Error> {
    if let Some(url) = changes.endpoint_url.as_ref() {
        check_url(tx, url)?;
    }
    if let Some(description) = changes.description.as_ref() {
        check_description(description)?;
    }
    if let Some(rate) = changes.deliveries_per_second {
        check_rate(rate)?;
    }
    let before = present(tx, endpoint)?;
    let status = changes.status;
    let written = Written {
        endpoint_url: changes.endpoint_url,
        description: changes.description,
        events: changes.events.map(names).transpose()?,
        status: changes.status.map(Status::as_str),
        in_order: changes.in_order,
        deliveries_per_second: changes.deliveries_per_second,
        updated_at: tx.now(),
    };
    diesel::update(own(endpoint))
        .set(written)
        .execute(&mut **tx)
        .map_err(taken)?;
    if let Some(status) = status {
        start_afresh(tx, endpoint, status)?;
    }
    let after = present(tx, endpoint)?;
    let target = Target::new(&after.id, &after.endpoint_url);
    audit::note_change(
        tx,
        &after.workspace_id,
        Action::WebhookUpdated,
        target,
        difference(&before, &after),
    )?;
    Ok(after)
}

/// Whoever says what the status shall be has seen the failures; whoever enables starts afresh.
fn start_afresh(tx: &mut Tx<'_>, endpoint: &WebhookEndpoint, status: Status) -> Result<(), Error> {
    diesel::update(own(endpoint))
        .set(webhook_endpoints::disabled_reason.eq(None::<String>))
        .execute(&mut **tx)?;
    if status == Status::Enabled {
        diesel::update(own(endpoint))
            .set((
                webhook_endpoints::failing_since.eq(None::<Timestamp>),
                webhook_endpoints::paced_until.eq(tx.now()),
            ))
            .execute(&mut **tx)?;
        tx.has_deliveries();
    }
    Ok(())
}

/// Gives an endpoint a new secret; the present one is used as well for `overlap`.
pub fn rotate_secret(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    overlap: Duration,
) -> Result<SecretString, Error> {
    let present = present(tx, endpoint)?;
    let secret = tx.new_webhook_secret();
    let sealed = tx.seal(place(&endpoint.id), &secret)?;
    let until = tx.now().plus(overlap);
    let previous = (!overlap.is_zero()).then_some((present.sealed_secret, until));
    let (previous, until) = previous.unzip();
    diesel::update(own(endpoint))
        .set((
            webhook_endpoints::sealed_secret.eq(sealed),
            webhook_endpoints::sealed_previous_secret.eq(previous),
            webhook_endpoints::previous_secret_expires_at.eq(until),
            webhook_endpoints::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    let end = until.map(|at| at.to_string());
    let difference = Difference::none().set("previous_secret_expires_at", end);
    note(tx, endpoint, Action::WebhookSecretRotated, difference)?;
    Ok(secret)
}

/// Deletes an endpoint. Its deliveries are seen no more at once, and removed in small steps later.
pub fn delete(tx: &mut Tx<'_>, endpoint: &WebhookEndpoint) -> crate::Result<()> {
    let gone = diesel::delete(own(endpoint)).execute(&mut **tx)?;
    if gone == 1 {
        note(tx, endpoint, Action::WebhookDeleted, Difference::none())?;
    }
    Ok(())
}

type Own<'a> = diesel::dsl::Filter<
    webhook_endpoints::table,
    diesel::dsl::Eq<webhook_endpoints::id, &'a WebhookEndpointId>,
>;

fn own(endpoint: &WebhookEndpoint) -> Own<'_> {
    webhook_endpoints::table.filter(webhook_endpoints::id.eq(&endpoint.id))
}

/// The row as it is now, held until the transaction ends.
fn present(tx: &mut Tx<'_>, endpoint: &WebhookEndpoint) -> Result<WebhookEndpoint, Error> {
    let row: Option<Row> = first_locked!(
        *tx,
        for_no_key_update,
        own(endpoint).select(Row::as_select())
    )?;
    Ok(row.ok_or(Error::Gone)?.try_into()?)
}

fn check_url(tx: &Tx<'_>, url: &str) -> Result<(), Error> {
    webhook_target::parse(url, tx.webhook_networks())
        .map(drop)
        .map_err(Error::InvalidUrl)
}

fn check_description(text: &str) -> Result<(), Error> {
    if text.chars().count() > LONGEST_DESCRIPTION {
        return Err(Error::LongDescription);
    }
    Ok(())
}

fn check_rate(rate: i32) -> Result<(), Error> {
    if (1..=MOST_DELIVERIES_PER_SECOND).contains(&rate) {
        Ok(())
    } else {
        Err(Error::InvalidRate)
    }
}

/// The names as they are stored, each once.
fn names(events: Vec<String>) -> Result<String, Error> {
    let mut once: Vec<String> = Vec::new();
    for name in events {
        if !event::is_selectable(&name) {
            return Err(Error::UnknownEvent(name));
        }
        if !once.contains(&name) {
            once.push(name);
        }
    }
    if once.is_empty() {
        return Err(Error::NoEvents);
    }
    Ok(serde_json::Value::from(once).to_string())
}

fn taken(error: diesel::result::Error) -> Error {
    if is_unique_violation(&error) {
        Error::DuplicateUrl
    } else {
        error.into()
    }
}
