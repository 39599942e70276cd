//! Groups (SCIM 1.1 core schema §8).

use super::common::{EXTERNAL_ID, ID, META, SCHEMAS};
use super::{Attribute, Keeping, ResourceType};

/// A group of people.
pub const GROUP: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "A group of people that is pushed to the application.",
    attributes: &[
        ID,
        SCHEMAS,
        EXTERNAL_ID,
        Attribute::text("displayName", "The name to show; need not be unique.").required(),
        Attribute::text("members", "The people in the group.")
            .list_of(
                "member",
                &[
                    Attribute::text("value", "The person's id.")
                        .required()
                        .case_exact(),
                    Attribute::text("display", "The person's userName.").read_only(),
                ],
            )
            .kept(Keeping::Apart),
        META,
    ],
};
