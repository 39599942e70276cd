//! One member: their role, and the way out.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::ids::{Id as _, MemberId};
use rollcall_store::member::Member;
use rollcall_store::workspace::Role;
use rollcall_store::workspace_member::{self, WorkspaceMember};
use serde::Deserialize;

use super::letters::Writer;
use super::{MemberPath, RoleChoice, choices, may_give, refusal, shell, with_article};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/members/show.html")]
struct MemberPage {
    shell: Shell,
    member: Member,
    role: Role,
    own: bool,
    joined: When,
    last_owner: bool,
    /// Whether who looks may change anything about this member.
    changeable: bool,
    choices: Vec<&'static RoleChoice>,
    form: FormState,
    change: String,
    remove: String,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct RoleForm {
    #[serde(default)]
    role: String,
    /// The role that the page showed.
    #[serde(default)]
    from: String,
}

/// A member with whether they are the last owner.
pub(super) struct Found {
    pub(super) member: WorkspaceMember,
    last_owner: bool,
}

impl MemberPath {
    pub(super) fn id(&self) -> Result<MemberId, PageError> {
        MemberId::parse(&self.member).ok_or(PageError::NotFound)
    }
}

/// The page.
pub(crate) async fn show(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<MemberPath>,
) -> Result<HttpResponse, PageError> {
    let found = find(&who, path.id()?).await?;
    let form = FormState::default().with("role", found.member.role.as_str());
    who.ok(&page(&who, found, form))
}

/// Gives the member another role, which acts with their next request; they are told.
pub(crate) async fn change_role(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<MemberPath>,
    form: web::Form<RoleForm>,
) -> Result<HttpResponse, PageError> {
    let id = path.id()?;
    let found = find(&who, id.clone()).await?;
    let mut state = FormState::default().with("role", &form.role);
    let (Some(to), Some(from)) = (Role::parse(&form.role), Role::parse(&form.from)) else {
        state.refuse("role", "Choose a role.");
        return who.refused(&page(&who, found, state));
    };
    match change(&who, id.clone(), (from, to)).await {
        Ok(before) => Ok(told(&who, &before.member.name, to)),
        Err(workspace_member::Error::Changed(role)) => {
            state.refuse_all(format!(
                "Somebody made them {} meanwhile, so nothing was changed. Look again and choose.",
                with_article(role)
            ));
            who.refused(&page(&who, find(&who, id).await?, state))
        }
        Err(workspace_member::Error::LastOwner) => {
            state.refuse_all("They are the last owner. Make somebody else an owner first.");
            who.refused(&page(&who, find(&who, id).await?, state))
        }
        Err(error) => Err(refusal(&who, error)),
    }
}

async fn change(
    who: &InWorkspace,
    id: MemberId,
    roles: (Role, Role),
) -> Result<WorkspaceMember, workspace_member::Error> {
    let (workspace_id, by, writer) = (
        who.workspace.id.clone(),
        who.member.id.clone(),
        Writer::new(who),
    );
    let changed = who.store().write(move |tx| {
        let before = workspace_member::change_role(tx, &workspace_id, &by, &id, roles)?;
        let (_, to) = roles;
        if before.role != to {
            writer.tell_role(tx, &before.member.email, to)?;
        }
        Ok(before)
    });
    changed.await
}

fn told(who: &InWorkspace, name: &str, role: Role) -> HttpResponse {
    let sentence = format!("{name} is {} now", with_article(role));
    let flash = Flash::new(Deed::RoleChanged, sentence);
    who.done(&who.links.members(), &flash)
}

/// The member of that id, if they are in the workspace.
pub(super) async fn find(who: &InWorkspace, id: MemberId) -> Result<Found, PageError> {
    let workspace_id = who.workspace.id.clone();
    let found = who.store().read(move |conn| {
        let Some(member) = workspace_member::find(conn, &workspace_id, &id)? else {
            return Err(PageError::NotFound);
        };
        let last_owner = member.role == Role::Owner
            && workspace_member::is_last_owner(conn, &workspace_id, &id)?;
        Ok(Found { member, last_owner })
    });
    found.await
}

/// The page again, with what is wrong.
pub(super) fn refused(
    who: &InWorkspace,
    found: Found,
    words: &str,
) -> Result<HttpResponse, PageError> {
    let mut form = FormState::default().with("role", found.member.role.as_str());
    form.refuse_all(words);
    who.refused(&page(who, found, form))
}

fn page(who: &InWorkspace, found: Found, form: FormState) -> MemberPage {
    let WorkspaceMember {
        member,
        role,
        joined_at,
    } = found.member;
    MemberPage {
        shell: shell(who, member.name.clone()),
        role,
        own: member.id == who.member.id,
        joined: When::new(joined_at, who.now()),
        last_owner: found.last_owner,
        changeable: may_give(who.role, role),
        choices: choices(who.role),
        form,
        change: who.links.change_role(&member.id),
        remove: who.links.remove_member(&member.id),
        member,
    }
}
