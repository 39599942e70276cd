//! What was done, told on the page after the redirect. The cookie holds a code and a name; the
//! sentence is made here, and the name is escaped like any other.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Longer names are cut: a browser drops a cookie of more than 4096 bytes, and a character may take twelve.
const LONGEST_SUBJECT: usize = 200;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    FirstAccountMade,
    WorkspaceCreated,
    WorkspaceRenamed,
    WorkspaceSaved,
    WorkspaceLeft,
    WorkspaceRestored,
    SecondFactorRequired,
    SecondFactorFree,
    OrganizationCreated,
    OrganizationRenamed,
    OrganizationDeleted,
    DomainAdded,
    DomainRemoved,
    DomainLookedUp,
    DirectoryRenamed,
    DirectoryDeleted,
    TokenRevoked,
    ApiKeyRevoked,
    WebhookSaved,
    WebhookEnabled,
    WebhookDisabled,
    WebhookDeleted,
    DeliveryResent,
    DeliveriesRecovered,
    TestEventSent,
    InvitationRevoked,
    RoleChanged,
    MemberRemoved,
    Joined,
    Reauthenticated,
    PasswordReset,
    PasswordChanged,
    EmailConfirmed,
    LinkMailed,
    SessionsEnded,
    SecondFactorOff,
}

/// Each deed's code and the sentence's parts before and after the name.
const SENTENCES: &[(Deed, &str, &str, &str)] = &[
    (
        Deed::FirstAccountMade,
        "first-account",
        "Welcome. The workspace “",
        "” is yours.",
    ),
    (
        Deed::WorkspaceCreated,
        "workspace-created",
        "Created the workspace “",
        "”. It is yours.",
    ),
    (
        Deed::WorkspaceRenamed,
        "workspace-renamed",
        "Renamed to “",
        "”.",
    ),
    (
        Deed::WorkspaceSaved,
        "workspace-saved",
        "Saved the settings of “",
        "”.",
    ),
    (Deed::WorkspaceLeft, "workspace-left", "You left “", "”."),
    (
        Deed::WorkspaceRestored,
        "workspace-restored",
        "Undone: “",
        "” is not deleted. Its keys and tokens work again.",
    ),
    (
        Deed::SecondFactorRequired,
        "second-factor-required",
        "Members without two-factor sign-in see nothing of “",
        "” from now on until they set it up.",
    ),
    (
        Deed::SecondFactorFree,
        "second-factor-free",
        "Two-factor sign-in is left to each member of “",
        "”.",
    ),
    (
        Deed::OrganizationCreated,
        "organization-created",
        "Created “",
        "”. Next, add its directory.",
    ),
    (
        Deed::OrganizationRenamed,
        "organization-renamed",
        "Renamed to “",
        "”.",
    ),
    (
        Deed::OrganizationDeleted,
        "organization-deleted",
        "Deleted “",
        "” with its directories.",
    ),
    (Deed::DomainAdded, "domain-added", "Added ", "."),
    (Deed::DomainRemoved, "domain-removed", "Removed ", "."),
    (
        Deed::DomainLookedUp,
        "domain-looked-up",
        "Looking for the record of ",
        ". It is looked for now and then for thirty days.",
    ),
    (
        Deed::DirectoryRenamed,
        "directory-renamed",
        "Renamed to “",
        "”.",
    ),
    (
        Deed::DirectoryDeleted,
        "directory-deleted",
        "Deleted “",
        "”.",
    ),
    (
        Deed::TokenRevoked,
        "token-revoked",
        "Revoked the token that ends in ",
        ". It opens nothing from now on.",
    ),
    (
        Deed::ApiKeyRevoked,
        "api-key-revoked",
        "Revoked the key “",
        "”. Whoever uses it is refused from now on.",
    ),
    (Deed::WebhookSaved, "webhook-saved", "Saved ", "."),
    (
        Deed::WebhookEnabled,
        "webhook-enabled",
        "Enabled ",
        ". Events are sent to it again; Recover brings back what it missed.",
    ),
    (
        Deed::WebhookDisabled,
        "webhook-disabled",
        "Disabled ",
        ". Nothing is sent to it until you enable it.",
    ),
    (Deed::WebhookDeleted, "webhook-deleted", "Deleted ", "."),
    (
        Deed::DeliveryResent,
        "delivery-resent",
        "Sending ",
        " again now.",
    ),
    (
        Deed::DeliveriesRecovered,
        "deliveries-recovered",
        "Sending what was missed: ",
        ".",
    ),
    (
        Deed::TestEventSent,
        "test-event-sent",
        "Sending an example of ",
        " now.",
    ),
    (
        Deed::InvitationRevoked,
        "invitation-revoked",
        "Took the invitation of ",
        " back. Its link works no more.",
    ),
    (Deed::RoleChanged, "role-changed", "", "."),
    (
        Deed::MemberRemoved,
        "member-removed",
        "Removed ",
        " from the workspace.",
    ),
    (Deed::Joined, "joined", "Welcome to “", "”."),
    (
        Deed::Reauthenticated,
        "reauthenticated",
        "Thank you. For ten minutes you are not asked again",
        ". If you had sent a form, send it once more.",
    ),
    (
        Deed::PasswordReset,
        "password-reset",
        "The password of ",
        " is changed. Sign in with the new one.",
    ),
    (
        Deed::PasswordChanged,
        "password-changed",
        "Your password is changed",
        ", and all other sessions have ended.",
    ),
    (
        Deed::EmailConfirmed,
        "email-confirmed",
        "Confirmed: ",
        " is your address.",
    ),
    (
        Deed::LinkMailed,
        "link-mailed",
        "A link is on its way to ",
        ". Follow it to confirm the address.",
    ),
    (
        Deed::SessionsEnded,
        "sessions-ended",
        "Signed out ",
        " elsewhere.",
    ),
    (
        Deed::SecondFactorOff,
        "second-factor-off",
        "Two-factor sign-in is off",
        ". The password alone opens your account.",
    ),
];

/// A deed and the name of what it was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flash {
    deed: Deed,
    subject: String,
}

impl Flash {
    /// `deed` was done to `subject`.
    pub(crate) fn new(deed: Deed, subject: impl Into<String>) -> Self {
        let mut subject: String = subject.into();
        if let Some((end, _)) = subject.char_indices().nth(LONGEST_SUBJECT) {
            subject.truncate(end);
            subject.push('…');
        }
        Self { deed, subject }
    }

    /// The cookie's value.
    pub(crate) fn encode(&self) -> String {
        let code = SENTENCES
            .iter()
            .find(|(deed, ..)| *deed == self.deed)
            .map_or("", |(_, code, ..)| code);
        format!(
            "{code}.{}",
            utf8_percent_encode(&self.subject, NON_ALPHANUMERIC)
        )
    }

    /// Reads a cookie's value; one that is not ours says nothing.
    pub(crate) fn decode(value: &str) -> Option<Self> {
        let (code, subject) = value.split_once('.')?;
        let (deed, ..) = SENTENCES.iter().find(|(_, known, ..)| *known == code)?;
        let subject = percent_decode_str(subject).decode_utf8().ok()?;
        Some(Self::new(*deed, subject))
    }

    /// The sentence for the page.
    pub(crate) fn sentence(&self) -> String {
        let parts = SENTENCES.iter().find(|(deed, ..)| *deed == self.deed);
        parts.map_or_else(String::new, |(_, _, before, after)| {
            format!("{before}{}{after}", self.subject)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_cookie() {
        let flash = Flash::new(Deed::OrganizationCreated, "Åsa & <Söhne>; Ltd.");
        assert_eq!(Flash::decode(&flash.encode()), Some(flash.clone()));
        assert_eq!(
            flash.sentence(),
            "Created “Åsa & <Söhne>; Ltd.”. Next, add its directory."
        );
        assert_eq!(Flash::decode("made-up.x"), None);
        assert_eq!(Flash::decode("organization-created"), None);
    }
}
