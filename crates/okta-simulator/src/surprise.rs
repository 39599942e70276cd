use std::fmt;

use serde::Serialize;

use crate::operation::Operation;

/// Something that Okta would stumble over, or that is not in the directory as it was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surprise {
    /// What Okta was doing.
    pub operation: Operation,
    /// Method and path of the request, for example `PUT /Users/directory_user_01`.
    pub request: String,
    /// What was wrong.
    pub fault: Fault,
}

/// What can be wrong with an answer or with the directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another status than the operation needs, with the server's own words.
    #[error("wanted {wanted}, got {got}: {text}")]
    Status {
        /// The statuses that Okta takes, for example `200 or 204`.
        wanted: String,
        /// The status that came.
        got: u16,
        /// The error text of the body, or its beginning.
        text: String,
    },
    /// No answer within 60 seconds, or none at all.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// 429 each time, until Okta gave up.
    #[error("answered 429 for all {tries} tries")]
    Throttled {
        /// How often the request was sent.
        tries: u32,
    },
    /// The body is not what the operation needs.
    #[error("wanted {wanted}, got {got}")]
    Malformed {
        /// What should have come, in words.
        wanted: String,
        /// The beginning of what came.
        got: String,
    },
    /// A password was in an answer: Okta would send it back with the next push.
    #[error("wanted no password in an answer, got one")]
    Password,
    /// Looking up a person or group did not give the one that is there.
    #[error("wanted the lookup of {name:?} to find {wanted}, got {got}")]
    Lookup {
        /// The `userName` or `displayName` looked up.
        name: String,
        /// The id that should have been found, or `nobody`.
        wanted: String,
        /// The ids that were found, or `nobody`.
        got: String,
    },
    /// The pages do not fit together: a wrong total, a row twice, another order.
    #[error("paging: wanted {wanted}, got {got}")]
    Paging {
        /// What should have come, in words.
        wanted: String,
        /// What came.
        got: String,
    },
    /// An attribute is not as it was pushed.
    #[error("{attribute}: wanted {wanted}, got {got}")]
    Attribute {
        /// Its path, for example `name.givenName`.
        attribute: String,
        /// The pushed value as JSON.
        wanted: String,
        /// The value in the directory as JSON.
        got: String,
    },
    /// The same person created twice at once did not end as one person.
    #[error("wanted one 201 and one 409, got {got}")]
    Race {
        /// The two statuses.
        got: String,
    },
    /// A pushed user or group is not in the directory.
    #[error("wanted {0}, got nothing")]
    Missing(String),
    /// A user or group is in the directory, and nobody pushed it.
    #[error("wanted nothing, got {0}")]
    Unexpected(String),
    /// A group has other members than were pushed.
    #[error("members of {group:?}: missing {missing}, unexpected {unexpected}")]
    Members {
        /// Its `displayName`.
        group: String,
        /// Ids that should be members.
        missing: String,
        /// Ids that should not be members.
        unexpected: String,
    },
}

impl Fault {
    /// A stable name for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Unreachable(_) => "unreachable",
            Self::Throttled { .. } => "throttled",
            Self::Malformed { .. } => "malformed",
            Self::Password => "password",
            Self::Lookup { .. } => "lookup",
            Self::Paging { .. } => "paging",
            Self::Attribute { .. } => "attribute",
            Self::Race { .. } => "race",
            Self::Missing(_) => "missing",
            Self::Unexpected(_) => "unexpected",
            Self::Members { .. } => "members",
        }
    }
}

impl Surprise {
    /// Whether it was found when the directory was read back, not in an answer on the way.
    pub fn is_difference(&self) -> bool {
        self.operation == Operation::Compare
    }
}

impl fmt::Display for Surprise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.operation, self.request, self.fault)
    }
}

impl Serialize for Surprise {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            operation: Operation,
            request: &'a str,
            kind: &'static str,
            message: String,
        }
        Line {
            operation: self.operation,
            request: &self.request,
            kind: self.fault.kind(),
            message: self.fault.to_string(),
        }
        .serialize(serializer)
    }
}

/// A fault and the request that brought it, before the operation is known.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) request: String,
    pub(crate) fault: Fault,
}
