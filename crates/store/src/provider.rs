//! The identity providers a directory can be connected to. A new one is one entry.

/// The protocol by which a provider pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// SCIM 1.1.
    Scim11,
}

/// One kind of identity provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// What people read.
    pub label: &'static str,
    /// What the API and the database hold; WorkOS's own name where it has one.
    pub wire_name: &'static str,
    /// How it speaks.
    pub protocol: Protocol,
}

/// Okta's application for SCIM 1.1.
pub const OKTA_SCIM_11: Provider = Provider {
    label: "Okta SCIM v1.1",
    wire_name: "okta scim v1.1",
    protocol: Protocol::Scim11,
};

/// Any client that follows SCIM 1.1.
pub const GENERIC_SCIM_11: Provider = Provider {
    label: "SCIM v1.1",
    wire_name: "generic scim v1.1",
    protocol: Protocol::Scim11,
};

/// All providers, in the order in which they are offered.
pub const PROVIDERS: &[Provider] = &[OKTA_SCIM_11, GENERIC_SCIM_11];

/// The provider of that wire name.
pub fn find(wire_name: &str) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|provider| provider.wire_name == wire_name)
}
