//! The route table: every path the ingest answers, and who may call it.

use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use rollcall_store::Store;

use crate::handlers::{bulk, discovery, fallback, groups, users};
use crate::ingest::{Ingest, Settings};
use crate::method_override::{Acts, is_named};
use crate::request_log::{Recorder, record};

/// One method on one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub who: &'static str,
}

const fn route(method: &'static str, path: &'static str) -> Route {
    Route {
        method,
        path,
        who: "identity provider with a bearer token of the directory",
    }
}

/// Every route of [`configure`].
pub const ROUTES: &[Route] = &[
    route("GET", "/scim/v1.1/{key}/Users"),
    route("POST", "/scim/v1.1/{key}/Users"),
    route("GET", "/scim/v1.1/{key}/Users/{id}"),
    route("PUT", "/scim/v1.1/{key}/Users/{id}"),
    route("PATCH", "/scim/v1.1/{key}/Users/{id}"),
    route("DELETE", "/scim/v1.1/{key}/Users/{id}"),
    route("GET", "/scim/v1.1/{key}/Groups"),
    route("POST", "/scim/v1.1/{key}/Groups"),
    route("GET", "/scim/v1.1/{key}/Groups/{id}"),
    route("PUT", "/scim/v1.1/{key}/Groups/{id}"),
    route("PATCH", "/scim/v1.1/{key}/Groups/{id}"),
    route("DELETE", "/scim/v1.1/{key}/Groups/{id}"),
    route("POST", "/scim/v1.1/{key}/Bulk"),
    route("GET", "/scim/v1.1/{key}/ServiceProviderConfigs"),
    route("GET", "/scim/v1.1/{key}/ResourceTypes"),
    route("GET", "/scim/v1.1/{key}/Schemas"),
    route("GET", "/scim/v1.1/{key}/Schemas/{id}"),
];

/// Mounts the ingest. Doubled and trailing slashes are taken, since a base URL is pasted by hand.
pub fn configure(cfg: &mut ServiceConfig, store: &Store, recorder: &Recorder, settings: &Settings) {
    let ingest = Ingest {
        store: store.clone(),
        recorder: recorder.clone(),
        hosts: settings.hosts.clone(),
        walks: settings.walks.clone(),
    };
    cfg.service(
        web::scope("/scim/v1.1/{key}")
            .app_data(web::Data::new(ingest))
            .wrap(from_fn(record))
            .configure(users)
            .configure(groups)
            .configure(bulk)
            .configure(discovery)
            .default_service(web::to(fallback::unknown_path)),
    )
    .service(web::scope("/scim").default_service(web::to(fallback::no_endpoint)));
}

/// A collection's path, which `.json` may follow (draft-scim-api-01 §3.4). `.xml` is known too, to be refused.
fn collection(name: &str) -> String {
    format!("/{{lead:/*}}{name}{{format:(?:\\.json|\\.xml)?}}{{trail:/*}}")
}

fn acting_as(method: Method) -> actix_web::Route {
    web::route().guard(Acts(method))
}

fn users(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource(collection("Users"))
            .route(web::get().to(users::list))
            .route(web::post().to(users::create))
            .default_service(fallback::method_not_allowed("GET, POST")),
    )
    .service(
        web::resource("/{lead:/*}Users/{id:[^/]+}{trail:/*}")
            .route(web::get().to(users::read))
            .route(acting_as(Method::PUT).to(users::replace))
            .route(acting_as(Method::PATCH).to(users::patch))
            .route(acting_as(Method::DELETE).to(users::delete))
            .route(
                web::route()
                    .guard(fn_guard(is_named))
                    .to(fallback::unknown_override),
            )
            .default_service(fallback::method_not_allowed("GET, PUT, PATCH, DELETE")),
    );
}

fn groups(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource(collection("Groups"))
            .route(web::get().to(groups::list))
            .route(web::post().to(groups::create))
            .default_service(fallback::method_not_allowed("GET, POST")),
    )
    .service(
        web::resource("/{lead:/*}Groups/{id:[^/]+}{trail:/*}")
            .route(web::get().to(groups::read))
            .route(acting_as(Method::PUT).to(groups::replace))
            .route(acting_as(Method::PATCH).to(groups::patch))
            .route(acting_as(Method::DELETE).to(groups::delete))
            .route(
                web::route()
                    .guard(fn_guard(is_named))
                    .to(fallback::unknown_override),
            )
            .default_service(fallback::method_not_allowed("GET, PUT, PATCH, DELETE")),
    );
}

fn bulk(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource(collection("Bulk"))
            .route(web::post().to(bulk::perform))
            .default_service(fallback::method_not_allowed("POST")),
    );
}

fn discovery(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource(collection("ServiceProviderConfigs"))
            .route(web::get().to(discovery::service_provider_configs))
            .default_service(fallback::method_not_allowed("GET")),
    )
    .service(
        web::resource(collection("ResourceTypes"))
            .route(web::get().to(discovery::resource_types))
            .default_service(fallback::method_not_allowed("GET")),
    )
    .service(
        web::resource(collection("Schemas"))
            .route(web::get().to(discovery::schemas))
            .default_service(fallback::method_not_allowed("GET")),
    )
    .service(
        web::resource("/{lead:/*}Schemas/{id:[^/]+}{trail:/*}")
            .route(web::get().to(discovery::schema))
            .default_service(fallback::method_not_allowed("GET")),
    );
}
