//! Why a request cannot be taken.

/// A request that breaks the protocol; always answered with 400.
///
/// The text reaches the identity provider's administrator word for word, so it names the attribute and says what
/// to send instead. It never repeats a value that could be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// There is no body where one is needed.
    #[error("The request has no body. Send a JSON object.")]
    EmptyBody,
    /// The body is not JSON.
    #[error("The body is not valid JSON: {reason}.")]
    Malformed {
        /// The parser's words, with line and column.
        reason: String,
    },
    /// The body is JSON, but no object.
    #[error("The body must be a JSON object, not {found}.")]
    NotAnObject {
        /// What was sent, with its article.
        found: &'static str,
    },
    /// A text holds U+0000, which no database column can keep.
    #[error(
        "\"{attribute}\" contains the character U+0000, which cannot be stored. Remove it and try again."
    )]
    NullCharacter {
        /// The attribute, or the start of the path to it.
        attribute: String,
    },
    /// A known attribute has a value of the wrong type.
    #[error("\"{attribute}\" must be {expected}, not {found}.")]
    WrongType {
        /// The attribute, with its sub-attribute where that is the cause.
        attribute: String,
        /// What is allowed, with its article.
        expected: &'static str,
        /// What was sent, with its article.
        found: &'static str,
    },
    /// A required attribute is missing, empty or about to be removed.
    #[error("\"{attribute}\" is required and must not be empty.")]
    Required {
        /// The attribute.
        attribute: &'static str,
    },
    /// An attribute that is looked up is longer than an index can hold.
    #[error("\"{attribute}\" is too long: {bytes} bytes, where at most {limit} are allowed.")]
    TooLong {
        /// The attribute.
        attribute: &'static str,
        /// Its length in UTF-8 bytes.
        bytes: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// A list or an object holds more than is taken.
    #[error("\"{attribute}\" holds more than {limit} entries.")]
    TooMany {
        /// The attribute, or the top-level attribute that it is part of.
        attribute: String,
        /// The most that is taken.
        limit: usize,
    },
    /// `active` would be removed without a new value.
    #[error("\"active\" cannot be removed. Send it as true or false.")]
    ActiveRemoved,
    /// A list item carries an `operation` other than "delete".
    #[error(
        "\"{attribute}\" contains the operation \"{operation}\". SCIM 1.1 knows only \"delete\"; leave it out to add."
    )]
    UnknownOperation {
        /// The list attribute.
        attribute: String,
        /// What was sent.
        operation: String,
    },
    /// A list item carries an `operation` outside of a PATCH.
    #[error("\"{attribute}\" contains an \"operation\", which has a meaning in PATCH only.")]
    OperationOutsidePatch {
        /// The list attribute.
        attribute: String,
    },
    /// A list item is to be deleted, but nothing says which.
    #[error(
        "\"{attribute}\" contains a \"delete\" that does not say what to delete. Send the item's \"value\"."
    )]
    EmptyDelete {
        /// The list attribute.
        attribute: String,
    },
    /// A group member has no id.
    #[error("Each entry of \"members\" must carry the user's id as \"value\".")]
    MemberWithoutValue,
    /// Only a part of each member would be removed.
    #[error(
        "\"{path}\" cannot be removed by itself. Name \"members\" to remove all, or send members with the operation \"delete\"."
    )]
    MemberPart {
        /// The path in `meta.attributes`.
        path: String,
    },
    /// The body is a SCIM 2.0 PATCH.
    #[error(
        "This is a SCIM 1.1 endpoint, but the PATCH has \"Operations\" as in SCIM 2.0. Choose an application of SCIM \
         version 1.1 in the identity provider."
    )]
    Scim2Patch,
    /// An operation of a bulk cannot be carried out as it was written.
    #[error("This operation cannot be carried out: {problem}.")]
    BulkOperation {
        /// What is wrong.
        problem: &'static str,
    },
    /// The filter breaks the grammar.
    #[error("The filter is not valid at character {position}: {problem}.")]
    Filter {
        /// The 1-based character of the decoded filter.
        position: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The resources cannot be sorted so.
    #[error("The list cannot be sorted so: {problem}.")]
    Sort {
        /// What is wrong with `sortBy` or `sortOrder`.
        problem: String,
    },
    /// A paging parameter is no integer.
    #[error("\"{parameter}\" must be a whole number.")]
    NotAnInteger {
        /// `startIndex` or `count`.
        parameter: &'static str,
    },
    /// The query string is not percent-encoded UTF-8.
    #[error("The value of \"{parameter}\" in the address is not valid UTF-8.")]
    NotUtf8 {
        /// The query parameter.
        parameter: String,
    },
}

/// What a JSON value is, with its article, for [`Invalid::WrongType`].
pub fn kind_of(value: &serde_json::Value) -> &'static str {
    use serde_json::Value;
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
