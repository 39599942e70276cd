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
    /// Whoever is signed in, for their own account.
    SignedIn,
    /// Members of the workspace that the path names, whose role has this right.
    May(Right),
}

impl Who {
    /// In a word: `anyone`, or the role with the fewest rights that may.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed in",
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
    (@who signed_in) => { Who::SignedIn };
    (@who $right:ident) => { Who::May(Right::$right) };
    (@serve anyone $route:expr, $handler:path) => { $route.to($handler) };
    (@serve signed_in $route:expr, $handler:path) => { $route.to($handler) };
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
    GET "/login/code" anyone pages::login_code::show;
    POST "/login/code" anyone pages::login_code::check;
    GET "/links/{secret}" anyone pages::links::follow;
    GET "/forgot_password" anyone pages::forgot_password::show;
    POST "/forgot_password" anyone pages::forgot_password::ask;
    GET "/reset_password" anyone pages::reset_password::show;
    POST "/reset_password" anyone pages::reset_password::reset;
    GET "/confirm_email" anyone pages::confirm_email::show;
    POST "/confirm_email" anyone pages::confirm_email::confirm;
    GET "/sign_up" anyone pages::sign_up::show;
    POST "/sign_up" anyone pages::sign_up::ask;
    GET "/sign_up/finish" anyone pages::sign_up::show_finish;
    POST "/sign_up/finish" anyone pages::sign_up::finish;
    GET "/invitation" anyone pages::invitation::show;
    POST "/invitation" anyone pages::invitation::accept;

    GET "/reauthenticate" signed_in pages::reauthenticate::show;
    POST "/reauthenticate" signed_in pages::reauthenticate::check;
    GET "/account" signed_in pages::account::show::show;
    POST "/account/verify_email" signed_in pages::account::email::verify;
    POST "/account/email" signed_in pages::account::email::change;
    POST "/account/password" signed_in pages::account::password::change;
    POST "/account/sessions/end_others" signed_in pages::account::sessions::end_others;
    POST "/account/sessions/{session}/end" signed_in pages::account::sessions::end;
    GET "/account/two_factor" signed_in pages::account::two_factor::show;
    GET "/account/two_factor/qr.svg" signed_in pages::account::two_factor::qr;
    POST "/account/two_factor/enable" signed_in pages::account::two_factor::enable;
    POST "/account/two_factor/disable" signed_in pages::account::two_factor::disable;
    POST "/account/two_factor/recovery_codes" signed_in pages::account::two_factor::renew_codes;

    GET "/workspaces" signed_in pages::workspaces::list::show;
    POST "/workspaces" signed_in pages::workspaces::new::create;
    GET "/workspaces/new" signed_in pages::workspaces::new::show;

    GET "/w/{workspace}" Look pages::home::workspace;
    GET "/w/{workspace}/settings" Look pages::workspaces::settings::show;
    POST "/w/{workspace}/settings" ManageWorkspace pages::workspaces::settings::save;
    POST "/w/{workspace}/rename" RenameWorkspace pages::workspaces::settings::rename;
    POST "/w/{workspace}/second_factor" RequireSecondFactor pages::workspaces::second_factor::decide;
    POST "/w/{workspace}/leave" Look pages::workspaces::leave::leave;
    POST "/w/{workspace}/delete" DeleteWorkspace pages::workspaces::deletion::delete;
    GET "/w/{workspace}/deleted" Look pages::workspaces::deletion::show;
    POST "/w/{workspace}/restore" DeleteWorkspace pages::workspaces::deletion::restore;

    GET "/w/{workspace}/organizations" Look pages::organizations::list::show;
    POST "/w/{workspace}/organizations" ManageOrganizations pages::organizations::new::create;
    GET "/w/{workspace}/organizations/new" ManageOrganizations pages::organizations::new::show;
    GET "/w/{workspace}/organizations/{organization}" Look pages::organizations::show::show;
    GET "/w/{workspace}/organizations/{organization}/settings" Look pages::organizations::settings::show;
    POST "/w/{workspace}/organizations/{organization}/rename" ManageOrganizations pages::organizations::settings::rename;
    POST "/w/{workspace}/organizations/{organization}/domains" ManageOrganizations pages::organizations::domains::add;
    POST "/w/{workspace}/organizations/{organization}/domains/{domain}/remove" ManageOrganizations pages::organizations::domains::remove;
    POST "/w/{workspace}/organizations/{organization}/domains/{domain}/verify" ManageOrganizations pages::organizations::domains::verify;
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

    GET "/w/{workspace}/webhooks" Look pages::webhooks::list::show;
    POST "/w/{workspace}/webhooks" ManageWebhooks pages::webhooks::new::create;
    GET "/w/{workspace}/webhooks/new" ManageWebhooks pages::webhooks::new::show;
    GET "/w/{workspace}/webhooks/{endpoint}" Look pages::webhooks::deliveries::show;
    POST "/w/{workspace}/webhooks/{endpoint}/test" ManageWebhooks pages::webhooks::deliveries::send_test;
    POST "/w/{workspace}/webhooks/{endpoint}/recover" ManageWebhooks pages::webhooks::deliveries::recover;
    GET "/w/{workspace}/webhooks/{endpoint}/deliveries/{delivery}" Look pages::webhooks::delivery::show;
    POST "/w/{workspace}/webhooks/{endpoint}/deliveries/{delivery}/resend" ManageWebhooks pages::webhooks::delivery::resend;
    GET "/w/{workspace}/webhooks/{endpoint}/settings" Look pages::webhooks::settings::show;
    POST "/w/{workspace}/webhooks/{endpoint}/update" ManageWebhooks pages::webhooks::settings::update;
    POST "/w/{workspace}/webhooks/{endpoint}/enable" ManageWebhooks pages::webhooks::settings::enable;
    POST "/w/{workspace}/webhooks/{endpoint}/disable" ManageWebhooks pages::webhooks::settings::disable;
    POST "/w/{workspace}/webhooks/{endpoint}/rotate" ManageWebhookSecrets pages::webhooks::secret::rotate;
    POST "/w/{workspace}/webhooks/{endpoint}/delete" DeleteWebhooks pages::webhooks::settings::delete;

    GET "/w/{workspace}/api_keys" Look pages::api_keys::list::show;
    POST "/w/{workspace}/api_keys" ManageApiKeys pages::api_keys::new::create;
    GET "/w/{workspace}/api_keys/new" ManageApiKeys pages::api_keys::new::show;
    GET "/w/{workspace}/api_keys/{api_key}/revoke" ManageApiKeys pages::api_keys::revoke::show;
    POST "/w/{workspace}/api_keys/{api_key}/revoke" ManageApiKeys pages::api_keys::revoke::revoke;

    GET "/w/{workspace}/members" Look pages::members::list::show;
    GET "/w/{workspace}/members/invite" ManageMembers pages::members::invite::show;
    POST "/w/{workspace}/members/invitations" ManageMembers pages::members::invite::create;
    POST "/w/{workspace}/members/invitations/{invitation}/resend" ManageMembers pages::members::invitations::resend;
    POST "/w/{workspace}/members/invitations/{invitation}/revoke" ManageMembers pages::members::invitations::revoke;
    GET "/w/{workspace}/members/{member}" ManageMembers pages::members::show::show;
    POST "/w/{workspace}/members/{member}/role" ManageMembers pages::members::show::change_role;
    POST "/w/{workspace}/members/{member}/remove" ManageMembers pages::members::remove::remove;

    GET "/w/{workspace}/audit-log" ReadAuditLog pages::audit_log::list::show;
    POST "/w/{workspace}/audit-log/export" ReadAuditLog pages::audit_log::export::export;
    GET "/w/{workspace}/audit-log/{entry}" ReadAuditLog pages::audit_log::show::show;
}
