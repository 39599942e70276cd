//! Showing that a domain is an organization's.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::json;

use super::operations::{Fact, note, taken};
use super::row::Row;
use super::{Error, OrganizationDomain, Proof, State, VERIFICATION_PERIOD};
use crate::audit::{Action, Difference};
use crate::db::connection::first_locked;
use crate::db::schema::{organization_domains, workspaces};
use crate::error::Result;
use crate::event::{DOMAIN_UPDATED, DOMAIN_VERIFICATION_FAILED, DOMAIN_VERIFIED};
use crate::ids::OrganizationDomainId;
use crate::representation as shape;
use crate::{Connection, Timestamp, Tx, event};

/// WorkOS's reason for a domain whose record was not found in time.
const PERIOD_EXPIRED: &str = "domain_verification_period_expired";
/// WorkOS's reason for a domain that another organization verified.
const VERIFIED_BY_OTHER: &str = "domain_verified_by_other_organization";

/// For so long after the beginning the DNS is looked at so often: people look at the page while they set it up.
const PACE: [(Duration, Duration); 3] = [
    (Duration::from_hours(1), Duration::from_mins(1)),
    (Duration::from_hours(24), Duration::from_mins(10)),
    (Duration::MAX, Duration::from_hours(1)),
];

/// Looks at a domain's DNS once more, for another thirty days. One that failed is pending again, with its record as it was.
pub fn start(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<OrganizationDomain, Error> {
    let before = held(tx, &domain.id)?.ok_or(Error::Gone)?;
    let mut after = before.clone();
    let Proof::Dns(challenge) = &mut after.proof else {
        return Err(Error::AlreadyVerified(before.domain));
    };
    if before.state == State::Verified {
        return Err(Error::AlreadyVerified(before.domain));
    }
    refuse_if_elsewhere(tx, &before)?;
    challenge.expires_at = Some(tx.now().plus(VERIFICATION_PERIOD));
    after.state = State::Pending;
    if before.state == State::Failed {
        after.updated_at = tx.now();
    }
    save(tx, &after, Some(tx.now()))?;
    if before.state == State::Failed {
        event::append(
            tx,
            &after,
            &[(DOMAIN_UPDATED, shape::organization_domain(&after))],
        )?;
        let (from, to) = (before.state.as_str(), after.state.as_str());
        let difference = Difference::none().changed("state", from, to);
        note(tx, &after, Action::DomainUpdated, difference)?;
    }
    Ok(after)
}

/// Takes at most `limit` of the domains whose DNS is to be looked at now, and puts off their next look, so that no other
/// process takes them as well. In a deleted workspace nothing happens.
pub fn due_checks(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<OrganizationDomain>> {
    let deleted = workspaces::table
        .filter(workspaces::delete_after.is_not_null())
        .select(workspaces::id);
    let due = organization_domains::table
        .filter(organization_domains::verification_next_check_at.le(tx.now()))
        .filter(organization_domains::workspace_id.ne_all(deleted))
        .order(organization_domains::verification_next_check_at)
        .limit(limit);
    let rows: Vec<Row> = match &mut **tx {
        Connection::Postgres(conn) => due
            .select(Row::as_select())
            .for_update()
            .skip_locked()
            .load(conn)?,
        Connection::Sqlite(conn) => due.select(Row::as_select()).load(conn)?,
    };
    let domains: Vec<_> = rows
        .into_iter()
        .map(OrganizationDomain::try_from)
        .collect::<Result<_>>()?;
    for domain in &domains {
        let next = tx.now().plus(pace(domain, tx.now()));
        save(tx, domain, Some(next))?;
    }
    Ok(domains)
}

fn pace(domain: &OrganizationDomain, now: Timestamp) -> Duration {
    let expires_at = match &domain.proof {
        Proof::Dns(challenge) => challenge.expires_at,
        Proof::Manual => None,
    };
    let began_at = expires_at.map_or(domain.created_at, |at| at.minus(VERIFICATION_PERIOD));
    let age = now.since(began_at);
    let step = PACE.iter().find(|(until, _)| age < *until);
    step.map_or(Duration::from_hours(1), |(_, pace)| *pace)
}

/// The DNS of a pending domain shows its record: it is the organization's, and no other's of the workspace.
pub fn verify(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<(), Error> {
    let held = held(tx, &domain.id)?;
    let Some(mut domain) = held.filter(|held| held.state == State::Pending) else {
        return Ok(());
    };
    refuse_if_elsewhere(tx, &domain)?;
    let fact = become_verified(tx, &mut domain)?;
    event::append(tx, &domain, &[fact])?;
    let difference = Difference::none().changed("state", "pending", "verified");
    note(tx, &domain, Action::DomainUpdated, difference)?;
    Ok(())
}

/// Gives a pending domain up when its time is over; otherwise it stays as it is.
pub fn expire(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<()> {
    let Some(mut domain) = held(tx, &domain.id)? else {
        return Ok(());
    };
    let Proof::Dns(challenge) = &domain.proof else {
        return Ok(());
    };
    let is_over = challenge.expires_at.is_some_and(|at| at <= tx.now());
    if is_over && domain.state == State::Pending {
        fail(tx, &mut domain, PERIOD_EXPIRED)?;
    }
    Ok(())
}

/// The application says that a domain is the organization's.
pub(super) fn affirm(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<Fact, Error> {
    let mut domain = held(tx, &domain.id)?.ok_or(Error::Gone)?;
    refuse_if_elsewhere(tx, &domain)?;
    domain.proof = Proof::Manual;
    become_verified(tx, &mut domain)
}

fn become_verified(tx: &mut Tx<'_>, domain: &mut OrganizationDomain) -> Result<Fact, Error> {
    domain.state = State::Verified;
    domain.updated_at = tx.now();
    if let Proof::Dns(challenge) = &mut domain.proof {
        challenge.expires_at = None;
    }
    save_row(tx, domain, None).map_err(|error| taken(error, domain))?;
    fail_others(tx, domain)?;
    Ok((DOMAIN_VERIFIED, shape::organization_domain(domain)))
}

/// What is verified for one organization of a workspace cannot become another's.
pub(super) fn fail_others(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<()> {
    let others = organization_domains::workspace_id
        .eq(&domain.workspace_id)
        .and(organization_domains::domain.eq(&domain.domain))
        .and(organization_domains::id.ne(&domain.id))
        .and(organization_domains::state.eq(State::Pending.as_str()));
    let rows: Vec<Row> = organization_domains::table
        .filter(others)
        .order(organization_domains::id)
        .select(Row::as_select())
        .load(&mut **tx)?;
    for row in rows {
        let still = held(tx, &row.id)?.filter(|other| other.state == State::Pending);
        if let Some(mut other) = still {
            fail(tx, &mut other, VERIFIED_BY_OTHER)?;
        }
    }
    Ok(())
}

fn fail(tx: &mut Tx<'_>, domain: &mut OrganizationDomain, reason: &str) -> Result<()> {
    domain.state = State::Failed;
    domain.updated_at = tx.now();
    if let Proof::Dns(challenge) = &mut domain.proof {
        challenge.expires_at = None;
    }
    save(tx, domain, None)?;
    let shown = shape::organization_domain(domain);
    let data = json!({ "reason": reason, "organization_domain": shown });
    event::append(tx, &*domain, &[(DOMAIN_VERIFICATION_FAILED, data)])
}

pub(super) fn refuse_if_elsewhere(
    tx: &mut Tx<'_>,
    domain: &OrganizationDomain,
) -> Result<(), Error> {
    let elsewhere = organization_domains::workspace_id
        .eq(&domain.workspace_id)
        .and(organization_domains::domain.eq(&domain.domain))
        .and(organization_domains::organization_id.ne(&domain.organization_id))
        .and(organization_domains::state.eq(State::Verified.as_str()));
    let found: Option<OrganizationDomainId> = organization_domains::table
        .filter(elsewhere)
        .select(organization_domains::id)
        .first(&mut **tx)
        .optional()?;
    match found {
        Some(_) => Err(Error::VerifiedElsewhere(domain.domain.clone())),
        None => Ok(()),
    }
}

fn held(tx: &mut Tx<'_>, id: &OrganizationDomainId) -> Result<Option<OrganizationDomain>> {
    let own = || organization_domains::table.filter(organization_domains::id.eq(id));
    let row: Option<Row> = first_locked!(*tx, for_no_key_update, own().select(Row::as_select()))?;
    row.map(OrganizationDomain::try_from).transpose()
}

fn save(
    tx: &mut Tx<'_>,
    domain: &OrganizationDomain,
    next_check_at: Option<Timestamp>,
) -> Result<()> {
    Ok(save_row(tx, domain, next_check_at)?)
}

fn save_row(
    tx: &mut Tx<'_>,
    domain: &OrganizationDomain,
    next_check_at: Option<Timestamp>,
) -> QueryResult<()> {
    let own = organization_domains::table.filter(organization_domains::id.eq(&domain.id));
    diesel::update(own)
        .set(Row::new(domain, next_check_at))
        .execute(&mut **tx)
        .map(drop)
}
