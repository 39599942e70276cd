//! `GET /directories`.

use rollcall_store::directory;
use rollcall_store::ids::{DirectoryId, Id as _, OrganizationId};

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::reply::Reply;
use crate::representation;

/// List directories
#[utoipa::path(
    get,
    path = "/directories",
    operation_id = "listDirectories",
    tag = "Directories",
    params(
        schemas::ListParams,
        ("organization_id" = Option<String>, Query, description = "Directories of this organization."),
        ("search" = Option<String>, Query, description = "A part of the name."),
    ),
    responses(
        (status = 200, description = "A page of directories.", body = schemas::List<schemas::Directory>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&params)?;
    let filter = directory::Filter {
        // What cannot be an id belongs to nobody, as an unknown one does.
        organization_id: params
            .text("organization_id")?
            .map(|text| OrganizationId::from_text(text.to_owned())),
        search: params.text("search")?.map(str::to_owned),
    };
    let (by_age, settings) = (request.by_age.clone(), caller.api.settings().clone());
    let page = caller
        .read(move |conn, workspace_id| {
            let page = directory::page(conn, workspace_id, &filter, &by_age)?;
            let ids: Vec<DirectoryId> = page.items.iter().map(|item| item.id.clone()).collect();
            let counts = directory::counts_of(conn, &ids)?;
            Ok(page.map(|directory| {
                let counts = counts.get(&directory.id).copied().unwrap_or_default();
                representation::directory(&directory, counts, &settings)
            }))
        })
        .await?;
    Ok(request.answer(page))
}
