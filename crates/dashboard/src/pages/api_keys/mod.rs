//! API keys: what an application of the team's own reads the directories with.

pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod revoke;
