//! Every route of the dashboard, once: what is listed is what is served.

use actix_web::{Scope, guard, web};

use crate::{assets, pages};

/// A route, for `rollcall routes` and for tests that walk the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` (which answers `HEAD` as well) or `POST`.
    pub method: &'static str,
    /// The path, with its variable parts in braces.
    pub path: &'static str,
    /// Who may call it: `anyone`, or `members` of the workspace that the path names.
    pub who: &'static str,
}

macro_rules! routes {
    ($($method:ident $path:literal $who:ident $handler:path;)*) => {
        /// The dashboard's routes.
        pub const ROUTES: &[Route] =
            &[$(Route { method: stringify!($method), path: $path, who: stringify!($who) }),*];

        /// Registers the routes.
        pub(crate) fn register(scope: Scope) -> Scope {
            scope$(.route($path, routes!(@$method).to($handler)))*
        }
    };
    (@GET) => { web::route().guard(guard::Any(guard::Get()).or(guard::Head())) };
    (@POST) => { web::post() };
}

routes! {
    GET "/static/{version}/{path:.*}" anyone assets::serve;
    GET "/" anyone pages::home::show;
    POST "/theme" anyone pages::theme::choose;
    GET "/setup" anyone pages::setup::show;
    POST "/setup" anyone pages::setup::create;
    GET "/login" anyone pages::login::show;
    POST "/login" anyone pages::login::sign_in;
    POST "/logout" anyone pages::login::sign_out;

    GET "/w/{workspace}" members pages::home::workspace;
    GET "/w/{workspace}/organizations" members pages::organizations::list::show;
    POST "/w/{workspace}/organizations" members pages::organizations::new::create;
    GET "/w/{workspace}/organizations/new" members pages::organizations::new::show;
    GET "/w/{workspace}/organizations/{organization}" members pages::organizations::show::show;
    GET "/w/{workspace}/organizations/{organization}/settings" members pages::organizations::settings::show;
    POST "/w/{workspace}/organizations/{organization}/rename" members pages::organizations::settings::rename;
    POST "/w/{workspace}/organizations/{organization}/delete" members pages::organizations::settings::delete;
    GET "/w/{workspace}/organizations/{organization}/directories/new" members pages::directories::new::show;
    POST "/w/{workspace}/organizations/{organization}/directories" members pages::directories::new::create;

    GET "/w/{workspace}/directories/{directory}" members pages::directory_users::list::show;
    GET "/w/{workspace}/directories/{directory}/users/{user}" members pages::directory_users::show::show;
    GET "/w/{workspace}/directories/{directory}/groups" members pages::directory_groups::list::show;
    GET "/w/{workspace}/directories/{directory}/groups/{group}" members pages::directory_groups::show::show;
    GET "/w/{workspace}/directories/{directory}/activity" members pages::activity::list::show;
    GET "/w/{workspace}/directories/{directory}/activity/{request}" members pages::activity::show::show;
    GET "/w/{workspace}/directories/{directory}/connect" members pages::directories::connect::show;
    GET "/w/{workspace}/directories/{directory}/settings" members pages::directories::settings::show;
    POST "/w/{workspace}/directories/{directory}/rename" members pages::directories::settings::rename;
    POST "/w/{workspace}/directories/{directory}/delete" members pages::directories::settings::delete;
    POST "/w/{workspace}/directories/{directory}/tokens" members pages::tokens::create;
    POST "/w/{workspace}/directories/{directory}/tokens/{token}/revoke" members pages::tokens::revoke;

    GET "/w/{workspace}/events" members pages::events::list::show;
    GET "/w/{workspace}/events/{event}" members pages::events::show::show;

    GET "/w/{workspace}/api_keys" members pages::api_keys::list::show;
    POST "/w/{workspace}/api_keys" members pages::api_keys::new::create;
    GET "/w/{workspace}/api_keys/new" members pages::api_keys::new::show;
    GET "/w/{workspace}/api_keys/{api_key}/revoke" members pages::api_keys::revoke::show;
    POST "/w/{workspace}/api_keys/{api_key}/revoke" members pages::api_keys::revoke::revoke;
}
