//! The end of sessions elsewhere.

use actix_web::{HttpResponse, web};
use rollcall_store::audit::Action;
use rollcall_store::ids::{Id as _, SessionId};
use rollcall_store::{Error, session};
use serde::Deserialize;

use super::PATH;
use crate::auth::SignedIn;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::format::counted;
use crate::reauthenticated::Reauthenticated;
use crate::visitor;

/// Which session.
#[derive(Deserialize)]
pub(crate) struct SessionPath {
    session: String,
}

/// Ends one session at once.
pub(crate) async fn end(
    Reauthenticated(who): Reauthenticated<SignedIn>,
    path: web::Path<SessionPath>,
) -> Result<HttpResponse, PageError> {
    let id = SessionId::parse(&path.session).ok_or(PageError::NotFound)?;
    let member = who.member.clone();
    let ended = who.visit.store().write(move |tx| {
        let ended = session::end(tx, &member.id, &id)?;
        if ended {
            visitor::note(tx, &member, Action::SessionsEnded)?;
        }
        Ok::<_, Error>(ended)
    });
    if !ended.await? {
        return Err(PageError::NotFound);
    }
    let flash = Flash::new(Deed::SessionsEnded, counted(1, "session"));
    Ok(who.visit.done(PATH, &flash))
}

/// Ends all sessions but this one.
pub(crate) async fn end_others(
    Reauthenticated(who): Reauthenticated<SignedIn>,
) -> Result<HttpResponse, PageError> {
    let (member, own) = (who.member.clone(), who.session.id.clone());
    let ended = who.visit.store().write(move |tx| {
        let ended = session::end_all(tx, &member.id, Some(&own))?;
        if ended > 0 {
            visitor::note(tx, &member, Action::SessionsEnded)?;
        }
        Ok::<_, Error>(ended)
    });
    let count = i64::try_from(ended.await?).unwrap_or(i64::MAX);
    let flash = Flash::new(Deed::SessionsEnded, counted(count, "session"));
    Ok(who.visit.done(PATH, &flash))
}
