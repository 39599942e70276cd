//! Directories, their tokens, and the people and groups in them.
#![expect(dead_code, reason = "the document alone reads it")]

use utoipa::ToSchema;

/// One connection of an organization to an identity provider.
#[derive(ToSchema)]
pub(crate) struct Directory {
    /// `directory`.
    object: String,
    /// Its id.
    #[schema(example = "directory_01ECAZ4NV9QMV47GW873HDCX74")]
    id: String,
    /// Whose directory it is.
    organization_id: String,
    /// What its endpoint's address ends with.
    external_key: String,
    /// The provider, as in `okta scim v1.1`.
    r#type: String,
    /// `validating` until the provider's first call, then `linked`.
    state: String,
    /// Its name.
    name: String,
    /// When it was made.
    created_at: String,
    /// When it last changed.
    updated_at: String,
    /// How much is in it.
    metadata: DirectoryMetadata,
    /// The SCIM base URL, to be pasted into the identity provider. An extension of Rollcall.
    scim_endpoint: String,
}

/// How much is in a directory.
#[derive(ToSchema)]
pub(crate) struct DirectoryMetadata {
    /// How many people.
    users: UserCounts,
    /// How many groups.
    groups: i64,
}

/// How many people are in a directory.
#[derive(ToSchema)]
pub(crate) struct UserCounts {
    /// Those who are active.
    active: i64,
    /// Those who are not.
    inactive: i64,
}

/// A directory just made.
#[derive(ToSchema)]
pub(crate) struct NewDirectory {
    #[serde(flatten)]
    directory: Directory,
    /// Its first bearer token, shown this once.
    bearer_token: String,
}

/// What a directory is made from.
#[derive(ToSchema)]
pub(crate) struct CreateDirectory {
    /// Whose directory it is to be.
    organization_id: String,
    /// Its name, of at most 200 characters.
    name: String,
    /// The provider: `okta scim v1.1`, which is meant when nothing is said, or `generic scim v1.1`.
    r#type: Option<String>,
}

/// What can be changed of a directory.
#[derive(ToSchema)]
pub(crate) struct UpdateDirectory {
    /// Its name, of at most 200 characters.
    name: String,
}

/// A bearer token of a directory, without its secret.
#[derive(ToSchema)]
pub(crate) struct DirectoryToken {
    /// `directory_token`.
    object: String,
    /// Its id.
    id: String,
    /// The directory it opens.
    directory_id: String,
    /// Whose directory that is.
    organization_id: String,
    /// Its last characters.
    token_suffix: String,
    /// When it was made.
    created_at: String,
    /// When it last opened the directory, to the minute.
    last_used_at: Option<String>,
    /// When it stops working, if that is decided.
    expires_at: Option<String>,
}

/// A bearer token just made.
#[derive(ToSchema)]
pub(crate) struct NewDirectoryToken {
    #[serde(flatten)]
    token: DirectoryToken,
    /// The token itself, shown this once.
    bearer_token: String,
}

/// A person in a directory.
#[derive(ToSchema)]
pub(crate) struct DirectoryUser {
    /// `directory_user`.
    object: String,
    /// Their id.
    #[schema(example = "directory_user_01E1JG7J09H96KYP8HM9B0G5SJ")]
    id: String,
    /// Their directory.
    directory_id: String,
    /// Whose directory that is.
    organization_id: String,
    /// Their id at the provider: SCIM's `externalId`, or their user name where there is none.
    idp_id: String,
    /// Their primary e-mail address.
    email: Option<String>,
    /// Their given name.
    first_name: Option<String>,
    /// Their family name.
    last_name: Option<String>,
    /// The name to show.
    name: String,
    /// `active` or `inactive`.
    state: String,
    /// The name they sign in with.
    username: String,
    /// Their title.
    job_title: Option<String>,
    /// All their e-mail addresses.
    emails: Vec<Email>,
    /// Attributes under the names that WorkOS gives them, as in `department_name`.
    #[schema(value_type = Object)]
    custom_attributes: (),
    /// Every attribute as the provider sent it.
    #[schema(value_type = Object)]
    raw_attributes: (),
    /// When they were first pushed.
    created_at: String,
    /// When they last changed. A change of memberships does not count.
    updated_at: String,
    /// The groups they are in.
    groups: Vec<DirectoryGroup>,
}

/// An e-mail address of a person.
#[derive(ToSchema)]
pub(crate) struct Email {
    /// Whether it is the one to use.
    primary: bool,
    /// Its kind, as in `work`.
    r#type: Option<String>,
    /// The address.
    value: Option<String>,
}

/// A group in a directory.
#[derive(ToSchema)]
pub(crate) struct DirectoryGroup {
    /// `directory_group`.
    object: String,
    /// Its id.
    #[schema(example = "directory_group_01E1JJS84MFPPQ3G655FHTKX6Z")]
    id: String,
    /// Its id at the provider, or the name it first had.
    idp_id: String,
    /// Its directory.
    directory_id: String,
    /// Whose directory that is.
    organization_id: String,
    /// Its name; need not be unique.
    name: String,
    /// Every attribute as the provider sent it, without the members.
    #[schema(value_type = Object)]
    raw_attributes: (),
    /// When it was first pushed.
    created_at: String,
    /// When it last changed.
    updated_at: String,
    /// How many members it has. An extension of Rollcall.
    member_count: i64,
}
