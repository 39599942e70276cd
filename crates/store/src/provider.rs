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

/// All providers, in the order in which they are offered.
pub const PROVIDERS: &[Provider] = &[Provider {
    label: "Okta SCIM v1.1",
    wire_name: "okta scim v1.1",
    protocol: Protocol::Scim11,
}];

/// The provider of that wire name.
pub fn find(wire_name: &str) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|provider| provider.wire_name == wire_name)
}
