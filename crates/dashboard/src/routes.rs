//! Every route of the dashboard, once: what is listed is what is served, to whom it is listed for.

use actix_web::{Scope, guard, web};
use rollcall_store::rights::Right;

use crate::rights::needing;
use crate::{assets, pages};

/// A route, for `rollcall routes` and for tests that walk the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` (which answers `HEAD` as well) or `POST`.
    pub method: &'static str,
    /// The path, with its variable parts in braces.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever comes.
    Anyone,
    /// Members of the workspace that the path names, whose role has this right.
    May(Right),
}

impl Who {
    /// In a word: `anyone`, or the role with the fewest rights that may.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::May(right) => right.least().as_str(),
        }
    }
}

macro_rules! routes {
    ($($method:ident $path:literal $who:ident $handler:path;)*) => {
        /// The dashboard's routes.
        pub const ROUTES: &[Route] =
            &[$(Route { method: stringify!($method), path: $path, who: routes!(@who $who) }),*];

        /// Registers the routes.
        pub(crate) fn register(scope: Scope) -> Scope {
            scope$(.route($path, routes!(@serve $who routes!(@$method), $handler)))*
        }
    };
    (@who anyone) => { Who::Anyone };
    (@who $right:ident) => { Who::May(Right::$right) };
    (@serve anyone $route:expr, $handler:path) => { $route.to($handler) };
    (@serve $right:ident $route:expr, $handler:path) => { needing(Right::$right, $route, $handler) };
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

    GET "/w/{workspace}" Look pages::home::workspace;
    GET "/w/{workspace}/organizations" Look pages::organizations::list::show;
    POST "/w/{workspace}/organizations" ManageOrganizations pages::organizations::new::create;
    GET "/w/{workspace}/organizations/new" ManageOrganizations pages::organizations::new::show;
    GET "/w/{workspace}/organizations/{organization}" Look pages::organizations::show::show;
    GET "/w/{workspace}/organizations/{organization}/settings" Look pages::organizations::settings::show;
    POST "/w/{workspace}/organizations/{organization}/rename" ManageOrganizations pages::organizations::settings::rename;
    POST "/w/{workspace}/organizations/{organization}/delete" DeleteOrganizations pages::organizations::settings::delete;
    GET "/w/{workspace}/organizations/{organization}/directories/new" ManageDirectories pages::directories::new::show;
    POST "/w/{workspace}/organizations/{organization}/directories" ManageDirectories pages::directories::new::create;

    GET "/w/{workspace}/directories/{directory}" Look pages::directory_users::list::show;
    GET "/w/{workspace}/directories/{directory}/users/{user}" Look pages::directory_users::show::show;
    GET "/w/{workspace}/directories/{directory}/groups" Look pages::directory_groups::list::show;
    GET "/w/{workspace}/directories/{directory}/groups/{group}" Look pages::directory_groups::show::show;
    GET "/w/{workspace}/directories/{directory}/activity" Look pages::activity::list::show;
    GET "/w/{workspace}/directories/{directory}/activity/{request}" Look pages::activity::show::show;
    GET "/w/{workspace}/directories/{directory}/connect" Look pages::directories::connect::show;
    GET "/w/{workspace}/directories/{directory}/settings" Look pages::directories::settings::show;
    POST "/w/{workspace}/directories/{directory}/rename" ManageDirectories pages::directories::settings::rename;
    POST "/w/{workspace}/directories/{directory}/delete" DeleteDirectories pages::directories::settings::delete;
    POST "/w/{workspace}/directories/{directory}/tokens" ManageTokens pages::tokens::create;
    POST "/w/{workspace}/directories/{directory}/tokens/{token}/revoke" ManageTokens pages::tokens::revoke;

    GET "/w/{workspace}/events" Look pages::events::list::show;
    GET "/w/{workspace}/events/{event}" Look pages::events::show::show;


    GET "/w/{workspace}/api_keys" Look pages::api_keys::list::show;
    POST "/w/{workspace}/api_keys" ManageApiKeys pages::api_keys::new::create;
    GET "/w/{workspace}/api_keys/new" ManageApiKeys pages::api_keys::new::show;
    GET "/w/{workspace}/api_keys/{api_key}/revoke" ManageApiKeys pages::api_keys::revoke::show;
    POST "/w/{workspace}/api_keys/{api_key}/revoke" ManageApiKeys pages::api_keys::revoke::revoke;
}
