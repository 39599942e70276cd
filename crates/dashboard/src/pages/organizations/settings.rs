//! An organization's name, and its end.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::organization::{self, Organization};
use rollcall_store::{Connection, directory};
use serde::Deserialize;

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
    delete: FormState,
    consequence: String,
}

/// A new name.
#[derive(Deserialize)]
pub(crate) struct Renaming {
    name: String,
}

/// The page.
pub(crate) async fn show(at: AtOrganization) -> Result<HttpResponse, PageError> {
    let rename = FormState::default().with("name", &at.organization.name);
    let page = page(&at, rename, FormState::default()).await?;
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
        return at
            .who
            .refused(&page(&at, state, FormState::default()).await?);
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
        let rename = FormState::default().with("name", &at.organization.name);
        return at.who.refused(&page(&at, rename, state).await?);
    }
    let organization = at.organization.clone();
    at.who
        .store()
        .write(move |tx| organization::delete(tx, &organization))
        .await?;
    let flash = Flash::new(Deed::OrganizationDeleted, at.organization.name);
    Ok(at.who.done(&at.who.links.organizations(), &flash))
}

async fn page(
    at: &AtOrganization,
    rename: FormState,
    delete: FormState,
) -> Result<SettingsPage, PageError> {
    let id = at.organization.id.clone();
    let counting = at.who.store().read(move |conn: &mut Connection| {
        let directories = directory::for_organization(conn, &id)?;
        let mut totals = (i64::try_from(directories.len()).unwrap_or(i64::MAX), 0, 0);
        for directory in &directories {
            let counts = directory::counts(conn, &directory.id)?;
            totals = (totals.0, totals.1 + counts.users, totals.2 + counts.groups);
        }
        Ok::<_, PageError>(totals)
    });
    let (directories, users, groups) = counting.await?;
    let consequence = format!(
        "This removes {}, {} and {} for good. Each directory tells your application with one dsync.deleted event, \
         and their identity providers are refused from then on.",
        counted(directories, "directory"),
        counted(users, "user"),
        counted(groups, "group"),
    );
    let shell = at.shell_below("Organization settings");
    Ok(SettingsPage {
        shell,
        organization: at.organization.clone(),
        rename,
        delete,
        consequence,
    })
}
