//! The end of sessions elsewhere.

use actix_web::{HttpResponse, web};
use rollcall_store::ids::{Id as _, SessionId};
use rollcall_store::session;
use serde::Deserialize;

use super::PATH;
use crate::auth::SignedIn;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::format::counted;

/// Which session.
#[derive(Deserialize)]
pub(crate) struct SessionPath {
    session: String,
}

/// Ends one session at once.
pub(crate) async fn end(
    who: SignedIn,
    path: web::Path<SessionPath>,
) -> Result<HttpResponse, PageError> {
    let id = SessionId::parse(&path.session).ok_or(PageError::NotFound)?;
    let member_id = who.member.id.clone();
    let ended = who
        .visit
        .store()
        .write(move |tx| session::end(tx, &member_id, &id));
    if !ended.await? {
        return Err(PageError::NotFound);
    }
    let flash = Flash::new(Deed::SessionsEnded, counted(1, "session"));
    Ok(who.visit.done(PATH, &flash))
}

/// Ends all sessions but this one.
pub(crate) async fn end_others(who: SignedIn) -> Result<HttpResponse, PageError> {
    let (member_id, own) = (who.member.id.clone(), who.session.id.clone());
    let ended = who
        .visit
        .store()
        .write(move |tx| session::end_all(tx, &member_id, Some(&own)));
    let count = i64::try_from(ended.await?).unwrap_or(i64::MAX);
    let flash = Flash::new(Deed::SessionsEnded, counted(count, "session"));
    Ok(who.visit.done(PATH, &flash))
}
