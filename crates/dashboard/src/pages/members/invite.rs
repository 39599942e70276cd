//! Somebody new: the link is mailed, and shown once on the answer to the form.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _};
use rollcall_store::invitation::{self, Invitation};
use rollcall_store::workspace::Role;
use secrecy::SecretString;
use serde::Deserialize;

use super::letters::{Posted, Writer};
use super::{RoleChoice, choices, invitation_refusal, may_give, shell, with_article};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::forms::FormState;
use crate::limits;
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;
use crate::time::When;
use crate::visit::see_other;

#[derive(Template)]
#[template(path = "pages/members/invite.html")]
struct InvitePage {
    shell: Shell,
    form: FormState,
    form_key: FormKey,
    choices: Vec<&'static RoleChoice>,
}

/// The one page that shows the link.
#[derive(Template)]
#[template(path = "pages/members/invited.html")]
struct InvitedPage {
    shell: Shell,
    email: String,
    role: &'static str,
    link: SecretString,
    expires: When,
    posted: Posted,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    form_key: String,
}

/// An invitation that was made or renewed, with its link and what became of its mail.
pub(super) struct Made {
    pub(super) invitation: Invitation,
    pub(super) link: SecretString,
    pub(super) posted: Posted,
}

/// What became of the form.
enum Outcome {
    /// An invitation.
    Made(Made),
    /// Nothing more: it was sent before.
    SentBefore,
    /// Nothing: its sender has invited too many.
    EnoughToday,
}

/// The form.
pub(crate) async fn show(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
) -> Result<HttpResponse, PageError> {
    let form_key = who.store().new_id();
    let form = FormState::default().with("role", Role::Viewer.as_str());
    who.ok(&page(&who, form, form_key))
}

/// Invites. Sent again (a reload), the form makes nothing and shows no link.
pub(crate) async fn create(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    form: web::Form<InviteForm>,
) -> Result<HttpResponse, PageError> {
    let key = FormKey::parse(&form.form_key).unwrap_or_else(|| who.store().new_id());
    let mut state = FormState::default()
        .with("email", &form.email)
        .with("role", &form.role);
    let email = state.email("email", &form.email);
    let role = Role::parse(&form.role).filter(|role| may_give(who.role, *role));
    let Some(role) = role.filter(|_| state.is_valid()) else {
        if role.is_none() {
            state.refuse("role", "Choose a role.");
        }
        return who.refused(&page(&who, state, key));
    };
    match make(&who, key.clone(), email, role).await {
        Ok(Outcome::Made(made)) => shown_once(&who, made, "Invited"),
        Ok(Outcome::SentBefore) => Ok(see_other(&who.links.members(), [])),
        Ok(Outcome::EnoughToday) => {
            state.refuse_all("You have invited so many people today that no more mail goes out for you. Go on tomorrow.");
            who.refused(&page(&who, state, key))
        }
        Err(error) => {
            let (field, words) = refusal_in_words(&who, error)?;
            state.refuse(field, words);
            who.refused(&page(&who, state, key))
        }
    }
}

/// Why an address is not invited, and at which field that is said.
fn refusal_in_words(
    who: &InWorkspace,
    error: invitation::Error,
) -> Result<(&'static str, &'static str), PageError> {
    match error {
        invitation::Error::AlreadyMember => Ok(("email", "They are a member already.")),
        invitation::Error::AlreadyInvited => Ok((
            "email",
            "They are invited already. In the list of members you can invite them again, or take that back.",
        )),
        invitation::Error::TooMany => Ok((
            "",
            "So many invitations are open that there is no room for more. Take back some that nobody will accept.",
        )),
        error => Err(invitation_refusal(who, error)),
    }
}

async fn make(
    who: &InWorkspace,
    key: FormKey,
    email: String,
    role: Role,
) -> Result<Outcome, invitation::Error> {
    let (workspace_id, by, writer) = (
        who.workspace.id.clone(),
        who.member.id.clone(),
        Writer::new(who),
    );
    let made = who.store().write(move |tx| {
        if !limits::invitation(tx, &by)? {
            return Ok(Outcome::EnoughToday);
        }
        if let Claim::Made(_) = form_submission::claim(tx, &workspace_id, &key)? {
            return Ok(Outcome::SentBefore);
        }
        let (invitation, secret) = invitation::create(tx, &workspace_id, &by, &email, role)?;
        form_submission::record(tx, &key, invitation.id.as_str())?;
        let link = writer.link(&secret);
        let posted = writer.invite(tx, &invitation, &link)?;
        Ok(Outcome::Made(Made {
            invitation,
            link,
            posted,
        }))
    });
    made.await
}

/// Shows the link, this once.
pub(super) fn shown_once(
    who: &InWorkspace,
    made: Made,
    title: &str,
) -> Result<HttpResponse, PageError> {
    let page = InvitedPage {
        shell: shell(who, title),
        expires: When::new(made.invitation.expires_at, who.now()),
        role: with_article(made.invitation.role),
        email: made.invitation.email,
        link: made.link,
        posted: made.posted,
    };
    who.visit.page(StatusCode::CREATED, &page)
}

fn page(who: &InWorkspace, form: FormState, form_key: FormKey) -> InvitePage {
    InvitePage {
        shell: shell(who, "Invite a member"),
        form,
        form_key,
        choices: choices(who.role),
    }
}
