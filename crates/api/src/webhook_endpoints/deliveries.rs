//! `GET /webhook_endpoints/{endpoint}/deliveries`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::webhook_delivery::{self, State};

use super::find;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::path;
use crate::reply::Reply;
use crate::representation;

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
