//! What a process without the dashboard answers where none of its roles does. Machines call such a
//! process, so it answers in JSON.

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
use serde_json::json;

/// Registers the answer for all paths that are left. Call it last.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.default_service(web::to(answer));
}

async fn answer() -> HttpResponse {
    let message =
        "There is nothing at this address of this process. Other roles may run elsewhere.";
    HttpResponse::NotFound().json(json!({ "message": message }))
}
