//! `GET /webhook_endpoints/{endpoint}/deliveries`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::webhook_delivery::{self, State};

use super::find;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::path;
use crate::reply::Reply;
use crate::representation;

/// List the deliveries of an endpoint
#[utoipa::path(
    get,
    path = "/webhook_endpoints/{endpoint}/deliveries",
    operation_id = "listWebhookDeliveries",
    tag = "Webhook deliveries",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("endpoint" = String, Path, description = "The endpoint's id."),
        schemas::ListParams,
        ("state" = Option<String>, Query, description = "`pending`, `succeeded` or `failed`."),
    ),
    responses(
        (status = 200, description = "A page of deliveries.", body = schemas::List<schemas::WebhookDelivery>),
    ),
)]
pub(crate) async fn list(
    caller: Caller,
    request: HttpRequest,
    params: Params,
) -> Result<Reply, ApiError> {
    let id: WebhookEndpointId = path::id(&request, "endpoint")?;
    let list = ListRequest::read(&params)?;
    let state = state(&params)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            let endpoint = find(conn, workspace_id, &id)?;
            Ok(webhook_delivery::page_by_age(
                conn, &endpoint, state, &by_age,
            )?)
        })
        .await?;
    Ok(list.answer(page.map(|delivery| representation::webhook_delivery(&delivery))))
}

fn state(params: &Params) -> Result<Option<State>, ApiError> {
    let Some(text) = params.text("state")? else {
        return Ok(None);
    };
    State::parse(text).map(Some).ok_or_else(|| {
        let message = "state must be pending, succeeded or failed.";
        ApiError::invalid("state", "invalid", message)
    })
}
