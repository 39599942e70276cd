//! On whose behalf a write is done.

use crate::ids::{ApiKeyId, MemberId};

/// A browser's name for itself may be of any length.
const LONGEST_USER_AGENT: usize = 300;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member who is signed in.
    Member {
        /// Who.
        id: MemberId,
        /// Their e-mail address.
        email: String,
    },
    /// An application with an API key.
    ApiKey {
        /// Which key.
        id: ApiKeyId,
        /// What the key is for.
        name: String,
    },
    /// Whoever runs commands on the server.
    CommandLine,
    /// Somebody who has not shown who they are.
    Nobody,
    /// The program of its own accord.
    Program,
}

impl Actor {
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Member { .. } => "member",
            Self::ApiKey { .. } => "api_key",
            Self::CommandLine => "command_line",
            Self::Nobody => "nobody",
            Self::Program => "program",
        }
    }

    pub(super) fn id(&self) -> Option<String> {
        match self {
            Self::Member { id, .. } => Some(id.to_string()),
            Self::ApiKey { id, .. } => Some(id.to_string()),
            Self::CommandLine | Self::Nobody | Self::Program => None,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Member { email, .. } => email,
            Self::ApiKey { name, .. } => name,
            Self::CommandLine => "Command line",
            Self::Nobody => "Somebody not signed in",
            Self::Program => "Rollcall",
        }
    }
}

/// Who acts, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// The client's address.
    pub ip_address: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The `X-Request-ID` of the answer.
    pub request_id: Option<String>,
}

impl Context {
    /// The same place, once it is known who acts.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self {
            actor,
            ..self.clone()
        }
    }

    /// An actor that no network lies before.
    pub const fn local(actor: Actor) -> Self {
        Self {
            actor,
            ip_address: None,
            user_agent: None,
            request_id: None,
        }
    }

    pub(super) fn short_user_agent(&self) -> Option<String> {
        let text = self.user_agent.as_ref()?;
        Some(text.chars().take(LONGEST_USER_AGENT).collect())
    }
}
