//! Who asks, and for what of theirs. A handler takes one of these and cannot forget the question:
//! each loads its row within the tenant, and what is not found there is not found at all.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_store::directory::{self, Directory};
use rollcall_store::ids::{DirectoryId, Id, OrganizationId, WebhookEndpointId};
use rollcall_store::member::Member;
use rollcall_store::organization::{self, Organization};
use rollcall_store::session::{self, Session};
use rollcall_store::webhook_endpoint::{self, WebhookEndpoint};
use rollcall_store::workspace::{self, Role, Workspace};
use rollcall_store::{Store, Timestamp};

use crate::cookies;
use crate::error::PageError;
use crate::flash::Flash;
use crate::pages::account::TWO_FACTOR;
use crate::pages::workspaces;
use crate::rights;
use crate::shell::{Place, Section, Shell};
use crate::urls::Links;
use crate::visit::Visit;

/// A member with a live session.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) visit: Visit,
    pub(crate) member: Member,
    pub(crate) session: Session,
}

/// A member in one of their workspaces.
#[derive(Clone)]
pub(crate) struct InWorkspace {
    pub(crate) visit: Visit,
    pub(crate) member: Member,
    pub(crate) session: Session,
    pub(crate) workspace: Workspace,
    pub(crate) role: Role,
    pub(crate) links: Links,
    /// All of their workspaces.
    places: Vec<Place>,
    may_create_workspace: bool,
}

/// A member in one of their workspaces, be it deleted or not.
pub(crate) struct EvenDeleted(pub(crate) InWorkspace);

/// A member at one of the workspace's organizations.
pub(crate) struct AtOrganization {
    pub(crate) who: InWorkspace,
    pub(crate) organization: Organization,
}

/// A member at one of the workspace's directories.
pub(crate) struct AtDirectory {
    pub(crate) who: InWorkspace,
    pub(crate) organization: Organization,
    pub(crate) directory: Directory,
}

/// A member at one of the workspace's webhook endpoints.
pub(crate) struct AtEndpoint {
    pub(crate) who: InWorkspace,
    pub(crate) endpoint: WebhookEndpoint,
}

impl InWorkspace {
    pub(crate) fn store(&self) -> &Store {
        self.visit.store()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.visit.now()
    }

    /// The surroundings of a page with that title.
    pub(crate) fn shell(&self, title: impl Into<String>) -> Shell {
        self.visit
            .plain_shell(title)
            .of(&self.member, &self.workspace, self.role)
            .among(&self.places, self.may_create_workspace)
    }

    /// See [`Visit::ok`].
    pub(crate) fn ok(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        self.visit.ok(page)
    }

    /// See [`Visit::refused`].
    pub(crate) fn refused(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        self.visit.refused(page)
    }

    /// See [`Visit::done`].
    pub(crate) fn done(&self, location: &str, flash: &Flash) -> HttpResponse {
        self.visit.done(location, flash)
    }
}

impl AtOrganization {
    /// The surroundings of the organization's own page.
    pub(crate) fn shell(&self, title: impl Into<String>) -> Shell {
        self.who
            .shell(title)
            .crumb("Organizations", self.who.links.organizations())
    }

    /// The surroundings of a page below the organization's.
    pub(crate) fn shell_below(&self, title: impl Into<String>) -> Shell {
        self.shell(title).crumb(
            &self.organization.name,
            self.who.links.organization(&self.organization.id),
        )
    }
}

impl AtDirectory {
    /// The surroundings of one of the directory's own pages.
    pub(crate) fn shell(&self, title: impl Into<String>) -> Shell {
        let links = &self.who.links;
        let shell = self
            .who
            .shell(title)
            .crumb("Organizations", links.organizations());
        shell.crumb(
            &self.organization.name,
            links.organization(&self.organization.id),
        )
    }

    /// The surroundings of a page below the directory's.
    pub(crate) fn shell_below(&self, title: impl Into<String>) -> Shell {
        self.shell(title).crumb(
            &self.directory.name,
            self.who.links.directory(&self.directory.id),
        )
    }
}

impl AtEndpoint {
    /// The surroundings of one of the endpoint's own pages.
    pub(crate) fn shell(&self, title: impl Into<String>) -> Shell {
        self.who
            .shell(title)
            .within(Section::Webhooks)
            .crumb("Webhooks", self.who.links.webhooks())
    }

    /// The surroundings of a page below the endpoint's.
    pub(crate) fn shell_below(&self, title: impl Into<String>) -> Shell {
        let own = self.who.links.webhook(&self.endpoint.id);
        self.shell(title).crumb(&self.endpoint.endpoint_url, own)
    }
}

/// Who is signed in, if anybody. Notes from time to time that the session is in use.
pub(crate) async fn current(visit: &Visit) -> Result<Option<(Session, Member)>, PageError> {
    let Some(cookie) = visit.cookie(cookies::Kind::Session) else {
        return Ok(None);
    };
    let now = visit.now();
    let found = visit
        .store()
        .read_persistently(move |conn| session::find(conn, &cookie, now))
        .await?;
    let Some((session, member)) = found else {
        return Ok(None);
    };
    // A page that refreshes itself is not somebody at work: a forgotten tab must not keep the session.
    if session.wants_touch(now) && !visit.partial {
        touch(visit, session.clone()).await;
    }
    Ok(Some((session, member)))
}

async fn touch(visit: &Visit, session: Session) {
    let noted = visit
        .store()
        .write(move |tx| session::touch(tx, &session))
        .await;
    if let Err(error) = noted {
        // The page itself can still be shown.
        tracing::warn!(%error, "could not note that a session is in use");
    }
}

fn sign_in_first(visit: &Visit) -> PageError {
    let request = &visit.request;
    let wanted = request
        .uri()
        .path_and_query()
        .filter(|_| request.method() == Method::GET && !visit.partial);
    let login = wanted.map_or_else(
        || "/login".to_owned(),
        |path| {
            format!(
                "/login?next={}",
                utf8_percent_encode(path.as_str(), NON_ALPHANUMERIC)
            )
        },
    );
    PageError::SignedOut {
        login,
        partial: visit.partial,
    }
}

fn part<I: Id>(request: &HttpRequest, name: &str) -> Result<I, PageError> {
    request
        .match_info()
        .get(name)
        .and_then(I::parse)
        .ok_or(PageError::NotFound)
}

async fn signed_in(visit: Visit) -> Result<SignedIn, PageError> {
    let (session, member) = current(&visit)
        .await?
        .ok_or_else(|| sign_in_first(&visit))?;
    // For the log, should they be refused.
    visit.request.extensions_mut().insert(member.id.clone());
    Ok(SignedIn {
        visit: visit.of(&member),
        member,
        session,
    })
}

/// A deleted workspace has one page, whatever is asked of it.
async fn in_workspace(visit: Visit) -> Result<InWorkspace, PageError> {
    let who = in_any_workspace(visit).await?;
    if who.workspace.delete_after.is_none() {
        return Ok(who);
    }
    Err(PageError::SignedOut {
        login: who.links.deleted(),
        partial: who.visit.partial,
    })
}

async fn even_deleted(visit: Visit) -> Result<EvenDeleted, PageError> {
    in_any_workspace(visit).await.map(EvenDeleted)
}

async fn in_any_workspace(visit: Visit) -> Result<InWorkspace, PageError> {
    let SignedIn {
        visit,
        member,
        session,
    } = signed_in(visit).await?;
    let slug = visit
        .request
        .match_info()
        .get("workspace")
        .unwrap_or_default()
        .to_owned();
    let member_id = member.id.clone();
    let mine = visit
        .store()
        .read(move |conn| workspace::of_member(conn, &member_id))
        .await?;
    let places = mine.iter().map(|(each, _)| place(each, &slug)).collect();
    let may_create_workspace = workspaces::may_create(visit.app.settings(), &mine);
    let found = mine
        .into_iter()
        .find(|(workspace, _)| workspace.slug == slug);
    let (workspace, role) = found.ok_or(PageError::NotFound)?;
    rights::check(&visit.request, role)?;
    let required =
        visit.app.settings().require_second_factor || workspace.second_factor_required_at.is_some();
    require_second_factor(&visit, &member, required)?;
    Ok(InWorkspace {
        links: Links::new(&workspace.slug),
        visit,
        member,
        session,
        workspace,
        role,
        places,
        may_create_workspace,
    })
}

fn place(workspace: &Workspace, current: &str) -> Place {
    Place {
        name: workspace.name.clone(),
        href: Links::new(&workspace.slug).home(),
        current: workspace.slug == current,
        deleted: workspace.delete_after.is_some(),
    }
}

/// Leads a member without a second factor to where it is set up. One who has it signed in with it:
/// switching it on ends the other sessions.
pub(crate) fn require_second_factor(
    visit: &Visit,
    member: &Member,
    required: bool,
) -> Result<(), PageError> {
    if !required || member.has_second_factor() {
        return Ok(());
    }
    Err(PageError::SignedOut {
        login: format!("{TWO_FACTOR}?required=true"),
        partial: visit.partial,
    })
}

async fn at_organization(visit: Visit) -> Result<AtOrganization, PageError> {
    let who = in_workspace(visit).await?;
    let id: OrganizationId = part(&who.visit.request, "organization")?;
    let workspace_id = who.workspace.id.clone();
    let found = who
        .store()
        .read(move |conn| organization::find(conn, &workspace_id, &id))
        .await?;
    Ok(AtOrganization {
        organization: found.ok_or(PageError::NotFound)?,
        who,
    })
}

async fn at_directory(visit: Visit) -> Result<AtDirectory, PageError> {
    let who = in_workspace(visit).await?;
    let id: DirectoryId = part(&who.visit.request, "directory")?;
    let workspace_id = who.workspace.id.clone();
    let found = who.store().read(move |conn| {
        let Some(directory) = directory::find(conn, &workspace_id, &id)? else {
            return Ok(None);
        };
        let organization = organization::find(conn, &workspace_id, &directory.organization_id)?;
        Ok::<_, PageError>(organization.map(|organization| (organization, directory)))
    });
    let (organization, directory) = found.await?.ok_or(PageError::NotFound)?;
    Ok(AtDirectory {
        who,
        organization,
        directory,
    })
}

async fn at_endpoint(visit: Visit) -> Result<AtEndpoint, PageError> {
    let who = in_workspace(visit).await?;
    let id: WebhookEndpointId = part(&who.visit.request, "endpoint")?;
    let workspace_id = who.workspace.id.clone();
    let found = who
        .store()
        .read(move |conn| webhook_endpoint::find(conn, &workspace_id, &id))
        .await?;
    Ok(AtEndpoint {
        endpoint: found.ok_or(PageError::NotFound)?,
        who,
    })
}

macro_rules! extract {
    ($($what:ty = $load:ident;)*) => {$(
        impl FromRequest for $what {
            type Error = actix_web::Error;
            type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

            fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                let visit = Visit::from_request(request, payload);
                Box::pin(async move { Ok($load(visit.await?).await?) })
            }
        }
    )*};
}

extract! {
    SignedIn = signed_in;
    InWorkspace = in_workspace;
    EvenDeleted = even_deleted;
    AtOrganization = at_organization;
    AtDirectory = at_directory;
    AtEndpoint = at_endpoint;
}
