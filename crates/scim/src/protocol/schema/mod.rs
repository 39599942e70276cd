//! The attributes of SCIM 1.1 resources: one table, from which validation, filters, sorting, `/Schemas` and the
//! documentation all derive. A row of the table says everything about an attribute; nothing else in the code does.

mod common;
mod group;
mod user;

pub use group::GROUP;
pub use user::USER;

use super::{CORE, ENTERPRISE};

/// The data types of SCIM 1.1 (core schema §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A JSON string.
    String,
    /// `true` or `false`; the texts "True" and "False" are taken too.
    Boolean,
    /// A JSON number.
    Decimal,
    /// A JSON number without a fraction.
    Integer,
    /// A JSON string that holds an `xsd:dateTime`.
    DateTime,
    /// A JSON string that holds base64.
    Binary,
    /// An object of sub-attributes.
    Complex,
}

impl Type {
    /// The type as `/Schemas` writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Binary => "binary",
            Self::Complex => "complex",
        }
    }
}

/// What becomes of a value that a client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// It is stored with the resource, and answered as it was sent.
    Stored,
    /// It is ours to set (`id`, `meta`, `groups`) or kept in a table of its own (`members`).
    Apart,
    /// It is thrown away, never answered and never compared (`password`).
    Discarded,
}

/// An attribute, or a sub-attribute of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// The canonical spelling. Names compare without letter case.
    pub name: &'static str,
    /// The URN of the schema that defines it.
    pub schema: &'static str,
    /// The type of its value, or of each of its values.
    pub kind: Type,
    /// What one value of a multi-valued attribute is called; `None` for singular ones.
    pub child_name: Option<&'static str>,
    /// The parts of a complex attribute.
    pub sub_attributes: &'static [Attribute],
    /// The values that the core schema suggests. Others are taken too.
    pub canonical_values: &'static [&'static str],
    /// Whether clients cannot change it; what they send is ignored.
    pub read_only: bool,
    /// Whether a resource without it is refused.
    pub required: bool,
    /// Whether texts compare with regard to letter case.
    pub case_exact: bool,
    /// What becomes of a value that is sent.
    pub keeping: Keeping,
    /// One line for people.
    pub description: &'static str,
}

impl Attribute {
    /// Whether it holds a list of values.
    pub const fn is_multi_valued(&self) -> bool {
        self.child_name.is_some()
    }

    /// The sub-attribute of this name, its letter case ignored.
    pub fn sub_attribute(&self, name: &str) -> Option<&'static Attribute> {
        named(self.sub_attributes, name)
    }

    /// The singular text that others are variations of.
    const fn text(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            schema: CORE,
            kind: Type::String,
            child_name: None,
            sub_attributes: &[],
            canonical_values: &[],
            read_only: false,
            required: false,
            case_exact: false,
            keeping: Keeping::Stored,
            description,
        }
    }

    const fn of(self, kind: Type) -> Self {
        Self { kind, ..self }
    }

    const fn complex(self, sub_attributes: &'static [Self]) -> Self {
        Self {
            kind: Type::Complex,
            sub_attributes,
            ..self
        }
    }

    const fn list_of(self, child_name: &'static str, sub_attributes: &'static [Self]) -> Self {
        Self {
            child_name: Some(child_name),
            ..self.complex(sub_attributes)
        }
    }

    const fn canonical(self, canonical_values: &'static [&'static str]) -> Self {
        Self {
            canonical_values,
            ..self
        }
    }

    const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    const fn case_exact(self) -> Self {
        Self {
            case_exact: true,
            ..self
        }
    }

    const fn read_only(self) -> Self {
        Self {
            read_only: true,
            keeping: Keeping::Apart,
            ..self
        }
    }

    const fn kept(self, keeping: Keeping) -> Self {
        Self { keeping, ..self }
    }

    const fn enterprise(self) -> Self {
        Self {
            schema: ENTERPRISE,
            ..self
        }
    }
}

/// A resource type: where it lives and what its schema says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    /// `User` or `Group`.
    pub name: &'static str,
    /// `/Users` or `/Groups`.
    pub endpoint: &'static str,
    /// One line for the discovery documents.
    pub description: &'static str,
    /// Every attribute, those of extensions included, in the order in which they are described.
    pub attributes: &'static [Attribute],
}

impl ResourceType {
    /// The core attribute of this name, its letter case ignored.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attribute_in(CORE, name)
    }

    /// The attribute of this name in the schema of this URN; letter case does not matter in either.
    pub fn attribute_in(&self, urn: &str, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| {
            attribute.schema.eq_ignore_ascii_case(urn) && attribute.name.eq_ignore_ascii_case(name)
        })
    }

    /// The canonical spelling of an extension's URN, if it is one of this type's.
    pub fn extension(&self, urn: &str) -> Option<&'static str> {
        let schemas = self.attributes.iter().map(|attribute| attribute.schema);
        schemas
            .filter(|schema| *schema != CORE)
            .find(|schema| schema.eq_ignore_ascii_case(urn))
    }

    /// The stored attributes that hold lists of objects.
    pub fn lists(&self) -> impl Iterator<Item = &'static Attribute> {
        self.attributes.iter().filter(|attribute| {
            attribute.is_multi_valued()
                && attribute.kind == Type::Complex
                && attribute.keeping == Keeping::Stored
        })
    }

    /// Whether a value of this name is taken and not stored with the resource.
    pub fn ignores(&self, name: &str) -> bool {
        let kept_elsewhere = |attribute: &Attribute| attribute.keeping != Keeping::Stored;
        is_password(name) || self.attribute(name).is_some_and(kept_elsewhere)
    }
}

fn named(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// Whether a member is a password, of whatever it stands in, alone or behind a path.
pub fn is_password(name: &str) -> bool {
    let last = name.rsplit([':', '.']).next();
    last.is_some_and(|last| last.eq_ignore_ascii_case("password"))
}

/// Whether a member name is a URN, and its value so an extension.
pub fn is_urn(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

#[cfg(test)]
mod docs_tests;
#[cfg(test)]
mod tests;
