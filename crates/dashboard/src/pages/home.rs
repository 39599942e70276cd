//! The front door: on to where somebody can go.

use actix_web::HttpResponse;
use rollcall_store::{member, workspace};

use crate::auth::{self, InWorkspace};
use crate::error::PageError;
use crate::pages::workspaces;
use crate::urls::Links;
use crate::visit::{Visit, see_other};

/// To the first account, to signing in, or to the member's first workspace; to the list of them when there is none to go to.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    let Some((_, member)) = auth::current(&visit).await? else {
        let any = visit.store().read(member::any).await?;
        return Ok(see_other(if any { "/login" } else { "/setup" }, []));
    };
    let mine = visit
        .store()
        .read(move |conn| workspace::of_member(conn, &member.id))
        .await?;
    let open = mine.iter().find(|(each, _)| each.delete_after.is_none());
    let home = open.map(|(first, _)| Links::new(&first.slug).organizations());
    Ok(see_other(home.as_deref().unwrap_or(workspaces::PATH), []))
}

/// To the workspace's organizations.
pub(crate) async fn workspace(who: InWorkspace) -> HttpResponse {
    see_other(&who.links.organizations(), [])
}
