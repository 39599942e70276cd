//! What can be done that an entry tells of.

macro_rules! actions {
    ($($name:ident $stored:literal $label:literal;)*) => {
        /// What somebody did. The part of the stored name before the dot is the kind of its target.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $label] $name,)*
        }

        impl Action {
            /// Every action, in the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stored name, for example `organization.created`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $stored,)*
                }
            }

            /// The words for people, for example "Created the organization".
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }
        }
    };
}

actions! {
    SignedIn "member.signed_in" "Signed in";
    SignInFailed "member.sign_in_failed" "Failed to sign in";
    SignedOut "member.signed_out" "Signed out";
    Reauthenticated "member.reauthenticated" "Gave the password again";
    ReauthenticationFailed "member.reauthentication_failed" "Failed to give the password again";
    SessionsEnded "member.sessions_ended" "Signed other browsers out";
    PasswordChanged "member.password_changed" "Changed the password";
    EmailChanged "member.email_changed" "Changed the e-mail address";
    EmailVerified "member.email_verified" "Confirmed the e-mail address";
    SecondFactorOn "member.second_factor_enabled" "Switched the second factor on";
    SecondFactorOff "member.second_factor_disabled" "Switched the second factor off";
    RecoveryCodesRenewed "member.recovery_codes_renewed" "Made new recovery codes";
    RecoveryCodeUsed "member.recovery_code_used" "Used a recovery code";
    MemberAdded "member.added" "Added the member";
    RoleChanged "member.role_changed" "Changed the role";
    MemberRemoved "member.removed" "Removed the member";
    MemberLeft "member.left" "Left the workspace";
    AccountDisabled "member.disabled" "Disabled the account";
    AccountEnabled "member.enabled" "Enabled the account";
    AllSessionsEnded "member.all_sessions_ended" "Ended all sessions";
    SecondFactorReset "member.second_factor_reset" "Took the second factor away";
    ResetLinkMade "member.reset_link_made" "Made a link for a new password";

    InvitationCreated "invitation.created" "Invited";
    InvitationRenewed "invitation.renewed" "Invited again, with a new link";
    InvitationRevoked "invitation.revoked" "Took the invitation back";
    InvitationAccepted "invitation.accepted" "Accepted the invitation";

    WorkspaceCreated "workspace.created" "Created the workspace";
    WorkspaceUpdated "workspace.updated" "Changed the workspace";
    WorkspaceDeleted "workspace.deleted" "Deleted the workspace";
    WorkspaceRestored "workspace.restored" "Undid the deletion of the workspace";
    WorkspacePurged "workspace.purged" "Removed the deleted workspace for good";

    OrganizationCreated "organization.created" "Created the organization";
    OrganizationUpdated "organization.updated" "Changed the organization";
    OrganizationDeleted "organization.deleted" "Deleted the organization";
    DomainAdded "organization_domain.created" "Added the domain";
    DomainUpdated "organization_domain.updated" "Changed the domain";
    DomainDeleted "organization_domain.deleted" "Removed the domain";

    DirectoryCreated "directory.created" "Created the directory";
    DirectoryUpdated "directory.updated" "Changed the directory";
    DirectoryDeleted "directory.deleted" "Deleted the directory";
    TokenCreated "directory_token.created" "Made a bearer token";
    TokenLimited "directory_token.updated" "Set the end of a bearer token";
    TokenRevoked "directory_token.revoked" "Revoked the bearer token";

    ApiKeyCreated "api_key.created" "Made the API key";
    ApiKeyRevoked "api_key.revoked" "Revoked the API key";

    WebhookCreated "webhook_endpoint.created" "Created the webhook endpoint";
    WebhookUpdated "webhook_endpoint.updated" "Changed the webhook endpoint";
    WebhookDeleted "webhook_endpoint.deleted" "Deleted the webhook endpoint";
    WebhookSecretRotated "webhook_endpoint.secret_rotated" "Changed the webhook secret";
    WebhookSecretRead "webhook_endpoint.secret_read" "Read the webhook secret";
    WebhookTested "webhook_endpoint.tested" "Sent a test event";
    WebhookRecovered "webhook_endpoint.recovered" "Sent failed deliveries again";
    DeliveryResent "webhook_delivery.resent" "Sent the delivery again";

    AuditLogExported "audit_log.exported" "Exported the audit log";

    BackedUp "installation.backed_up" "Took a backup";
    Restored "installation.restored" "Restored a backup";
    KeyRotated "installation.key_rotated" "Changed the secret key";
}

impl Action {
    /// Reads [`Action::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_reads_back_and_stands_once() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(*action));
        }
        let names: HashSet<_> = Action::ALL.iter().map(|each| each.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        assert_eq!(Action::parse("organization.eaten"), None);
    }
}
