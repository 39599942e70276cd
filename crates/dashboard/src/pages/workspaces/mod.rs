//! Workspaces: those that somebody is in, making another, and what one decides for itself.

pub(crate) mod deletion;
mod form;
pub(crate) mod leave;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod second_factor;
pub(crate) mod settings;

use rollcall_store::workspace::{Role, Workspace};

use crate::settings::{Settings, SignUp};

/// Where somebody's workspaces are listed, and made.
pub(crate) const PATH: &str = "/workspaces";
/// The form for another one.
pub(crate) const NEW: &str = "/workspaces/new";

/// Whether somebody who is in these workspaces may make another: where the installation is closed, only who owns one.
pub(crate) fn may_create(settings: &Settings, mine: &[(Workspace, Role)]) -> bool {
    settings.sign_up != SignUp::Closed || mine.iter().any(|(_, role)| *role == Role::Owner)
}
