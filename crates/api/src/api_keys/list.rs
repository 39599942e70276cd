//! `GET /api_keys`.

use rollcall_store::api_key;

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::reply::Reply;
use crate::representation;

/// List API keys
#[utoipa::path(
    get,
    path = "/api_keys",
    operation_id = "listApiKeys",
    tag = "API keys",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        schemas::ListParams,
    ),
    responses(
        (status = 200, description = "A page of keys.", body = schemas::List<schemas::ApiKey>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let list = ListRequest::read(&params)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| Ok(api_key::page_by_age(conn, workspace_id, &by_age)?))
        .await?;
    Ok(list.answer(page.map(|key| representation::api_key(&key))))
}
