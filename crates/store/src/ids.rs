//! Every id in the product: a prefix that says what it names, and a ULID, so that ids sort by
//! the time they were made. Ids are not secrets.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::Serialize;
use ulid::Ulid;

use crate::Timestamp;

/// What all typed ids can do.
pub trait Id: Sized {
    /// The prefix with its underscore, for example `org_`.
    const PREFIX: &'static str;

    /// Wraps text that is known to be such an id.
    fn from_text(text: String) -> Self;

    /// The id as text.
    fn as_str(&self) -> &str;

    /// Reads an id from outside; `None` when it cannot be one.
    fn parse(text: &str) -> Option<Self> {
        let ulid = text.strip_prefix(Self::PREFIX)?;
        let well_formed = ulid.len() == ulid::ULID_LEN && Ulid::from_string(ulid).is_ok();
        (well_formed && !ulid.bytes().any(|byte| byte.is_ascii_lowercase()))
            .then(|| Self::from_text(text.to_owned()))
    }

    /// Makes an id for `now` from 80 random bits.
    fn make(now: Timestamp, random: u128) -> Self {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        Self::from_text(format!(
            "{}{}",
            Self::PREFIX,
            Ulid::from_parts(millis, random)
        ))
    }

    /// The smallest id of its kind that can have been made at `time`.
    fn floor(time: Timestamp) -> Self {
        Self::make(time, 0)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        #[serde(transparent)]
        pub struct $name(String);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;

            fn from_text(text: String) -> Self {
                Self(text)
            }

            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<DB: Backend> ToSql<Text, DB> for $name
        where
            String: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for $name
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                String::from_sql(bytes).map(Self)
            }
        }
    )*};
}

ids! {
    /// A workspace: one tenant.
    WorkspaceId = "workspace_";
    /// A member: a person who signs in to the dashboard.
    MemberId = "member_";
    /// An invitation of somebody into a workspace.
    InvitationId = "invitation_";
    /// A session: a signed-in browser.
    SessionId = "session_";
    /// A mail in the outbox.
    MailId = "mail_";
    /// An organization: one enterprise customer of a workspace.
    OrganizationId = "org_";
    /// A directory: one connection of an organization to its identity provider.
    DirectoryId = "directory_";
    /// A bearer token of a directory.
    DirectoryTokenId = "directory_token_";
    /// A person in a directory.
    DirectoryUserId = "directory_user_";
    /// A group in a directory.
    DirectoryGroupId = "directory_group_";
    /// An event.
    EventId = "event_";
    /// A provisioning request; also the `X-Request-ID` of its answer.
    ProvisioningRequestId = "request_";
    /// A call of the REST API or of the dashboard: the `X-Request-ID` of its answer.
    ApiRequestId = "req_";
    /// An API key.
    ApiKeyId = "api_key_";
    /// A domain of an organization.
    OrganizationDomainId = "org_domain_";
    /// A webhook endpoint.
    WebhookEndpointId = "we_";
    /// One event for one webhook endpoint.
    WebhookDeliveryId = "webhook_delivery_";
    /// One try of a delivery.
    WebhookAttemptId = "webhook_attempt_";
    /// An entry of the audit log.
    AuditEntryId = "audit_entry_";
    /// A form shown once, so that sending it twice makes one thing.
    FormKey = "form_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_time_and_reads_back() {
        let early = OrganizationId::make(Timestamp::from_micros(1_000_000), 7);
        let late = OrganizationId::make(Timestamp::from_micros(2_000_000), 1);
        assert!(early < late);
        assert_eq!(OrganizationId::parse(early.as_str()), Some(early));
    }

    #[test]
    fn refuses_what_is_not_such_an_id() {
        let user = DirectoryUserId::make(Timestamp::from_micros(0), 1);
        assert_eq!(DirectoryId::parse(user.as_str()), None);
        for text in [
            "",
            "org_",
            "org_../../etc/passwd",
            "org_01ARZ3NDEKTSV4RRFFQ69G5FA",
            "org_01arz3ndektsv4rrffq69g5fav",
        ] {
            assert_eq!(OrganizationId::parse(text), None, "{text}");
        }
    }
}
