//! Who may do what in a workspace: the one table. The dashboard's routes name a right of it each,
//! its pages show what the role allows, and `docs/ROLES.md` is this table.

use crate::workspace::Role;

macro_rules! rights {
    ($($name:ident $role:ident $label:literal;)*) => {
        /// Something that a role lets a member do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Right {
            $(#[doc = $label] $name,)*
        }

        impl Right {
            /// Every right, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What it lets a member do, for example "Create and change directories".
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }

            /// The role with the fewest rights that has this one.
            pub const fn least(self) -> Role {
                match self {
                    $(Self::$name => Role::$role,)*
                }
            }
        }
    };
}

rights! {
    Look Viewer "See everything but secrets";

    ManageOrganizations Operator "Create and change organizations and their domains";
    ManageDirectories Operator "Create and change directories";
    ManageTokens Operator "Make and revoke the bearer tokens of directories";
    ManageWebhooks Operator "Create and change webhook endpoints, try them out, send deliveries again";
    ExportLists Operator "Export lists of people";

    DeleteOrganizations Admin "Delete organizations";
    DeleteDirectories Admin "Delete directories";
    DeleteWebhooks Admin "Delete webhook endpoints";
    ManageWebhookSecrets Admin "Look at and change webhook secrets";
    ManageApiKeys Admin "Make and revoke API keys";
    ManageMembers Admin "Invite and remove members, and change their roles below owner";
    ManageWorkspace Admin "Change the settings of the workspace";
    ReadAuditLog Admin "Read and export the audit log";

    ManageOwners Owner "Make somebody an owner, or an owner something else";
    RenameWorkspace Owner "Rename the workspace";
    RequireSecondFactor Owner "Require a second factor of all members";
    DeleteWorkspace Owner "Delete the workspace";
}

impl Role {
    /// Every role, the one with the most rights first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Operator, Self::Viewer];

    /// Whether a member of this role may do that.
    pub const fn may(self, right: Right) -> bool {
        self.rank() >= right.least().rank()
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Owner => 3,
            Self::Admin => 2,
            Self::Operator => 1,
            Self::Viewer => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../../docs/ROLES.md");

    #[test]
    fn the_document_is_the_table() {
        let mark = |has: bool| if has { "yes" } else { "" };
        let rows = Right::ALL.iter().map(|right| {
            let may = |role: Role| mark(role.may(*right));
            format!(
                "| {} | {} | {} | {} | {} |\n",
                right.label(),
                may(Role::Viewer),
                may(Role::Operator),
                may(Role::Admin),
                may(Role::Owner)
            )
        });
        let table: String = rows.collect();
        assert!(
            DOCUMENT.contains(&table),
            "docs/ROLES.md has to contain:\n{table}"
        );
    }

    #[test]
    fn each_role_has_the_rights_of_those_below_it_and_more() {
        let rights = |role: Role| Right::ALL.iter().filter(|right| role.may(**right)).count();
        let counts = Role::ALL.map(rights);
        assert!(counts.is_sorted_by(|more, fewer| more > fewer));
        assert_eq!(counts[0], Right::ALL.len());
        assert!(counts[3] > 0);
    }
}
