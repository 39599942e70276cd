//! `/healthz` and `/readyz`: is the process up, and does its database answer.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};
use rollcall_store::Store;

/// The paths, for `rollcall routes`.
pub(crate) const PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// Registers both paths.
pub(crate) fn configure(config: &mut ServiceConfig, store: &Store) {
    config
        .app_data(Data::new(store.clone()))
        .route(PATHS[0], web::get().to(alive))
        .route(PATHS[1], web::get().to(ready));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok().body("ok\n")
}

async fn ready(store: Data<Store>) -> HttpResponse {
    match store.ping().await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(_) => HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, "5"))
            .body("the database does not answer\n"),
    }
}
