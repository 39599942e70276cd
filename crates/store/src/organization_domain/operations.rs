//! Adding, replacing and removing domains.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::find::for_organizations;
use super::row::Row;
use super::{
    Challenge, Error, OrganizationDomain, Proof, State, VERIFICATION_PERIOD, Wanted, verification,
};
use crate::audit::{self, Action, Difference, Target};
use crate::db::schema::organization_domains;
use crate::error::{Result, is_unique_violation};
use crate::event::{DOMAIN_CREATED, DOMAIN_DELETED, DOMAIN_VERIFIED};
use crate::organization::{self, Organization};
use crate::representation as shape;
use crate::{Tx, event};

/// An event's name and what it carries.
pub(crate) type Fact = (&'static str, Value);

const PREFIX: &str = "rollcall-domain-verification-";
/// Letters and digits: 31 bits, to tell the records of several organizations apart.
const PREFIX_LENGTH: usize = 6;
/// Letters and digits: 129 bits, so that nobody can put up a record before being told.
const TOKEN_LENGTH: usize = 25;

/// Adds a domain to an organization.
pub fn create(
    tx: &mut Tx<'_>,
    organization: &Organization,
    wanted: &Wanted,
) -> Result<OrganizationDomain, Error> {
    if !organization::hold(tx, &organization.id)? {
        return Err(Error::Gone);
    }
    let present = for_organizations(tx, std::slice::from_ref(&organization.id))?;
    if present
        .iter()
        .any(|domain| domain.domain == wanted.domain.as_str())
    {
        return Err(Error::AlreadyAdded(wanted.domain.to_string()));
    }
    let (domain, facts) = insert(tx, organization, wanted)?;
    event::append(tx, organization, &facts)?;
    let difference = Difference::none()
        .set("organization", organization.id.to_string())
        .set("state", domain.state.as_str());
    note(tx, &domain, Action::DomainAdded, difference)?;
    Ok(domain)
}

/// Removes a domain; one that is gone already stays gone.
pub fn delete(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<()> {
    if let Some(fact) = remove(tx, domain)? {
        event::append(tx, domain, &[fact])?;
        note(tx, domain, Action::DomainDeleted, Difference::none())?;
    }
    Ok(())
}

/// Gives an organization exactly these domains: others are removed, those that it has keep their ids, and of these a
/// pending one becomes verified when the application says so. Returns what is to be told; the organization is held.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    organization: &Organization,
    wanted: &[Wanted],
) -> Result<Vec<Fact>, Error> {
    let present = for_organizations(tx, std::slice::from_ref(&organization.id))?;
    let mut facts = Vec::new();
    let is_wanted = |domain: &OrganizationDomain| {
        let mut names = wanted.iter().map(|each| each.domain.as_str());
        names.any(|name| name == domain.domain)
    };
    for domain in present.iter().filter(|domain| !is_wanted(domain)) {
        facts.extend(remove(tx, domain)?);
    }
    for each in wanted {
        let domain = present
            .iter()
            .find(|domain| domain.domain == each.domain.as_str());
        match domain {
            Some(domain) if each.verified && domain.state != State::Verified => {
                facts.push(verification::affirm(tx, domain)?);
            }
            Some(_) => {}
            None => facts.extend(insert(tx, organization, each)?.1),
        }
    }
    Ok(facts)
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    domain: &OrganizationDomain,
    action: Action,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&domain.id, &domain.domain);
    audit::note(tx, &domain.workspace_id, action, target, difference)
}

fn insert(
    tx: &mut Tx<'_>,
    organization: &Organization,
    wanted: &Wanted,
) -> Result<(OrganizationDomain, Vec<Fact>), Error> {
    let (state, proof, next_check_at) = if wanted.verified {
        (State::Verified, Proof::Manual, None)
    } else {
        (State::Pending, Proof::Dns(challenge(tx)), Some(tx.now()))
    };
    let domain = OrganizationDomain {
        id: tx.new_id(),
        workspace_id: organization.workspace_id.clone(),
        organization_id: organization.id.clone(),
        domain: wanted.domain.to_string(),
        state,
        proof,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    verification::refuse_if_elsewhere(tx, &domain)?;
    diesel::insert_into(organization_domains::table)
        .values(&Row::new(&domain, next_check_at))
        .execute(&mut **tx)
        .map_err(|error| taken(error, &domain))?;
    let shown = shape::organization_domain(&domain);
    let mut facts = vec![(DOMAIN_CREATED, shown.clone())];
    if wanted.verified {
        facts.push((DOMAIN_VERIFIED, shown));
        verification::fail_others(tx, &domain)?;
    }
    Ok((domain, facts))
}

/// Of two who add or verify a domain at once, the second learns it from the unique index.
pub(super) fn taken(error: diesel::result::Error, domain: &OrganizationDomain) -> Error {
    if is_unique_violation(&error) {
        Error::VerifiedElsewhere(domain.domain.clone())
    } else {
        error.into()
    }
}

fn challenge(tx: &Tx<'_>) -> Challenge {
    Challenge {
        prefix: format!("{PREFIX}{}", tx.new_key(PREFIX_LENGTH)),
        token: tx.new_key(TOKEN_LENGTH),
        expires_at: Some(tx.now().plus(VERIFICATION_PERIOD)),
    }
}

fn remove(tx: &mut Tx<'_>, domain: &OrganizationDomain) -> Result<Option<Fact>> {
    let own = organization_domains::table.filter(organization_domains::id.eq(&domain.id));
    let gone = diesel::delete(own).execute(&mut **tx)?;
    Ok((gone == 1).then(|| (DOMAIN_DELETED, json!(shape::organization_domain(domain)))))
}
