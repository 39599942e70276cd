//! `POST /webhook_deliveries/{delivery}/resend`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookDeliveryId;
use rollcall_store::webhook_delivery;

use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::idempotency::Once;
use crate::path::{self, Named as _};
use crate::reply::Reply;
use crate::representation;
use crate::webhook_endpoints::send_refusal;

/// Send a delivery again
#[utoipa::path(
    post,
    path = "/webhook_deliveries/{delivery}/resend",
    operation_id = "resendWebhookDelivery",
    tag = "Webhook deliveries",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("delivery" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 202, description = "The delivery, on its way again.", body = schemas::WebhookDelivery),
        (status = 409, description = "The endpoint is disabled.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn resend(
    once: Once,
    push: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: WebhookDeliveryId = path::id(&request, "delivery")?;
    once.write(push, move |tx, workspace_id| {
        let found = webhook_delivery::find(tx, workspace_id, &id)?;
        let delivery = found.ok_or_else(|| id.not_found())?;
        let resent = webhook_delivery::resend(tx, &delivery);
        let delivery = resent.map_err(|error| send_refusal(error, id.not_found()))?;
        Ok(Reply::accepted(representation::webhook_delivery(&delivery)))
    })
    .await
}
