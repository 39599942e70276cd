//! Making and changing workspaces.

use diesel::prelude::*;

use super::row::Row;
use super::{Changes, EVENT_RETENTION_DAYS, Error, Role, Workspace, admit, slug};
use crate::audit::{self, Action, Difference, Target};
use crate::change::Change;
use crate::db::connection::{first_locked, on_either};
use crate::db::schema::workspaces;
use crate::error::Result;
use crate::ids::{MemberId, WorkspaceId};
use crate::webhook_endpoint::MOST_DELIVERIES_PER_SECOND;
use crate::{Timestamp, Tx};

/// Makes a workspace. Its slug comes from its name, with a number when another has that slug.
pub fn create(tx: &mut Tx<'_>, name: &str) -> Result<Workspace> {
    let mut workspace = Workspace {
        id: tx.new_id(),
        slug: slug::free(tx, name)?,
        name: name.to_owned(),
        created_at: tx.now(),
        updated_at: tx.now(),
        deactivated_users: super::DeactivatedUsers::default(),
        second_factor_required_at: None,
        endpoint_host: None,
        event_retention_days: None,
        webhook_in_order: None,
        webhook_deliveries_per_second: None,
        delete_after: None,
    };
    while !insert(tx, &workspace)? {
        workspace.slug = slug::free(tx, name)?;
    }
    note(tx, &workspace, Action::WorkspaceCreated, Difference::none())?;
    Ok(workspace)
}

/// `false` when another took the slug meanwhile, which is known only once that other one is there.
fn insert(tx: &mut Tx<'_>, workspace: &Workspace) -> Result<bool> {
    let row = Row::from(workspace);
    let inserted = on_either!(*tx, conn => diesel::insert_into(workspaces::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

/// Makes a workspace that a member owns.
pub fn create_owned(tx: &mut Tx<'_>, name: &str, owner: &MemberId) -> Result<Workspace> {
    let workspace = create(tx, name)?;
    admit(tx, &workspace.id, owner, Role::Owner)?;
    Ok(workspace)
}

/// Changes a workspace; what stays as it is leaves no trace.
pub fn update(tx: &mut Tx<'_>, id: &WorkspaceId, changes: Changes) -> Result<Workspace, Error> {
    check(&changes)?;
    let before = held(tx, id)?.ok_or(Error::Gone)?;
    let mut after = changed(before.clone(), changes, tx.now());
    if after == before {
        return Ok(after);
    }
    after.updated_at = tx.now();
    save(tx, &after)?;
    let difference = difference(&before, &after);
    note(tx, &after, Action::WorkspaceUpdated, difference)?;
    Ok(after)
}

fn check(changes: &Changes) -> Result<(), Error> {
    if let Change::Set(days) = changes.event_retention_days
        && !EVENT_RETENTION_DAYS.contains(&days)
    {
        return Err(Error::InvalidRetention);
    }
    if let Change::Set(rate) = changes.webhook_deliveries_per_second
        && !(1..=MOST_DELIVERIES_PER_SECOND).contains(&rate)
    {
        return Err(Error::InvalidRate);
    }
    Ok(())
}

fn changed(before: Workspace, changes: Changes, now: Timestamp) -> Workspace {
    let since = before.second_factor_required_at;
    Workspace {
        name: changes.name.unwrap_or(before.name),
        deactivated_users: changes
            .deactivated_users
            .unwrap_or(before.deactivated_users),
        second_factor_required_at: match changes.second_factor_required {
            Some(true) => since.or(Some(now)),
            Some(false) => None,
            None => since,
        },
        endpoint_host: changes.endpoint_host.apply(before.endpoint_host),
        event_retention_days: changes
            .event_retention_days
            .apply(before.event_retention_days),
        webhook_in_order: changes.webhook_in_order.apply(before.webhook_in_order),
        webhook_deliveries_per_second: changes
            .webhook_deliveries_per_second
            .apply(before.webhook_deliveries_per_second),
        ..before
    }
}

fn difference(from: &Workspace, to: &Workspace) -> Difference {
    let host = |workspace: &Workspace| workspace.endpoint_host.clone();
    let required = |workspace: &Workspace| workspace.second_factor_required_at.is_some();
    Difference::none()
        .changed("name", from.name.as_str(), to.name.as_str())
        .changed(
            "deactivated_users",
            from.deactivated_users.as_str(),
            to.deactivated_users.as_str(),
        )
        .changed("second_factor_required", required(from), required(to))
        .changed("endpoint_host", host(from), host(to))
        .changed(
            "event_retention_days",
            from.event_retention_days,
            to.event_retention_days,
        )
        .changed(
            "webhook_in_order",
            from.webhook_in_order,
            to.webhook_in_order,
        )
        .changed(
            "webhook_deliveries_per_second",
            from.webhook_deliveries_per_second,
            to.webhook_deliveries_per_second,
        )
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    workspace: &Workspace,
    action: Action,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&workspace.id, &workspace.name);
    audit::note(tx, &workspace.id, action, target, difference)
}

/// Stores the workspace as it is now.
pub(super) fn save(tx: &mut Tx<'_>, workspace: &Workspace) -> QueryResult<()> {
    diesel::update(workspaces::table.filter(workspaces::id.eq(&workspace.id)))
        .set(Row::from(workspace))
        .execute(&mut **tx)
        .map(drop)
}

/// The workspace, which nobody else changes until the transaction ends.
pub(super) fn held(tx: &mut Tx<'_>, id: &WorkspaceId) -> Result<Option<Workspace>> {
    let own = || workspaces::table.filter(workspaces::id.eq(id));
    let row: Option<Row> = first_locked!(*tx, for_no_key_update, own().select(Row::as_select()))?;
    row.map(Workspace::try_from).transpose()
}
