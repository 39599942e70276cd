//! The members and the open invitations.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::invitation::{self, Invitation};
use rollcall_store::workspace_member::{self, WorkspaceMember};

use super::may_give;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::format;
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::{Right, Section, Shell};
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/members/list.html")]
struct ListPage {
    shell: Shell,
    list: Listing<MemberRow>,
    invitations: Vec<InvitationRow>,
    may_manage: bool,
}

struct MemberRow {
    name: String,
    email: String,
    initials: String,
    role: &'static str,
    second_factor: bool,
    disabled: bool,
    own: bool,
    joined: When,
    href: String,
}

struct InvitationRow {
    id: String,
    email: String,
    role: &'static str,
    inviter: Option<String>,
    sent: When,
    expires: When,
    expired: bool,
    resend: String,
    revoke: String,
    /// Whether who looks may send it again or take it back.
    changeable: bool,
}

/// The list.
pub(crate) async fn show(
    who: InWorkspace,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let (workspace_id, wanted) = (who.workspace.id.clone(), query.page());
    let reading = who.store().read(move |conn| {
        let page = workspace_member::page(conn, &workspace_id, &wanted)?;
        let invitations = invitation::list(conn, &workspace_id)?;
        Ok::<_, PageError>((page, invitations))
    });
    let (page, invitations) = reading.await?;
    let rows = map(page, |member| member_row(&who, member));
    let invitations = invitations.into_iter();
    who.ok(&ListPage {
        list: Listing::by_name(rows, &query, &who.links.members(), "member"),
        invitations: invitations
            .map(|(invitation, inviter)| invitation_row(&who, invitation, inviter))
            .collect(),
        may_manage: who.role.may(Right::ManageMembers),
        shell: who.shell("Members").within(Section::Members),
    })
}

fn member_row(who: &InWorkspace, found: WorkspaceMember) -> MemberRow {
    let member = found.member;
    MemberRow {
        initials: format::initials(&member.name),
        role: found.role.as_str(),
        second_factor: member.has_second_factor(),
        disabled: member.is_disabled(),
        own: member.id == who.member.id,
        joined: When::new(found.joined_at, who.now()),
        href: who.links.member(&member.id),
        name: member.name,
        email: member.email,
    }
}

fn invitation_row(
    who: &InWorkspace,
    invitation: Invitation,
    inviter: Option<String>,
) -> InvitationRow {
    let now = who.now();
    InvitationRow {
        role: invitation.role.as_str(),
        inviter,
        sent: When::new(invitation.sent_at, now),
        expires: When::new(invitation.expires_at, now),
        expired: invitation.expires_at <= now,
        resend: who.links.resend_invitation(&invitation.id),
        revoke: who.links.revoke_invitation(&invitation.id),
        changeable: may_give(who.role, invitation.role),
        id: invitation.id.to_string(),
        email: invitation.email,
    }
}
