//! `GET /webhook_endpoints`.

use rollcall_store::webhook_endpoint;

use super::{note_reads, shown};
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::reply::Reply;

/// List webhook endpoints
#[utoipa::path(
    get,
    path = "/webhook_endpoints",
    operation_id = "listWebhookEndpoints",
    tag = "Webhook endpoints",
    params(
        schemas::ListParams,
    ),
    responses(
        (status = 200, description = "A page of endpoints.", body = schemas::List<schemas::WebhookEndpoint>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let list = ListRequest::read(&params)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            Ok(webhook_endpoint::page_by_age(conn, workspace_id, &by_age)?)
        })
        .await?;
    note_reads(&caller, page.items.clone()).await?;
    let page = page.try_map(|endpoint| shown(caller.store().sealer(), &endpoint))?;
    Ok(list.answer(page))
}
