//! An organization's name, its domains, and its end.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::ids::OrganizationId;
use rollcall_store::organization::{self, Organization};
use rollcall_store::{Connection, directory, organization_domain};
use serde::Deserialize;

use super::domains::DomainRow;
use crate::auth::AtOrganization;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::format::counted;
use crate::forms::{Confirmation, FormState};
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "pages/organizations/settings.html")]
struct SettingsPage {
    shell: Shell,
    organization: Organization,
    rename: FormState,
    domains: Vec<DomainRow>,
    new_domain: FormState,
    delete: FormState,
    consequence: String,
}

/// The forms of the page, as they were sent back.
#[derive(Default)]
struct Forms {
    rename: Option<FormState>,
    new_domain: FormState,
    delete: FormState,
}

/// A new name.
#[derive(Deserialize)]
pub(crate) struct Renaming {
    name: String,
}

/// The page.
pub(crate) async fn show(at: AtOrganization) -> Result<HttpResponse, PageError> {
    let page = page(&at, Forms::default()).await?;
    at.who.ok(&page)
}

/// Renames the organization.
pub(crate) async fn rename(
    at: AtOrganization,
    form: web::Form<Renaming>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("name", &form.name);
    let name = state.name("name", &form.name, "the organization’s name");
    if !state.is_valid() {
        let forms = Forms {
            rename: Some(state),
            ..Forms::default()
        };
        return at.who.refused(&page(&at, forms).await?);
    }
    let (organization, new_name) = (at.organization.clone(), name.clone());
    at.who
        .store()
        .write(move |tx| organization::rename(tx, &organization, &new_name))
        .await?;
    Ok(at.who.done(
        &at.who.links.organization(&at.organization.id),
        &Flash::new(Deed::OrganizationRenamed, name),
    ))
}

/// Deletes the organization with its directories, once its name was typed.
pub(crate) async fn delete(
    Reauthenticated(at): Reauthenticated<AtOrganization>,
    form: web::Form<Confirmation>,
) -> Result<HttpResponse, PageError> {
    let state = form.check(&at.organization.name, "deleted");
    if !state.is_valid() {
        let forms = Forms {
            delete: state,
            ..Forms::default()
        };
        return at.who.refused(&page(&at, forms).await?);
    }
    let organization = at.organization.clone();
    at.who
        .store()
        .write(move |tx| organization::delete(tx, &organization))
        .await?;
    let flash = Flash::new(Deed::OrganizationDeleted, at.organization.name);
    Ok(at.who.done(&at.who.links.organizations(), &flash))
}

/// The page for somebody whose domain was not added.
pub(crate) async fn refused_domain(
    at: &AtOrganization,
    new_domain: FormState,
) -> Result<HttpResponse, PageError> {
    let forms = Forms {
        new_domain,
        ..Forms::default()
    };
    at.who.refused(&page(at, forms).await?)
}

async fn page(at: &AtOrganization, forms: Forms) -> Result<SettingsPage, PageError> {
    let id = at.organization.id.clone();
    let reading = at.who.store().read(move |conn: &mut Connection| {
        let domains = organization_domain::for_organizations(conn, std::slice::from_ref(&id))?;
        Ok::<_, PageError>((domains, consequence(conn, &id)?))
    });
    let (domains, consequence) = reading.await?;
    let links = &at.who.links;
    let domains = domains
        .into_iter()
        .map(|domain| DomainRow::new(domain, links));
    let name = || FormState::default().with("name", &at.organization.name);
    Ok(SettingsPage {
        domains: domains.collect(),
        shell: at.shell_below("Organization settings"),
        organization: at.organization.clone(),
        rename: forms.rename.unwrap_or_else(name),
        new_domain: forms.new_domain,
        delete: forms.delete,
        consequence,
    })
}

/// What goes with the organization, as a sentence.
fn consequence(conn: &mut Connection, id: &OrganizationId) -> Result<String, PageError> {
    let directories = directory::for_organization(conn, id)?;
    let (mut users, mut groups) = (0, 0);
    for directory in &directories {
        let counts = directory::counts(conn, &directory.id)?;
        users += counts.users;
        groups += counts.groups;
    }
    let directories = i64::try_from(directories.len()).unwrap_or(i64::MAX);
    Ok(format!(
        "This removes {}, {} and {} for good. Each directory tells your application with one dsync.deleted event, \
         and their identity providers are refused from then on.",
        counted(directories, "directory"),
        counted(users, "user"),
        counted(groups, "group"),
    ))
}
