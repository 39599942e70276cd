//! The end of every way to sign in: a new session, and a browser that is known from now on.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use rollcall_store::audit::{self, Action, Chain, Difference, Target};
use rollcall_store::ids::MemberId;
use rollcall_store::mail::{self, Kind};
use rollcall_store::member::Member;
use rollcall_store::password::PasswordHash;
use rollcall_store::session::{self, Proof};
use rollcall_store::{Connection, Error, Tx, known_device, member};
use secrecy::{ExposeSecret, SecretString};

use crate::cookies;
use crate::error::PageError;
use crate::limits::{self, Origin};
use crate::visit::{Visit, see_other};
use crate::visitor;

/// What a browser gets when it is signed in.
#[derive(Debug)]
pub(crate) struct Secrets {
    session: SecretString,
    device: Option<SecretString>,
}

/// A browser about to be signed in.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    device: session::Device,
    origin: Origin,
    old_session: Option<String>,
}

impl Browser {
    pub(crate) fn of(visit: &Visit) -> Self {
        Self {
            device: visit.device(),
            origin: visit.origin(),
            old_session: visit.cookie(cookies::Kind::Session),
        }
    }

    /// Starts a session; the one that the browser had ends. A member who has signed in elsewhere
    /// before is told of a browser that is new.
    pub(crate) fn sign_in(
        &self,
        tx: &mut Tx<'_>,
        member: &Member,
        proof: Proof,
    ) -> Result<Secrets, Error> {
        if let Some(old) = &self.old_session {
            session::delete(tx, old)?;
        }
        let session = session::create(tx, &member.id, &self.device, proof)?;
        let known = self.is_known(tx, &member.id)?;
        if !known && known_device::has_any(tx, &member.id)? {
            mail::ask(tx, Kind::NewDevice, &member.email, Some(&member.id))?;
        }
        let device = known_device::remember(tx, &member.id, self.origin.device.as_deref())?;
        visitor::note(tx, member, Action::SignedIn)?;
        Ok(Secrets { session, device })
    }

    fn is_known(&self, conn: &mut Connection, member_id: &MemberId) -> Result<bool, Error> {
        match self.origin.device.as_deref() {
            Some(cookie) => known_device::is_known(conn, cookie, member_id),
            None => Ok(false),
        }
    }
}

impl Secrets {
    /// Sends the signed-in browser on.
    pub(crate) fn answer(&self, visit: &Visit, location: &str) -> HttpResponse {
        self.answer_with(visit, location, [])
    }

    /// The same with more cookies.
    pub(crate) fn answer_with<const N: usize>(
        &self,
        visit: &Visit,
        location: &str,
        more: [Cookie<'static>; N],
    ) -> HttpResponse {
        let settings = visit.app.settings();
        let device = self.device.as_ref().map(ExposeSecret::expose_secret);
        let cookies = [
            Some(cookies::Kind::Session.with(settings, self.session.expose_secret())),
            device.map(|value| cookies::Kind::Device.with(settings, value)),
            Some(cookies::Kind::SigningIn.removal(settings)),
        ];
        see_other(location, cookies.into_iter().flatten().chain(more))
    }
}

/// What is known of an account before its password is checked.
pub(crate) type Account = Option<(Member, PasswordHash)>;

/// Looks an account up for an attempt to sign in, which counts. The work is the same whether there
/// is such an account or not.
pub(crate) async fn account(visit: &Visit, email: &str) -> Result<Account, PageError> {
    let (origin, email) = (visit.origin(), email.trim().to_owned());
    let looked_up = visit.store().write(move |tx| {
        let found = member::find_by_email(tx, &email)?;
        let member_id = found.as_ref().map(|(member, _)| &member.id);
        let refused = limits::sign_in(tx, &origin, &email, member_id)?;
        Ok::<_, PageError>((found, refused))
    });
    match looked_up.await? {
        (_, Some(wait)) => Err(PageError::TooManyAttempts(wait)),
        (found, None) => Ok(found),
    }
}

/// Writes down that somebody did not get in. The address that they typed is kept only when it is an
/// account's: people type passwords into the wrong field.
pub(crate) async fn note_failure(visit: &Visit, member: Option<Member>) -> Result<(), PageError> {
    let noted: Result<(), Error> = visit
        .store()
        .write(move |tx| match member {
            Some(member) => visitor::note_attempt(tx, &member, Action::SignInFailed),
            None => audit::record(
                tx,
                Chain::Installation,
                Action::SignInFailed,
                Target::none(),
                &Difference::none(),
            ),
        })
        .await;
    Ok(noted?)
}

/// Checks the password of an account that may not be there. One that is disabled answers as if the
/// password were wrong, after the same work.
pub(crate) async fn verified(
    visit: &Visit,
    account: Account,
    password: SecretString,
) -> Result<Option<Member>, PageError> {
    let (member, hash) = account.map_or((None, None), |(member, hash)| (Some(member), Some(hash)));
    let right = visit.app.hasher().verify(password, hash).await?;
    Ok(member.filter(|member| right && !member.is_disabled()))
}
