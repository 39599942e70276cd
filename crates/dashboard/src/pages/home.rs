//! The front door: on to where somebody can go.

use actix_web::HttpResponse;
use rollcall_store::{member, workspace};

use crate::auth::{self, InWorkspace};
use crate::error::PageError;
use crate::urls::Links;
use crate::visit::{Visit, see_other};

/// To the first account, to signing in, or to the member's first workspace.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    let Some((_, member)) = auth::current(&visit).await? else {
        let any = visit.store().read(member::any).await?;
        return Ok(see_other(if any { "/login" } else { "/setup" }, []));
    };
    let mine = visit
        .store()
        .read(move |conn| workspace::of_member(conn, &member.id))
        .await?;
    let (first, _role) = mine.first().ok_or(PageError::NotFound)?;
    Ok(see_other(&Links::new(&first.slug).organizations(), []))
}

/// To the workspace's organizations.
pub(crate) async fn workspace(who: InWorkspace) -> HttpResponse {
    see_other(&who.links.organizations(), [])
}
