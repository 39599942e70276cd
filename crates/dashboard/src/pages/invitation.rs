//! Where the link of an invitation leads: into the workspace, for whoever was invited. Who has an
//! account signs in first; who has none makes one, where the installation lets them.

use actix_web::cookie::Cookie;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::fold::fold;
use rollcall_store::invitation::{self, Offer};
use rollcall_store::member::{self, Member, NewMember};
use rollcall_store::session::Proof;
use rollcall_store::workspace;
use secrecy::SecretString;
use serde::Deserialize;

use super::members::with_article;
use crate::auth;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::settings::SignUp;
use crate::shell::Shell;
use crate::signing_in::Browser;
use crate::time::When;
use crate::urls::Links;
use crate::visit::{Visit, see_other};
use crate::{cookies, passwords};

/// Where it is.
pub(super) const PATH: &str = "/invitation";
const SIGN_IN: &str = "/login?next=%2Finvitation";

/// What whoever follows the link has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Say yes.
    Accept,
    /// Sign in to the account that they have.
    SignIn,
    /// Make an account.
    SignUp,
    /// Ask for an account, since nobody can make one here.
    Closed,
    /// Sign in with another account than this one.
    Another(String),
}

#[derive(Template)]
#[template(path = "pages/invitation.html")]
struct InvitationPage {
    shell: Shell,
    form: FormState,
    step: Step,
    email: String,
    workspace: String,
    slug: String,
    inviter: Option<String>,
    role: &'static str,
    expires: When,
}

/// What the form asks for: nothing of who is signed in.
#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: SecretString,
    /// The workspace that the page named, for a form that is sent twice.
    #[serde(default)]
    workspace: String,
}

/// The page.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    let (_, offer) = followed(&visit).await?.ok_or(PageError::LinkRefused)?;
    let who = auth::current(&visit).await?.map(|(_, member)| member);
    let step = step(&visit, &offer, who.as_ref()).await?;
    visit.ok(&page(&visit, offer, step, FormState::default()))
}

/// Joins the workspace, with a new account if need be.
pub(crate) async fn accept(
    visit: Visit,
    form: web::Form<Answer>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let who = auth::current(&visit).await?.map(|(_, member)| member);
    let Some((secret, offer)) = followed(&visit).await? else {
        return sent_twice(&visit, who, &form.workspace).await;
    };
    match (step(&visit, &offer, who.as_ref()).await?, who) {
        (Step::Accept, Some(member)) => join(&visit, secret, member, &form.workspace).await,
        (Step::SignUp, _) => sign_up(&visit, (secret, offer), form).await,
        (Step::SignIn, _) => Ok(see_other(SIGN_IN, [])),
        (step, _) => visit.refused(&page(&visit, offer, step, FormState::default())),
    }
}

async fn step(visit: &Visit, offer: &Offer, who: Option<&Member>) -> Result<Step, PageError> {
    let email = offer.invitation.email.clone();
    if let Some(member) = who {
        return Ok(if fold(&member.email) == fold(&email) {
            Step::Accept
        } else {
            Step::Another(member.email.clone())
        });
    }
    let account = visit
        .store()
        .read(move |conn| member::find_by_email(conn, &email));
    Ok(
        match (account.await?.is_some(), visit.app.settings().sign_up) {
            (true, _) => Step::SignIn,
            (false, SignUp::Open | SignUp::InviteOnly) => Step::SignUp,
            (false, SignUp::Closed) => Step::Closed,
        },
    )
}

async fn join(
    visit: &Visit,
    secret: SecretString,
    member: Member,
    workspace: &str,
) -> Result<HttpResponse, PageError> {
    let joining = member.clone();
    let joined = visit
        .store()
        .write(move |tx| invitation::accept(tx, &secret, &joining));
    match joined.await {
        Ok(offer) => {
            let (location, cookies) = welcome(visit, &offer);
            Ok(see_other(&location, cookies))
        }
        Err(invitation::Error::Store(error)) => Err(error.into()),
        Err(_) => sent_twice(visit, Some(member), workspace).await,
    }
}

/// Where to go, with a word of welcome and without the link.
fn welcome(visit: &Visit, offer: &Offer) -> (String, [Cookie<'static>; 2]) {
    let settings = visit.app.settings();
    let flash = Flash::new(Deed::Joined, &offer.workspace.name);
    let cookies = [
        cookies::Kind::Link.removal(settings),
        cookies::Kind::Flash.with(settings, flash.encode()),
    ];
    let location = Links::new(&offer.workspace.slug).organizations();
    (location, cookies)
}

async fn sign_up(
    visit: &Visit,
    (secret, offer): (SecretString, Offer),
    form: Answer,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("name", &form.name);
    let name = state.name("name", &form.name, "your name");
    let known = [
        &*offer.invitation.email,
        &*form.name,
        &*offer.workspace.name,
    ];
    passwords::check(&mut state, "password", &form.password, &known).await;
    if !state.is_valid() {
        return visit.refused(&page(visit, offer, Step::SignUp, state));
    }
    let new = NewMember {
        email: offer.invitation.email,
        name,
        password_hash: visit.app.hasher().hash(form.password).await?,
    };
    let browser = Browser::of(visit);
    let made = visit.store().write(move |tx| {
        let (offer, member) = invitation::accept_as_new(tx, &secret, new)?;
        let secrets = browser.sign_in(tx, &member, Proof::Password)?;
        Ok::<_, invitation::Error>((offer, secrets))
    });
    match made.await {
        Ok((offer, secrets)) => {
            let (location, cookies) = welcome(visit, &offer);
            Ok(secrets.answer_with(visit, &location, cookies))
        }
        Err(invitation::Error::Store(error)) => Err(error.into()),
        Err(invitation::Error::EmailTaken) => Ok(see_other(SIGN_IN, [])),
        Err(_) => Err(PageError::LinkRefused),
    }
}

/// The link does not work: on to the workspace, if the form was sent before and led into it.
async fn sent_twice(
    visit: &Visit,
    who: Option<Member>,
    slug: &str,
) -> Result<HttpResponse, PageError> {
    let member = who.ok_or(PageError::LinkRefused)?;
    let mine = visit
        .store()
        .read(move |conn| workspace::of_member(conn, &member.id));
    let joined = mine
        .await?
        .into_iter()
        .any(|(workspace, _)| workspace.slug == slug);
    if joined {
        Ok(see_other(&Links::new(slug).organizations(), []))
    } else {
        Err(PageError::LinkRefused)
    }
}

/// The invitation whose link the browser followed last, if it works.
async fn followed(visit: &Visit) -> Result<Option<(SecretString, Offer)>, PageError> {
    let Some(secret) = visit.cookie(cookies::Kind::Link) else {
        return Ok(None);
    };
    let now = visit.now();
    let wanted = secret.clone();
    let found = visit
        .store()
        .read(move |conn| invitation::find_by_secret(conn, &wanted, now));
    Ok(found
        .await?
        .map(|offer| (SecretString::from(secret), offer)))
}

fn page(visit: &Visit, offer: Offer, step: Step, form: FormState) -> InvitationPage {
    let Offer {
        invitation,
        workspace,
        inviter,
    } = offer;
    InvitationPage {
        shell: visit.plain_shell("You are invited"),
        form,
        step,
        role: with_article(invitation.role),
        expires: When::new(invitation.expires_at, visit.now()),
        email: invitation.email,
        workspace: workspace.name,
        slug: workspace.slug,
        inviter,
    }
}
