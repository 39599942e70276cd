//! Every refusal, and the one place where it becomes a status and a body.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::{Error as StoreError, directory_group, directory_user};
use serde_json::{Value, json};

use crate::protocol::body::MAX_BODY_BYTES;
use crate::protocol::bulk::MAX_OPERATIONS;
use crate::protocol::{CORE, Invalid};
use crate::walks::MAX_A_DIRECTORY;

/// How many unknown members an answer names.
const NAMED_MEMBERS: usize = 20;

/// Why a request was not carried out. The text is shown to the identity provider's administrator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScimError {
    /// The request breaks the protocol.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Members to add are not people of the directory.
    #[error(
        "These members are not people of this directory: {}. Assign them to the application first, then push the \
         group again. Nothing was changed.",
        named(.0)
    )]
    UnknownMembers(Vec<String>),
    /// The connection broke, or its encoding was wrong, while the body was read.
    #[error("The request's body could not be read to its end.")]
    BrokenBody,
    /// No token, a wrong, revoked or expired one, one of another directory, or no such endpoint: never told apart.
    #[error(
        "The bearer token is not valid for this SCIM endpoint. Copy the endpoint and a bearer token from the \
         directory's page in Rollcall and paste both into the identity provider again."
    )]
    Unauthorized,
    /// The token is right, but the host is set apart for the endpoints of others.
    #[error(
        "This endpoint is not served under this host name. Copy the endpoint from the directory's page in Rollcall \
         and paste it into the identity provider again."
    )]
    WrongHost,
    /// The directory has nobody of that id.
    #[error("User not found. The person may have been deleted; unassign and assign them again.")]
    UserNotFound,
    /// The directory has no group of that id.
    #[error("Group not found. It may have been deleted; unlink the group push and push it again.")]
    GroupNotFound,
    /// There is no schema of that name.
    #[error("Schema not found. This server describes \"User\" and \"Group\".")]
    SchemaNotFound,
    /// The endpoint is right, but what follows it is not.
    #[error(
        "There is nothing at this address. The SCIM base URL ends with the directory's key; /Users and /Groups \
         follow it."
    )]
    UnknownPath,
    /// The path takes other methods.
    #[error("This address does not take that method. Allowed: {allowed}.")]
    MethodNotAllowed {
        /// The methods, for the `Allow` header.
        allowed: &'static str,
    },
    /// Only XML is asked for.
    #[error("This server answers in JSON only. Ask for application/json.")]
    NotAcceptable,
    /// The body is compressed, which would make its size unknowable before it is unpacked.
    #[error("The request's body must not be compressed. Send it without a Content-Encoding.")]
    Compressed,
    /// The body comes too slowly.
    #[error("The request's body did not arrive in time. Nothing was changed; try again.")]
    SlowBody,
    /// A POST says that it is a method other than these three.
    #[error("X-HTTP-Method-Override must be PUT, PATCH or DELETE.")]
    UnknownOverride,
    /// A bulk holds more operations than are taken.
    #[error(
        "The bulk holds {sent} operations, where at most {MAX_OPERATIONS} are taken. Send the rest separately."
    )]
    TooManyOperations {
        /// How many were sent.
        sent: usize,
    },
    /// An operation of a bulk refers to one that made nothing.
    #[error(
        "The reference \"bulkId:{bulk_id}\" cannot be resolved: {reason}. Nothing of this operation was kept."
    )]
    UnresolvedReference {
        /// What is referred to.
        bulk_id: String,
        /// Why there is no id for it.
        reason: &'static str,
    },
    /// Somebody else has the user name.
    #[error("{}", taken(.user_name, .by.as_deref()))]
    UserNameTaken {
        /// The name asked for.
        user_name: String,
        /// Who has it, if they could still be found.
        by: Option<Box<DirectoryUser>>,
    },
    /// The resource is not of the version that the request names.
    #[error(
        "This was changed meanwhile: its version is {version}, which is none of those that the request names in \
         If-Match. Nothing was changed; read it again and repeat the change."
    )]
    VersionMismatch {
        /// The present version.
        version: String,
    },
    /// The body is larger than is read.
    #[error("The request's body is larger than {} MiB, the most that is taken. Send fewer members or operations at once.", MAX_BODY_BYTES / 1024 / 1024)]
    TooLarge,
    /// The directory has as many walks under way as it may.
    #[error(
        "Already {MAX_A_DIRECTORY} requests of this directory ask for a list that no index serves. Wait for their \
         answers, or filter by userName, externalId, id, displayName or e-mail address."
    )]
    TooManyWalks,
    /// The walks of others did not end in time.
    #[error(
        "This server is busy with lists that no index serves. Try again in a moment, or filter by userName, \
         externalId, id, displayName or e-mail address."
    )]
    WalksBusy,
    /// The database does not answer just now.
    #[error(
        "The directory cannot be reached just now. Nothing was changed; try again in a moment."
    )]
    Unavailable(String),
    /// A fault of ours; the cause is for the server's log only.
    #[error("An internal error occurred. It was logged; nothing was changed.")]
    Internal(String),
}

fn named(members: &[String]) -> String {
    let short = |id: &String| id.chars().take(60).collect::<String>();
    let named = members
        .iter()
        .take(NAMED_MEMBERS)
        .map(short)
        .collect::<Vec<_>>()
        .join(", ");
    match members.len().saturating_sub(NAMED_MEMBERS) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn taken(user_name: &str, by: Option<&DirectoryUser>) -> String {
    let start = format!("The userName \"{user_name}\" already belongs to");
    match by {
        Some(user) if !user.profile.active => format!(
            "{start} {}, who is inactive in this directory. Unassign and assign the person again, so that the \
             identity provider finds and reactivates them, or give this person another userName.",
            user.profile.label()
        ),
        Some(user) => format!(
            "{start} {} in this directory. Import users in the identity provider and link the assignment to that \
             person, or give one of the two another userName.",
            user.profile.label()
        ),
        None => format!(
            "{start} another person in this directory. Give one of the two another userName."
        ),
    }
}

impl ScimError {
    /// The body of the answer: the errors of SCIM 1.1, and the `detail` and `status` of 2.0, which Okta reads too.
    pub(crate) fn body(&self) -> Value {
        let (detail, code) = (self.to_string(), self.status_code().as_str().to_owned());
        json!({
            "schemas": [CORE],
            "Errors": [{ "description": detail, "code": code }],
            "detail": detail,
            "status": code,
        })
    }

    /// What the server's own log should know, and the caller should not.
    pub(crate) fn cause(&self) -> Option<&str> {
        match self {
            Self::Unavailable(cause) | Self::Internal(cause) => Some(cause),
            _ => None,
        }
    }
}

impl ResponseError for ScimError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Invalid(_)
            | Self::UnknownMembers(_)
            | Self::BrokenBody
            | Self::UnknownOverride => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::WrongHost
            | Self::UserNotFound
            | Self::GroupNotFound
            | Self::SchemaNotFound
            | Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::UserNameTaken { .. } | Self::UnresolvedReference { .. } => StatusCode::CONFLICT,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Compressed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::VersionMismatch { .. } => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge | Self::TooManyOperations { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyWalks => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::WalksBusy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Unauthorized => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"Rollcall\""))
            }
            Self::MethodNotAllowed { allowed } => response.insert_header((ALLOW, *allowed)),
            Self::Unavailable(_) | Self::TooManyWalks | Self::WalksBusy => {
                response.insert_header((RETRY_AFTER, "5"))
            }
            // What is left of the body is not worth reading.
            Self::TooLarge | Self::SlowBody | Self::Compressed => response.force_close(),
            _ => &mut response,
        };
        response
            .content_type("application/json")
            .body(self.body().to_string())
    }
}

impl From<StoreError> for ScimError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<directory_user::Error> for ScimError {
    fn from(error: directory_user::Error) -> Self {
        match error {
            directory_user::Error::UserNameTaken { user_name, by } => {
                Self::UserNameTaken { user_name, by }
            }
            // The endpoint went with the directory.
            directory_user::Error::DirectoryGone => Self::Unauthorized,
            directory_user::Error::Store(error) => error.into(),
        }
    }
}

impl From<directory_group::Error> for ScimError {
    fn from(error: directory_group::Error) -> Self {
        match error {
            directory_group::Error::UnknownMembers(ids) => Self::UnknownMembers(ids),
            directory_group::Error::DirectoryGone => Self::Unauthorized,
            directory_group::Error::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_database_is_said_to_come_back() {
        let answer = ScimError::from(StoreError::Unavailable(
            "host db.internal refused".to_owned(),
        ))
        .error_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "5");
    }

    #[test]
    fn a_fault_of_ours_shows_no_cause() {
        for error in [
            ScimError::Internal("table users".to_owned()),
            ScimError::Unavailable("table users".to_owned()),
        ] {
            assert!(!error.body().to_string().contains("table users"));
            assert_eq!(error.cause(), Some("table users"));
        }
    }

    #[test]
    fn many_unknown_members_are_named_briefly() {
        let ids: Vec<String> = (0..50_000)
            .map(|number| format!("{number}{}", "x".repeat(100)))
            .collect();
        let text = ScimError::UnknownMembers(ids).to_string();
        assert!(
            text.contains("and 49980 more") && text.len() < 2_000,
            "{text}"
        );
    }
}
