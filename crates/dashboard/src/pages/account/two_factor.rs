//! The second factor: switched on with an authenticator app, and off.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use askama::Template;
use qrcodegen::{QrCode, QrCodeEcc};
use rollcall_store::Tx;
use rollcall_store::audit::Action;
use rollcall_store::ids::MemberId;
use rollcall_store::mail::{self, Kind};
use rollcall_store::second_factor::{self, Enrolment, Error};
use rollcall_store::session::{self, Proof};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{PATH, TWO_FACTOR};
use crate::auth::SignedIn;
use crate::cookies;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::pages::login_code::{REFUSED, count};
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;
use crate::visit::see_other;
use crate::visitor;

/// Light modules around the code, which scanners need (ISO/IEC 18004 §5.3.8).
const QUIET_ZONE: i32 = 4;

#[derive(Template)]
#[template(path = "pages/account/two_factor.html")]
struct EnrolPage {
    shell: Shell,
    form: FormState,
    seed: SecretString,
    /// Whether there is no way on without it.
    required: bool,
}

#[derive(Template)]
#[template(path = "pages/account/two_factor_on.html")]
struct OnPage {
    shell: Shell,
}

/// The one page that shows recovery codes.
#[derive(Template)]
#[template(path = "pages/account/recovery_codes.html")]
struct CodesPage {
    shell: Shell,
    /// A line each.
    codes: SecretString,
}

/// What led here.
#[derive(Deserialize)]
pub(crate) struct Why {
    #[serde(default)]
    required: bool,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: SecretString,
}

/// The app's QR code and the form for its first code; or, when it is on, how to switch it off.
pub(crate) async fn show(
    Reauthenticated(who): Reauthenticated<SignedIn>,
    why: web::Query<Why>,
) -> Result<HttpResponse, PageError> {
    if who.member.has_second_factor() {
        let shell = shell(&who, "Two-factor sign-in");
        return who.visit.ok(&OnPage { shell });
    }
    if enrolment(&who).await?.is_none() {
        let member = who.member.clone();
        let begun = who
            .visit
            .store()
            .write(move |tx| second_factor::begin(tx, &member));
        begun.await?;
    }
    let page = enrol_page(&who, FormState::default(), why.required).await?;
    who.visit.ok(&page)
}

/// The QR code as a picture of its own: nothing inline, nothing from elsewhere, kept nowhere.
pub(crate) async fn qr(
    Reauthenticated(who): Reauthenticated<SignedIn>,
) -> Result<HttpResponse, PageError> {
    let enrolment = enrolment(&who).await?.ok_or(PageError::NotFound)?;
    let code = QrCode::encode_text(enrolment.url.expose_secret(), QrCodeEcc::Medium)
        .map_err(|_| PageError::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "image/svg+xml"));
    Ok(answer.body(picture(&code)))
}

/// Switches it on and shows the recovery codes, once.
pub(crate) async fn enable(
    Reauthenticated(who): Reauthenticated<SignedIn>,
    form: web::Form<CodeForm>,
) -> Result<HttpResponse, PageError> {
    if who.member.has_second_factor() {
        return Ok(see_other(PATH, []));
    }
    count(&who.visit, &who.member).await?;
    let (member, code, session) = (
        who.member.clone(),
        form.into_inner().code,
        who.session.clone(),
    );
    let enabled = who.visit.store().write(move |tx| {
        let codes = second_factor::enable(tx, &member, &code)?;
        session::end_all(tx, &member.id, Some(&session.id))?;
        mail::ask(tx, Kind::SecondFactorOn, &member.email, Some(&member.id))?;
        visitor::note(tx, &member, Action::SecondFactorOn)?;
        Ok((codes, session::renew(tx, &session, Proof::TwoFactors)?))
    });
    match enabled.await {
        Ok((codes, secret)) => codes_page(&who, &codes, secret),
        Err(Error::CodeRefused) => {
            let mut state = FormState::default();
            state.refuse("code", REFUSED);
            who.visit.refused(&enrol_page(&who, state, false).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Switches it off.
pub(crate) async fn disable(
    Reauthenticated(who): Reauthenticated<SignedIn>,
) -> Result<HttpResponse, PageError> {
    let member = who.member.clone();
    let disabled = who.visit.store().write(move |tx| {
        if !second_factor::disable(tx, &member.id)? {
            return Ok(());
        }
        visitor::note(tx, &member, Action::SecondFactorOff)?;
        tell(tx, Kind::SecondFactorOff, &member.email, &member.id)
    });
    disabled.await?;
    Ok(who.visit.done(PATH, &Flash::new(Deed::SecondFactorOff, "")))
}

/// Replaces the recovery codes and shows the new ones, once.
pub(crate) async fn renew_codes(
    Reauthenticated(who): Reauthenticated<SignedIn>,
) -> Result<HttpResponse, PageError> {
    if !who.member.has_second_factor() {
        return Ok(see_other(TWO_FACTOR, []));
    }
    let member = who.member.clone();
    let renewed = who.visit.store().write(move |tx| {
        let codes = second_factor::renew_recovery_codes(tx, &member.id)?;
        tell(tx, Kind::RecoveryCodesRenewed, &member.email, &member.id)?;
        visitor::note(tx, &member, Action::RecoveryCodesRenewed)?;
        Ok::<_, Error>(codes)
    });
    codes_page(&who, &renewed.await?, None)
}

fn tell(tx: &mut Tx<'_>, kind: Kind, email: &str, id: &MemberId) -> Result<(), Error> {
    Ok(mail::ask(tx, kind, email, Some(id))?)
}

async fn enrolment(who: &SignedIn) -> Result<Option<Enrolment>, PageError> {
    let (member, sealer) = (who.member.clone(), who.visit.store().sealer().clone());
    let found = who
        .visit
        .store()
        .read(move |conn| second_factor::enrolment(conn, &sealer, &member));
    match found.await {
        Ok(enrolment) => Ok(Some(enrolment)),
        Err(Error::NotBegun) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn picture(code: &QrCode) -> String {
    let size = code.size() + 2 * QUIET_ZONE;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

async fn enrol_page(
    who: &SignedIn,
    form: FormState,
    required: bool,
) -> Result<EnrolPage, PageError> {
    let enrolment = enrolment(who).await?.ok_or(PageError::NotFound)?;
    Ok(EnrolPage {
        shell: shell(who, "Set up two-factor sign-in"),
        form,
        seed: enrolment.seed,
        required,
    })
}

fn codes_page(
    who: &SignedIn,
    codes: &[SecretString],
    session: Option<SecretString>,
) -> Result<HttpResponse, PageError> {
    let lines: Vec<&str> = codes.iter().map(ExposeSecret::expose_secret).collect();
    let page = CodesPage {
        shell: shell(who, "Your recovery codes"),
        codes: SecretString::from(lines.join("\n")),
    };
    let mut answer = who.visit.page(StatusCode::CREATED, &page)?;
    if let Some(secret) = session {
        let cookie = cookies::Kind::Session.with(who.visit.app.settings(), secret.expose_secret());
        // A cookie of ours is always a valid header.
        let _ = answer.add_cookie(&cookie);
    }
    Ok(answer)
}

fn shell(who: &SignedIn, title: &str) -> Shell {
    who.visit
        .plain_shell(title)
        .crumb("Your account", PATH.to_owned())
}
