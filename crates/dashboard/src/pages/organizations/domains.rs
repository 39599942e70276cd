//! The domains on an organization's settings page.

use actix_web::{HttpResponse, web};
use rollcall_store::ids::{Id as _, OrganizationDomainId};
use rollcall_store::organization_domain::{
    self, DomainName, Error, OrganizationDomain, Proof, State, Wanted,
};
use serde::Deserialize;

use super::settings;
use crate::auth::AtOrganization;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::pages::directories::summary::Badge;
use crate::urls::Links;

/// A domain as the page shows it.
pub(crate) struct DomainRow {
    pub(crate) id: OrganizationDomainId,
    pub(crate) name: String,
    pub(crate) badge: Badge,
    /// The TXT record that the domain is to have; none once that is settled.
    pub(crate) record: Option<String>,
    /// Where to have it looked for once more.
    pub(crate) verify: String,
    pub(crate) remove: String,
}

impl DomainRow {
    pub(crate) fn new(domain: OrganizationDomain, links: &Links) -> Self {
        let record = match domain.proof {
            Proof::Dns(challenge) if domain.state != State::Verified => Some(challenge.record()),
            _ => None,
        };
        Self {
            badge: badge(domain.state),
            record,
            verify: links.verify_domain(&domain.organization_id, &domain.id),
            remove: links.remove_domain(&domain.organization_id, &domain.id),
            id: domain.id,
            name: domain.domain,
        }
    }
}

const fn badge(state: State) -> Badge {
    let (tone, word) = match state {
        State::Verified => ("good", "Verified"),
        State::Pending => ("warn", "Pending"),
        State::Failed => ("bad", "Failed"),
    };
    Badge { tone, word }
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewDomain {
    #[serde(default)]
    domain: String,
    #[serde(default)]
    proof: String,
}

/// Which domain.
#[derive(Deserialize)]
pub(crate) struct DomainPath {
    domain: String,
}

/// Adds a domain, verified by whoever adds it or to be verified by DNS.
pub(crate) async fn add(
    at: AtOrganization,
    form: web::Form<NewDomain>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("domain", &form.domain);
    let domain = match DomainName::parse(&form.domain) {
        Ok(domain) => domain,
        Err(error) => {
            state.refuse("domain", sentence(&error.to_string()));
            return settings::refused_domain(&at, state).await;
        }
    };
    let wanted = Wanted {
        domain,
        verified: form.proof == "manual",
    };
    let organization = at.organization.clone();
    let added = at
        .who
        .store()
        .write(move |tx| organization_domain::create(tx, &organization, &wanted));
    match added.await {
        Ok(domain) => Ok(done(&at, Deed::DomainAdded, domain.domain)),
        Err(error) => refused(&at, error, state).await,
    }
}

/// Removes a domain.
pub(crate) async fn remove(
    at: AtOrganization,
    path: web::Path<DomainPath>,
) -> Result<HttpResponse, PageError> {
    let domain = find(&at, &path).await?;
    let name = domain.domain.clone();
    at.who
        .store()
        .write(move |tx| organization_domain::delete(tx, &domain))
        .await?;
    Ok(done(&at, Deed::DomainRemoved, name))
}

/// Has a domain's record looked for once more.
pub(crate) async fn verify(
    at: AtOrganization,
    path: web::Path<DomainPath>,
) -> Result<HttpResponse, PageError> {
    let domain = find(&at, &path).await?;
    let name = domain.domain.clone();
    let started = at
        .who
        .store()
        .write(move |tx| organization_domain::start(tx, &domain));
    match started.await {
        Ok(_) => Ok(done(&at, Deed::DomainLookedUp, name)),
        Err(error) => refused(&at, error, FormState::default()).await,
    }
}

async fn find(at: &AtOrganization, path: &DomainPath) -> Result<OrganizationDomain, PageError> {
    let id = OrganizationDomainId::parse(&path.domain).ok_or(PageError::NotFound)?;
    let organization = at.organization.clone();
    let found = at.who.store().read(move |conn| {
        let found = organization_domain::find(conn, &organization.workspace_id, &id)?;
        Ok::<_, PageError>(found.filter(|domain| domain.organization_id == organization.id))
    });
    found.await?.ok_or(PageError::NotFound)
}

async fn refused(
    at: &AtOrganization,
    error: Error,
    mut state: FormState,
) -> Result<HttpResponse, PageError> {
    match error {
        Error::Gone => Err(PageError::NotFound),
        Error::Store(error) => Err(error.into()),
        refusal => {
            state.refuse("domain", sentence(&refusal.to_string()));
            settings::refused_domain(at, state).await
        }
    }
}

fn done(at: &AtOrganization, deed: Deed, name: String) -> HttpResponse {
    let settings = at.who.links.organization_settings(&at.organization.id);
    at.who.done(&settings, &Flash::new(deed, name))
}

/// A reason as a sentence for the page.
fn sentence(reason: &str) -> String {
    let mut characters = reason.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    format!("{}{}.", first.collect::<String>(), characters.as_str())
}
