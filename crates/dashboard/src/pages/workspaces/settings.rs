//! What a workspace decides for itself, and its end.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::endpoint_host::EndpointHosts;
use rollcall_store::webhook_endpoint::{DELIVERIES_PER_SECOND, MOST_DELIVERIES_PER_SECOND};
use rollcall_store::workspace::{self, Changes, Contents, Error, Workspace};
use rollcall_store::{Connection, workspace_member};
use serde::Deserialize;

use super::form::{Decisions, Sent};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::format::{counted, number};
use crate::forms::FormState;
use crate::shell::{Right, Section, Shell};
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/workspaces/settings.html")]
struct SettingsPage {
    shell: Shell,
    workspace: Workspace,
    rename: FormState,
    decisions: Decisions,
    rate_help: String,
    host_help: String,
    second_factor: SecondFactor,
    last_owner: bool,
    leave: FormState,
    delete: FormState,
    consequence: String,
}

/// Whether everybody needs a second factor, and whether whoever looks has one.
struct SecondFactor {
    since: Option<When>,
    /// The installation asks for it, whatever the workspace says.
    by_installation: bool,
    own: bool,
    form: FormState,
}

/// The forms of the page, as they were sent back.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) rename: Option<FormState>,
    pub(super) decisions: Option<Decisions>,
    pub(super) second_factor: FormState,
    pub(super) leave: FormState,
    pub(super) delete: FormState,
}

/// A new name.
#[derive(Deserialize)]
pub(crate) struct Renaming {
    #[serde(default)]
    name: String,
}

/// The page.
pub(crate) async fn show(who: InWorkspace) -> Result<HttpResponse, PageError> {
    let page = page(&who, Forms::default()).await?;
    who.ok(&page)
}

/// The page again, with what is wrong.
pub(super) async fn refused(who: &InWorkspace, forms: Forms) -> Result<HttpResponse, PageError> {
    who.refused(&page(who, forms).await?)
}

/// Renames the workspace.
pub(crate) async fn rename(
    who: InWorkspace,
    form: web::Form<Renaming>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("name", &form.name);
    let name = state.name("name", &form.name, "a name for the workspace");
    if !state.is_valid() {
        let forms = Forms {
            rename: Some(state),
            ..Forms::default()
        };
        return refused(&who, forms).await;
    }
    let changes = Changes {
        name: Some(name),
        ..Changes::default()
    };
    let renamed = change(&who, changes).await.map_err(PageError::from)?;
    Ok(done(&who, Deed::WorkspaceRenamed, renamed.name))
}

/// Saves what the workspace decides.
pub(crate) async fn save(
    who: InWorkspace,
    form: web::Form<Sent>,
) -> Result<HttpResponse, PageError> {
    let sent = form.into_inner();
    let hosts = &who.visit.app.settings().endpoint_hosts;
    let decisions = match sent.check(&who.workspace, hosts) {
        Err(decisions) => decisions,
        Ok(changes) => match change(&who, changes).await {
            Ok(saved) => return Ok(done(&who, Deed::WorkspaceSaved, saved.name)),
            Err(Error::HostTaken) => {
                let taken = "Another workspace has this host name.";
                sent.refused(&who.workspace, "endpoint_host", taken)
            }
            Err(error) => return Err(error.into()),
        },
    };
    let forms = Forms {
        decisions: Some(decisions),
        ..Forms::default()
    };
    refused(&who, forms).await
}

/// Changes the workspace.
pub(super) async fn change(who: &InWorkspace, changes: Changes) -> Result<Workspace, Error> {
    let id = who.workspace.id.clone();
    who.store()
        .write(move |tx| workspace::update(tx, &id, changes))
        .await
}

/// Back to the page, with what was done.
pub(super) fn done(who: &InWorkspace, deed: Deed, name: String) -> HttpResponse {
    who.done(&who.links.settings(), &Flash::new(deed, name))
}

async fn page(who: &InWorkspace, forms: Forms) -> Result<SettingsPage, PageError> {
    let (id, member_id) = (who.workspace.id.clone(), who.member.id.clone());
    // Counting takes a while where people are many, and is worth it for who can do something about them.
    let may_delete = who.role.may(Right::DeleteWorkspace);
    let reading = who.store().read(move |conn: &mut Connection| {
        let contents = if may_delete {
            workspace::contents(conn, &id)?
        } else {
            Contents::default()
        };
        let last_owner = workspace_member::is_last_owner(conn, &id, &member_id)?;
        Ok::<_, PageError>((contents, last_owner))
    });
    let (contents, last_owner) = reading.await?;
    let workspace = who.workspace.clone();
    let name = || FormState::default().with("name", &workspace.name);
    let since = workspace.second_factor_required_at;
    Ok(SettingsPage {
        shell: who.shell("Workspace settings").within(Section::Settings),
        rename: forms.rename.unwrap_or_else(name),
        decisions: forms.decisions.unwrap_or_else(|| Decisions::of(&workspace)),
        host_help: host_help(&who.visit.app.settings().endpoint_hosts),
        rate_help: rate_help(),
        second_factor: SecondFactor {
            since: since.map(|at| When::new(at, who.now())),
            by_installation: who.visit.app.settings().require_second_factor,
            own: who.member.has_second_factor(),
            form: forms.second_factor,
        },
        last_owner,
        leave: forms.leave,
        delete: forms.delete,
        consequence: consequence(contents),
        workspace,
    })
}

fn rate_help() -> String {
    format!(
        "1 to {} at most. Empty: {DELIVERIES_PER_SECOND}.",
        number(i64::from(MOST_DELIVERIES_PER_SECOND))
    )
}

/// What goes with the workspace, as a sentence.
fn consequence(contents: Contents) -> String {
    format!(
        "Its {}, {}, {} and {} rest for seven days, in which an owner can undo this; then they are removed for good, with all \
         events. From now on its API keys and bearer tokens are refused. Your application is told nothing.",
        counted(contents.organizations, "organization"),
        counted(contents.directories, "directory"),
        counted(contents.users, "user"),
        counted(contents.groups, "group"),
    )
}

/// Which names there are, where the operator says so.
fn host_help(hosts: &EndpointHosts) -> String {
    let offered = hosts.offered();
    let which = if offered.is_empty() {
        "Such as scim.example.com, if it leads to this installation.".to_owned()
    } else {
        format!("This installation offers {}.", offered.join(", "))
    };
    format!("{which} Endpoints are shown with it; those pasted somewhere already go on working.")
}
