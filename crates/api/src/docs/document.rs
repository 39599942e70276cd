//! `GET /openapi.json`.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use utoipa::OpenApi;
use utoipa::openapi::{self, Server};

use super::complete::Complete;
use crate::Api;
use crate::error::ApiError;

#[derive(OpenApi)]
#[openapi(
    info(title = "Rollcall", description = super::complete::DESCRIPTION, license(name = "Apache-2.0")),
    modifiers(&Complete),
    paths(
    crate::organizations::list::list,
    crate::organizations::create::create,
    crate::organizations::show::show,
    crate::organizations::show_by_external_id::show,
    crate::organizations::update::update,
    crate::organizations::delete::delete,
    crate::organization_domains::create::create,
    crate::organization_domains::show::show,
    crate::organization_domains::delete::delete,
    crate::organization_domains::verify::verify,
    crate::directories::list::list,
    crate::directories::create::create,
    crate::directories::show::show,
    crate::directories::update::update,
    crate::directories::delete::delete,
    crate::directories::sync::sync,
    crate::directory_tokens::list::list,
    crate::directory_tokens::create::create,
    crate::directory_tokens::revoke::revoke,
    crate::directory_users::list::list,
    crate::directory_users::show::show,
    crate::directory_groups::list::list,
    crate::directory_groups::show::show,
    crate::events::list::list,
    crate::webhook_endpoints::list::list,
    crate::webhook_endpoints::create::create,
    crate::webhook_endpoints::show::show,
    crate::webhook_endpoints::update::update,
    crate::webhook_endpoints::delete::delete,
    crate::webhook_endpoints::rotate_secret::rotate,
    crate::webhook_endpoints::send_test_event::send,
    crate::webhook_endpoints::recover::recover,
    crate::webhook_endpoints::deliveries::list,
    crate::webhook_deliveries::show::show,
    crate::webhook_deliveries::resend::resend,
    crate::provisioning_requests::list::list,
    crate::provisioning_requests::show::show,
    crate::api_keys::list::list,
    crate::api_keys::create::create,
    crate::api_keys::revoke::revoke
    )
)]
struct Document;

/// The document of an installation that is reached at `public_url`.
pub(super) fn of(public_url: &str) -> openapi::OpenApi {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(public_url)]);
    document
}

pub(crate) async fn show(api: Data<Api>) -> Result<HttpResponse, ApiError> {
    let make = || of(&api.settings().public_url).to_json();
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(api.docs().document.get(make)?))
}
