//! Making, changing and deleting organizations.
//!
//! An organization tells of itself in `organization.*` events, which show its domains as they are then; each domain tells
//! of itself as well. A change that leaves everything as it was makes no event.

use diesel::prelude::*;

use super::{Changes, Error, New, Organization, find_by_external_id};
use crate::audit::{self, Action, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::organizations;
use crate::error::{Error as StoreError, Result, is_unique_violation};
use crate::event::{self, ORGANIZATION_CREATED, ORGANIZATION_DELETED, ORGANIZATION_UPDATED};
use crate::fold::fold;
use crate::ids::{OrganizationId, WorkspaceId};
use crate::organization_domain::{self, Fact};
use crate::{Tx, directory, representation as shape};

/// Makes an organization of which only the name is known.
pub fn create(tx: &mut Tx<'_>, workspace_id: &WorkspaceId, name: &str) -> Result<Organization> {
    let new = New {
        name: name.to_owned(),
        ..New::default()
    };
    let organization = built(tx, workspace_id, &new);
    insert(tx, &organization)?;
    tell_of_creation(tx, &organization, Vec::new())?;
    Ok(organization)
}

/// Makes an organization.
pub fn create_with(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    new: &New,
) -> Result<Organization, Error> {
    let organization = built(tx, workspace_id, new);
    refuse_taken(tx, None, &organization)?;
    insert(tx, &organization).map_err(|error| taken(error, &organization))?;
    let facts = organization_domain::replace(tx, &organization, &new.domains)?;
    tell_of_creation(tx, &organization, facts)?;
    Ok(organization)
}

fn built(tx: &Tx<'_>, workspace_id: &WorkspaceId, new: &New) -> Organization {
    Organization {
        id: tx.new_id(),
        workspace_id: workspace_id.clone(),
        name: new.name.clone(),
        external_id: new.external_id.clone(),
        metadata: new.metadata.clone(),
        stripe_customer_id: new.stripe_customer_id.clone(),
        allow_profiles_outside_organization: new.allow_profiles_outside_organization,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

fn insert(tx: &mut Tx<'_>, organization: &Organization) -> QueryResult<()> {
    let values = (
        organizations::id.eq(&organization.id),
        organizations::workspace_id.eq(&organization.workspace_id),
        organizations::name.eq(&organization.name),
        organizations::name_folded.eq(fold(&organization.name)),
        organizations::external_id.eq(&organization.external_id),
        organizations::metadata.eq(organization.metadata.to_text()),
        organizations::stripe_customer_id.eq(&organization.stripe_customer_id),
        organizations::allow_profiles_outside_organization
            .eq(organization.allow_profiles_outside_organization),
        organizations::created_at.eq(organization.created_at),
        organizations::updated_at.eq(organization.updated_at),
    );
    diesel::insert_into(organizations::table)
        .values(values)
        .execute(&mut **tx)
        .map(drop)
}

/// The organization first, and then its domains.
fn tell_of_creation(
    tx: &mut Tx<'_>,
    organization: &Organization,
    of_domains: Vec<Fact>,
) -> Result<()> {
    let mut facts = vec![fact(tx, ORGANIZATION_CREATED, organization)?];
    facts.extend(of_domains);
    event::append(tx, organization, &facts)?;
    let difference = Difference::none()
        .set("name", organization.name.as_str())
        .set("external_id", organization.external_id.as_deref());
    note(tx, organization, Action::OrganizationCreated, difference)
}

/// Gives an organization another name.
pub fn rename(tx: &mut Tx<'_>, organization: &Organization, name: &str) -> Result<()> {
    let Some(before) = held(tx, &organization.id)? else {
        return Ok(());
    };
    let mut after = before.clone();
    name.clone_into(&mut after.name);
    save(tx, &before, after, Vec::new())?;
    Ok(())
}

/// Changes an organization.
pub fn update(
    tx: &mut Tx<'_>,
    organization: &Organization,
    changes: Changes,
) -> Result<Organization, Error> {
    let before = held(tx, &organization.id)?.ok_or(Error::Gone)?;
    let mut after = before.clone();
    after.name = changes.name.unwrap_or(after.name);
    after.external_id = changes.external_id.apply(after.external_id);
    after.stripe_customer_id = changes.stripe_customer_id.apply(after.stripe_customer_id);
    after.allow_profiles_outside_organization = changes
        .allow_profiles_outside_organization
        .unwrap_or(after.allow_profiles_outside_organization);
    if let Some(change) = changes.metadata {
        after.metadata.apply(change)?;
    }
    refuse_taken(tx, Some(&before), &after)?;
    let facts = match &changes.domains {
        Some(domains) => organization_domain::replace(tx, &before, domains)?,
        None => Vec::new(),
    };
    let external_id = after.external_id != before.external_id;
    save(tx, &before, after, facts).map_err(|error| match error {
        StoreError::Database(error) if is_unique_violation(&error) && external_id => {
            Error::ExternalIdTaken
        }
        StoreError::Database(error) if is_unique_violation(&error) => Error::StripeCustomerIdTaken,
        other => other.into(),
    })
}

/// Stores what changed, and tells of it after its domains; nothing when nothing did.
fn save(
    tx: &mut Tx<'_>,
    before: &Organization,
    mut after: Organization,
    of_domains: Vec<Fact>,
) -> Result<Organization> {
    if after == *before && of_domains.is_empty() {
        return Ok(after);
    }
    after.updated_at = tx.now();
    diesel::update(organizations::table.filter(organizations::id.eq(&after.id)))
        .set((
            organizations::name.eq(&after.name),
            organizations::name_folded.eq(fold(&after.name)),
            organizations::external_id.eq(&after.external_id),
            organizations::metadata.eq(after.metadata.to_text()),
            organizations::stripe_customer_id.eq(&after.stripe_customer_id),
            organizations::allow_profiles_outside_organization
                .eq(after.allow_profiles_outside_organization),
            organizations::updated_at.eq(after.updated_at),
        ))
        .execute(&mut **tx)?;
    let domains: Vec<&str> = of_domains.iter().map(|(name, _)| *name).collect();
    let difference = difference(before, &after, &domains);
    let mut facts = of_domains;
    facts.push(fact(tx, ORGANIZATION_UPDATED, &after)?);
    event::append(tx, &after, &facts)?;
    note(tx, &after, Action::OrganizationUpdated, difference)?;
    Ok(after)
}

fn difference(before: &Organization, after: &Organization, domains: &[&str]) -> Difference {
    let metadata = |organization: &Organization| serde_json::json!(organization.metadata);
    let changed = Difference::none()
        .changed("name", before.name.as_str(), after.name.as_str())
        .changed(
            "external_id",
            before.external_id.as_deref(),
            after.external_id.as_deref(),
        )
        .changed("metadata", metadata(before), metadata(after))
        .changed(
            "stripe_customer_id",
            before.stripe_customer_id.as_deref(),
            after.stripe_customer_id.as_deref(),
        );
    if domains.is_empty() {
        changed
    } else {
        changed.set("domains", domains.to_vec())
    }
}

/// Deletes an organization with its domains and its directories; each directory says so in an event.
pub fn delete(tx: &mut Tx<'_>, organization: &Organization) -> Result<()> {
    let own = || organizations::table.filter(organizations::id.eq(&organization.id));
    let held: Option<Organization> =
        first_locked!(*tx, for_update, own().select(Organization::as_select()))?;
    let Some(organization) = held else {
        return Ok(());
    };
    let deletion = fact(tx, ORGANIZATION_DELETED, &organization)?;
    let directories = directory::for_organization(tx, &organization.id)?;
    for directory in &directories {
        directory::remove(tx, directory)?;
    }
    diesel::delete(organizations::table.filter(organizations::id.eq(&organization.id)))
        .execute(&mut **tx)?;
    event::append(tx, &organization, &[deletion])?;
    for directory in &directories {
        directory::note_deletion(tx, directory)?;
    }
    let nothing = Difference::none();
    note(tx, &organization, Action::OrganizationDeleted, nothing)
}

fn note(
    tx: &mut Tx<'_>,
    organization: &Organization,
    action: Action,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&organization.id, &organization.name);
    audit::note(tx, &organization.workspace_id, action, target, difference)
}

/// An event that shows an organization with its domains.
fn fact(tx: &mut Tx<'_>, name: &'static str, organization: &Organization) -> Result<Fact> {
    let ids = std::slice::from_ref(&organization.id);
    let domains = organization_domain::for_organizations(tx, ids)?;
    Ok((name, shape::organization(organization, &domains)))
}

/// Says which unique value another organization has, before the database refuses it without saying which.
fn refuse_taken(
    tx: &mut Tx<'_>,
    before: Option<&Organization>,
    after: &Organization,
) -> Result<(), Error> {
    if let Some(id) = &after.external_id
        && before.and_then(|before| before.external_id.as_ref()) != Some(id)
        && find_by_external_id(tx, &after.workspace_id, id)?.is_some()
    {
        return Err(Error::ExternalIdTaken);
    }
    if let Some(id) = &after.stripe_customer_id
        && before.and_then(|before| before.stripe_customer_id.as_ref()) != Some(id)
        && has_stripe_customer(tx, &after.workspace_id, id)?
    {
        return Err(Error::StripeCustomerIdTaken);
    }
    Ok(())
}

fn has_stripe_customer(tx: &mut Tx<'_>, workspace_id: &WorkspaceId, id: &str) -> Result<bool> {
    let same = organizations::workspace_id
        .eq(workspace_id)
        .and(organizations::stripe_customer_id.eq(id));
    let found: i64 = organizations::table
        .filter(same)
        .count()
        .get_result(&mut **tx)?;
    Ok(found > 0)
}

/// Of two who take a value at once, the second learns it from the unique index.
fn taken(error: diesel::result::Error, organization: &Organization) -> Error {
    match error {
        error if !is_unique_violation(&error) => StoreError::from(error).into(),
        _ if organization.external_id.is_some() => Error::ExternalIdTaken,
        _ => Error::StripeCustomerIdTaken,
    }
}

/// Keeps an organization from being deleted until the transaction ends; `false` when it is gone.
pub(crate) fn hold(tx: &mut Tx<'_>, id: &OrganizationId) -> Result<bool> {
    let own = organizations::table
        .filter(organizations::id.eq(id))
        .select(organizations::id);
    let held: Option<OrganizationId> = first_locked!(*tx, for_key_share, own)?;
    Ok(held.is_some())
}

fn held(tx: &mut Tx<'_>, id: &OrganizationId) -> Result<Option<Organization>> {
    let own = || organizations::table.filter(organizations::id.eq(id));
    Ok(first_locked!(
        *tx,
        for_no_key_update,
        own().select(Organization::as_select())
    )?)
}
