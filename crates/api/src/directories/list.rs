//! `GET /directories`.

use rollcall_store::directory;
use rollcall_store::ids::{Id as _, OrganizationId};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::reply::Reply;
use crate::representation;

pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&params)?;
    // An id that cannot be one belongs to nobody, as an unknown one does.
    let organization_id = params
        .text("organization_id")?
        .map(|text| OrganizationId::from_text(text.to_owned()));
    let filter = directory::Filter {
        organization_id,
        search: params.text("search")?.map(str::to_owned),
    };
    let by_age = request.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            let page = directory::page(conn, workspace_id, &filter, &by_age)?;
            Ok(page)
        })
        .await?;
    let show = |directory| representation::directory(&directory);
    Ok(Reply::ok(request.envelope(page, show)))
}
