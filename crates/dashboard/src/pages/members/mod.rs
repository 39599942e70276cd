//! Who belongs to the workspace: the list, invitations, roles, removal.

pub(crate) mod invitations;
pub(crate) mod invite;
pub(super) mod letters;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod show;

use rollcall_store::workspace::Role;
use rollcall_store::{invitation, workspace_member};
use serde::Deserialize;

use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::shell::{Right, Section, Shell};

/// A role to choose, with what it is for.
#[derive(Debug)]
pub(crate) struct RoleChoice {
    pub(crate) role: Role,
    pub(crate) label: &'static str,
    pub(crate) meaning: &'static str,
}

const CHOICES: [RoleChoice; 4] = [
    RoleChoice {
        role: Role::Owner,
        label: "Owner",
        meaning: "May do everything, also make owners and delete the workspace.",
    },
    RoleChoice {
        role: Role::Admin,
        label: "Admin",
        meaning: "May do everything else: members, API keys, settings, the audit log.",
    },
    RoleChoice {
        role: Role::Operator,
        label: "Operator",
        meaning: "Looks after organizations, directories and webhooks.",
    },
    RoleChoice {
        role: Role::Viewer,
        label: "Viewer",
        meaning: "Sees everything but secrets.",
    },
];

/// The roles that somebody with that role may give, the one with the most rights first.
fn choices(own: Role) -> Vec<&'static RoleChoice> {
    let may_give = |choice: &&RoleChoice| may_give(own, choice.role);
    CHOICES.iter().filter(may_give).collect()
}

/// Whether somebody with the role `own` may give and take `role`.
const fn may_give(own: Role, role: Role) -> bool {
    match role {
        Role::Owner => own.may(Right::ManageOwners),
        Role::Admin | Role::Operator | Role::Viewer => own.may(Right::ManageMembers),
    }
}

/// A role in front of a name: "an admin".
pub(crate) const fn with_article(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Admin => "an admin",
        Role::Operator => "an operator",
        Role::Viewer => "a viewer",
    }
}

/// Which member.
#[derive(Deserialize)]
pub(crate) struct MemberPath {
    member: String,
}

/// The surroundings of a page below the list.
fn shell(who: &InWorkspace, title: impl Into<String>) -> Shell {
    who.shell(title)
        .within(Section::Members)
        .crumb("Members", who.links.members())
}

/// What a change that was refused comes to, where the page has no words of its own for it.
fn refusal(who: &InWorkspace, error: workspace_member::Error) -> PageError {
    match error {
        workspace_member::Error::NotAllowed(right) => not_allowed(who, right),
        workspace_member::Error::Store(error) => error.into(),
        workspace_member::Error::NotFound
        | workspace_member::Error::LastOwner
        | workspace_member::Error::Changed(_) => PageError::NotFound,
    }
}

/// The same of an invitation.
fn invitation_refusal(who: &InWorkspace, error: invitation::Error) -> PageError {
    match error {
        invitation::Error::NotAllowed(right) => not_allowed(who, right),
        invitation::Error::Store(error) => error.into(),
        _ => PageError::NotFound,
    }
}

fn not_allowed(who: &InWorkspace, right: Right) -> PageError {
    PageError::NotAllowed {
        right,
        role: who.role,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_made_by_owners_alone() {
        let given = |own| choices(own).into_iter().map(|choice| choice.role);
        assert!(given(Role::Owner).eq(Role::ALL));
        assert!(given(Role::Admin).eq([Role::Admin, Role::Operator, Role::Viewer]));
        assert_eq!(given(Role::Operator).count(), 0);
    }
}
