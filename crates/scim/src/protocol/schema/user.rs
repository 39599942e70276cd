//! Users (SCIM 1.1 core schema §6) and the enterprise extension (§7).

use super::common::{EXTERNAL_ID, ID, META, SCHEMAS};
use super::{Attribute, Keeping, ResourceType, Type};

const NAME: &[Attribute] = &[
    Attribute::text("formatted", "The full name, ready to show."),
    Attribute::text("familyName", "The family name."),
    Attribute::text("givenName", "The given name."),
    Attribute::text("middleName", "The middle name or names."),
    Attribute::text("honorificPrefix", "The title, as in \"Dr.\"."),
    Attribute::text("honorificSuffix", "The suffix, as in \"III\"."),
];

const PRIMARY: Attribute = Attribute::text(
    "primary",
    "Whether this is the preferred value; at most one is.",
)
.of(Type::Boolean);

const DISPLAY: Attribute = Attribute::text("display", "The value, ready to show.");

const fn label(canonical_values: &'static [&'static str]) -> Attribute {
    Attribute::text("type", "What the value is for.").canonical(canonical_values)
}

const ADDRESS: &[Attribute] = &[
    Attribute::text("formatted", "The whole address, ready to show."),
    Attribute::text("streetAddress", "Street, house number and the like."),
    Attribute::text("locality", "The city."),
    Attribute::text("region", "The state or region."),
    Attribute::text("postalCode", "The postal code."),
    Attribute::text("country", "The country."),
    label(&["work", "home", "other"]),
    PRIMARY,
];

/// The sub-attributes of a list whose values are texts.
macro_rules! texts {
    ($description:literal $(, $canonical:literal)*) => {
        &[Attribute::text("value", $description), DISPLAY, label(&[$($canonical),*]), PRIMARY]
    };
}

const EMAILS: &[Attribute] = texts!("The e-mail address.", "work", "home", "other");
const PHONE_NUMBERS: &[Attribute] = texts!(
    "The telephone number.",
    "work",
    "home",
    "mobile",
    "fax",
    "pager",
    "other"
);
const IMS: &[Attribute] = texts!(
    "The messaging address.",
    "aim",
    "gtalk",
    "icq",
    "xmpp",
    "msn",
    "skype",
    "qq",
    "yahoo"
);
const PHOTOS: &[Attribute] = texts!("The picture's address.", "photo", "thumbnail");
const ENTITLEMENTS: &[Attribute] = texts!("The entitlement.");
const ROLES: &[Attribute] = texts!("The role.");
const CERTIFICATES: &[Attribute] = &[
    Attribute::text("value", "The certificate: DER in base64.")
        .of(Type::Binary)
        .case_exact(),
    DISPLAY,
    label(&[]),
    PRIMARY,
];
const GROUPS: &[Attribute] = &[
    Attribute::text("value", "The group's id.")
        .case_exact()
        .read_only(),
    Attribute::text("display", "The group's displayName.").read_only(),
];
const MANAGER: &[Attribute] = &[
    Attribute::text("managerId", "The manager's id.").enterprise(),
    Attribute::text("displayName", "The manager's name.").enterprise(),
];

/// A person.
pub const USER: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "A person who was assigned to the application.",
    attributes: &[
        ID,
        SCHEMAS,
        EXTERNAL_ID,
        Attribute::text(
            "userName",
            "The name the person signs in with; unique, case ignored.",
        )
        .required(),
        Attribute::text("name", "The parts of the person's name.").complex(NAME),
        Attribute::text("displayName", "The name to show."),
        Attribute::text("nickName", "The casual name."),
        Attribute::text("profileUrl", "The address of the person's profile."),
        Attribute::text("title", "The job title."),
        Attribute::text("userType", "The kind of employment."),
        Attribute::text("preferredLanguage", "The language the person prefers."),
        Attribute::text(
            "locale",
            "The form of dates and numbers the person prefers.",
        ),
        Attribute::text("timezone", "The time zone, as in \"Europe/Oslo\"."),
        Attribute::text("active", "Whether the person may use the application.").of(Type::Boolean),
        Attribute::text("password", "Accepted and discarded.").kept(Keeping::Discarded),
        Attribute::text("emails", "E-mail addresses.").list_of("email", EMAILS),
        Attribute::text("phoneNumbers", "Telephone numbers.").list_of("phoneNumber", PHONE_NUMBERS),
        Attribute::text("ims", "Instant messaging addresses.").list_of("im", IMS),
        Attribute::text("photos", "Addresses of pictures.").list_of("photo", PHOTOS),
        Attribute::text("addresses", "Postal addresses.").list_of("address", ADDRESS),
        Attribute::text("groups", "The groups the person is a member of.")
            .list_of("group", GROUPS)
            .read_only(),
        Attribute::text("entitlements", "What the person is entitled to.")
            .list_of("entitlement", ENTITLEMENTS),
        Attribute::text("roles", "The roles the person has.").list_of("role", ROLES),
        Attribute::text("x509Certificates", "Certificates.")
            .list_of("x509Certificate", CERTIFICATES),
        META,
        Attribute::text("employeeNumber", "The number the employer gave the person.").enterprise(),
        Attribute::text("costCenter", "The cost center.").enterprise(),
        Attribute::text("organization", "The organization.").enterprise(),
        Attribute::text("division", "The division.").enterprise(),
        Attribute::text("department", "The department.").enterprise(),
        Attribute::text("manager", "The person's manager.")
            .complex(MANAGER)
            .enterprise(),
    ],
};
