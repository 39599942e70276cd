//! The attributes that every resource has (SCIM 1.1 core schema §5).

use super::{Attribute, Type};

pub(super) const ID: Attribute = Attribute::text("id", "The directory's own id of the resource.")
    .required()
    .case_exact()
    .read_only();

/// Kept as it was sent, with the URNs of what is present added.
pub(super) const SCHEMAS: Attribute = Attribute {
    child_name: Some("schema"),
    ..Attribute::text("schemas", "The URNs of the schemas that the resource uses.").case_exact()
};

pub(super) const EXTERNAL_ID: Attribute = Attribute::text(
    "externalId",
    "The identity provider's own id of the resource.",
)
.case_exact();

pub(super) const META: Attribute =
    Attribute::text("meta", "What the server keeps about the resource.")
        .complex(&[
            Attribute::text("created", "When the resource was created.")
                .of(Type::DateTime)
                .read_only(),
            Attribute::text("lastModified", "When the resource last changed.")
                .of(Type::DateTime)
                .read_only(),
            Attribute::text("location", "The resource's address.").read_only(),
            Attribute::text("version", "The resource's version, as in the ETag header.")
                .read_only(),
        ])
        .read_only();
