//! `GET /webhook_deliveries/{delivery}`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookDeliveryId;
use rollcall_store::{webhook_attempt, webhook_delivery};

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;
use crate::representation;

/// Get a delivery with its attempts
#[utoipa::path(
    get,
    path = "/webhook_deliveries/{delivery}",
    operation_id = "getWebhookDelivery",
    tag = "Webhook deliveries",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("delivery" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 200, description = "The delivery.", body = schemas::WebhookDeliveryWithAttempts),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: WebhookDeliveryId = path::id(&request, "delivery")?;
    let (delivery, attempts) = caller
        .read(move |conn, workspace_id| {
            let found = webhook_delivery::find(conn, workspace_id, &id)?;
            let delivery = found.ok_or_else(|| id.not_found())?;
            let attempts = webhook_attempt::for_delivery(conn, &delivery)?;
            Ok((delivery, attempts))
        })
        .await?;
    let mut shown = representation::webhook_delivery(&delivery);
    shown["attempts"] = attempts
        .iter()
        .map(representation::webhook_attempt)
        .collect();
    Ok(Reply::ok(shown))
}
