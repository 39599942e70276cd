//! Every route of the API, once: what is listed is what is served.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, guard};

use crate::error::ApiError;
use crate::reply::Reply;
use crate::{
    api_keys, directories, directory_groups, directory_tokens, directory_users, docs, events,
    frame, organization_domains, organizations, provisioning_requests, webhook_deliveries,
    webhook_endpoints,
};

/// One method on one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method; `GET` answers `HEAD` as well.
    pub method: &'static str,
    /// The path, with its variable parts in braces.
    pub path: &'static str,
    /// Who may call it.
    pub who: &'static str,
}

macro_rules! routes {
    ($($path:literal $who:ident { $($method:ident $handler:path;)* })*) => {
        /// The API's routes.
        pub const ROUTES: &[Route] = &[$($(
            Route { method: stringify!($method), path: $path, who: routes!(@who $who) },
        )*)*];

        /// Registers the routes.
        pub(crate) fn register(config: &mut ServiceConfig) {
            $(
                let resource = web::resource($path)
                    $(.route(routes!(@$method).to($handler)))*;
                let methods = [$(stringify!($method)),*].join(", ");
                config.service(refusing_others(resource, methods).wrap(from_fn(frame::surround)));
            )*
        }
    };
    (@who key) => { "application with an API key of the workspace" };
    (@who anyone) => { "anyone" };
    (@GET) => { web::route().guard(guard::Any(guard::Get()).or(guard::Head())) };
    (@POST) => { web::post() };
    (@PUT) => { web::put() };
    (@PATCH) => { web::patch() };
    (@DELETE) => { web::delete() };
}

fn refusing_others(resource: Resource, allowed: String) -> Resource {
    resource.default_service(web::to(move || {
        let allowed = allowed.clone();
        async move { Err::<Reply, _>(ApiError::MethodNotAllowed { allowed }) }
    }))
}

routes! {
    "/openapi.json" anyone {
        GET docs::document::show;
    }
    "/api-reference" anyone {
        GET docs::page::show;
    }
    "/api-reference/files/{path:.*}" anyone {
        GET docs::page::file;
    }
    "/organizations" key {
        GET organizations::list::list;
        POST organizations::create::create;
    }
    "/organizations/external_id/{external_id}" key {
        GET organizations::show_by_external_id::show;
    }
    "/organizations/{organization}" key {
        GET organizations::show::show;
        PUT organizations::update::update;
        DELETE organizations::delete::delete;
    }
    "/organization_domains" key {
        POST organization_domains::create::create;
    }
    "/organization_domains/{domain}" key {
        GET organization_domains::show::show;
        DELETE organization_domains::delete::delete;
    }
    "/organization_domains/{domain}/verify" key {
        POST organization_domains::verify::verify;
    }
    "/directories" key {
        GET directories::list::list;
        POST directories::create::create;
    }
    "/directories/{directory}" key {
        GET directories::show::show;
        PUT directories::update::update;
        DELETE directories::delete::delete;
    }
    "/directories/{directory}/sync" key {
        POST directories::sync::sync;
    }
    "/directories/{directory}/tokens" key {
        GET directory_tokens::list::list;
        POST directory_tokens::create::create;
    }
    "/directories/{directory}/tokens/{token}" key {
        DELETE directory_tokens::revoke::revoke;
    }
    "/directory_users" key {
        GET directory_users::list::list;
    }
    "/directory_users/{user}" key {
        GET directory_users::show::show;
    }
    "/directory_groups" key {
        GET directory_groups::list::list;
    }
    "/directory_groups/{group}" key {
        GET directory_groups::show::show;
    }
    "/events" key {
        GET events::list::list;
    }
    "/webhook_endpoints" key {
        GET webhook_endpoints::list::list;
        POST webhook_endpoints::create::create;
    }
    "/webhook_endpoints/{endpoint}" key {
        GET webhook_endpoints::show::show;
        PATCH webhook_endpoints::update::update;
        DELETE webhook_endpoints::delete::delete;
    }
    "/webhook_endpoints/{endpoint}/rotate_secret" key {
        POST webhook_endpoints::rotate_secret::rotate;
    }
    "/webhook_endpoints/{endpoint}/send_test_event" key {
        POST webhook_endpoints::send_test_event::send;
    }
    "/webhook_endpoints/{endpoint}/recover" key {
        POST webhook_endpoints::recover::recover;
    }
    "/webhook_endpoints/{endpoint}/deliveries" key {
        GET webhook_endpoints::deliveries::list;
    }
    "/webhook_deliveries/{delivery}" key {
        GET webhook_deliveries::show::show;
    }
    "/webhook_deliveries/{delivery}/resend" key {
        POST webhook_deliveries::resend::resend;
    }
    "/provisioning_requests" key {
        GET provisioning_requests::list::list;
    }
    "/provisioning_requests/{request}" key {
        GET provisioning_requests::show::show;
    }
    "/api_keys" key {
        GET api_keys::list::list;
        POST api_keys::create::create;
    }
    "/api_keys/{key}" key {
        DELETE api_keys::revoke::revoke;
    }
}
