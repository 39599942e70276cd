//! How the pages of a directory speak of its provider: of Okta by its name and its menus, of any other in general.

use rollcall_store::provider::OKTA_SCIM_11;

/// The words for one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guide {
    /// Whether the texts for Okta's console fit.
    pub(crate) okta: bool,
    /// What begins a sentence about it.
    pub(crate) subject: &'static str,
    /// The same inside a sentence.
    pub(crate) name: &'static str,
    /// The tab and the button that lead to its steps.
    pub(crate) connect: &'static str,
    /// What its console calls the field for the endpoint.
    pub(crate) endpoint_hint: &'static str,
    /// What its console calls the field for the token.
    pub(crate) token_hint: &'static str,
}

const OKTA: Guide = Guide {
    okta: true,
    subject: "Okta",
    name: "Okta",
    connect: "Connect Okta",
    endpoint_hint: "Goes into “SCIM 1.1 Base URL” in Okta.",
    token_hint: "Goes into “OAuth Bearer Token”. Shown this once; we keep only its hash.",
};

const OTHER: Guide = Guide {
    okta: false,
    subject: "The identity provider",
    name: "the identity provider",
    connect: "Connect",
    endpoint_hint: "The base URL; /Users and /Groups follow it.",
    token_hint: "Goes into the Authorization header. Shown this once; we keep only its hash.",
};

impl Guide {
    /// What brings groups here.
    pub(crate) const fn groups_hint(self) -> &'static str {
        if self.okta {
            "In Okta, choose groups under Push Groups. They appear here with their members."
        } else {
            "They appear here, with their members, as they are pushed."
        }
    }

    /// The words for the provider of that wire name.
    pub(crate) fn of(wire_name: &str) -> Self {
        if wire_name == OKTA_SCIM_11.wire_name {
            OKTA
        } else {
            OTHER
        }
    }
}
