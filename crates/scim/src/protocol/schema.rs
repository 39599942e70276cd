//! The attributes of SCIM 1.1 resources: one table that both the parsing and `/Schemas` read.

use super::ENTERPRISE;

/// What an attribute's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON string.
    Text,
    /// `true` or `false`; the texts "True" and "False" are taken too.
    Boolean,
    /// An object of sub-attributes.
    Complex(&'static [Sub]),
    /// A list of objects. An item with a `value` may also be written as a bare string (SCIM 1.1 core schema, "Multi-valued Attributes").
    Multi(&'static [Sub]),
}

/// One sub-attribute of a complex or multi-valued attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sub {
    /// The canonical spelling.
    pub name: &'static str,
    /// Whether it is a boolean; all others are texts.
    pub boolean: bool,
}

/// One attribute of the core schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// The canonical spelling.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// One line for `/Schemas`.
    pub description: &'static str,
    /// Whether a resource without it is refused.
    pub required: bool,
}

/// A resource type: where it lives and what the core schema says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// `User` or `Group`.
    pub name: &'static str,
    /// `/Users` or `/Groups`.
    pub endpoint: &'static str,
    /// One line for the discovery documents.
    pub description: &'static str,
    /// Every attribute that clients may write.
    pub attributes: &'static [Attribute],
    /// Names that are taken and not stored: ours to set (`id`, `meta`, `groups`), kept elsewhere (`members`), or
    /// secret (`password`).
    pub ignored: &'static [&'static str],
}

const fn sub(name: &'static str) -> Sub {
    Sub {
        name,
        boolean: false,
    }
}

const PRIMARY: Sub = Sub {
    name: "primary",
    boolean: true,
};
const NAME: &[Sub] = &[
    sub("formatted"),
    sub("familyName"),
    sub("givenName"),
    sub("middleName"),
    sub("honorificPrefix"),
    sub("honorificSuffix"),
];
const PLURAL: &[Sub] = &[sub("value"), sub("display"), sub("type"), PRIMARY];
const ADDRESS: &[Sub] = &[
    sub("formatted"),
    sub("streetAddress"),
    sub("locality"),
    sub("region"),
    sub("postalCode"),
    sub("country"),
    sub("type"),
    PRIMARY,
];

const fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute {
        name,
        kind: Kind::Text,
        description,
        required: false,
    }
}

const fn multi(name: &'static str, subs: &'static [Sub], description: &'static str) -> Attribute {
    Attribute {
        name,
        kind: Kind::Multi(subs),
        description,
        required: false,
    }
}

/// A person (SCIM 1.1 core schema §6).
pub const USER: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "A person who was assigned to the application.",
    attributes: &[
        Attribute {
            required: true,
            ..text(
                "userName",
                "The name the person signs in with; unique, case ignored.",
            )
        },
        text(
            "externalId",
            "The identity provider's own id of the person.",
        ),
        Attribute {
            kind: Kind::Complex(NAME),
            ..text("name", "The parts of the person's name.")
        },
        text("displayName", "The name to show."),
        text("nickName", "The casual name."),
        text("profileUrl", "The address of the person's profile."),
        text("title", "The job title."),
        text("userType", "The kind of employment."),
        text("preferredLanguage", "The language the person prefers."),
        text(
            "locale",
            "The form of dates and numbers the person prefers.",
        ),
        text("timezone", "The time zone, as in \"Europe/Oslo\"."),
        Attribute {
            kind: Kind::Boolean,
            ..text("active", "Whether the person may use the application.")
        },
        multi("emails", PLURAL, "E-mail addresses."),
        multi("phoneNumbers", PLURAL, "Telephone numbers."),
        multi("ims", PLURAL, "Instant messaging addresses."),
        multi("photos", PLURAL, "Addresses of pictures."),
        multi("addresses", ADDRESS, "Postal addresses."),
        multi("entitlements", PLURAL, "What the person is entitled to."),
        multi("roles", PLURAL, "The roles the person has."),
        multi("x509Certificates", PLURAL, "Certificates."),
    ],
    ignored: &["id", "meta", "groups", "password"],
};

/// A group of people (SCIM 1.1 core schema §8).
pub const GROUP: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "A group of people that is pushed to the application.",
    attributes: &[
        Attribute {
            required: true,
            ..text("displayName", "The name to show.")
        },
        text("externalId", "The identity provider's own id of the group."),
    ],
    ignored: &["id", "meta", "members", "password"],
};

/// The texts of the enterprise extension (SCIM 1.1 core schema §7); `manager` comes beside them.
pub const ENTERPRISE_TEXTS: &[&str] = &[
    "employeeNumber",
    "costCenter",
    "organization",
    "division",
    "department",
];

/// The sub-attributes of the enterprise extension's `manager`.
pub const MANAGER: &[&str] = &["managerId", "displayName"];

impl ResourceType {
    /// The attribute of this name, its letter case ignored.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Whether this name is taken and not stored.
    pub fn ignores(&self, name: &str) -> bool {
        self.ignored
            .iter()
            .any(|ignored| ignored.eq_ignore_ascii_case(name))
    }
}

/// Whether a member name is a URN, and its value so an extension.
pub fn is_urn(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// The canonical spelling of an enterprise extension's sub-attribute, or the name as it was sent.
pub fn enterprise_spelling(urn: &str, name: &str) -> String {
    let known = ENTERPRISE_TEXTS
        .iter()
        .chain(&["manager"])
        .find(|known| known.eq_ignore_ascii_case(name));
    match known {
        Some(known) if urn.eq_ignore_ascii_case(ENTERPRISE) => (*known).to_owned(),
        _ => name.to_owned(),
    }
}
