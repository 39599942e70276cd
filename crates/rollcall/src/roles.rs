//! What one process serves.

use clap::ValueEnum;

/// A part of Rollcall that can run in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// The web pages for the team.
    Dashboard,
    /// The REST API for the team's application.
    Api,
    /// The SCIM endpoints that identity providers call.
    Scim,
    /// Work behind the requests.
    Worker,
}

impl Role {
    /// All roles, which one process runs unless told otherwise.
    pub(crate) const ALL: [Self; 4] = [Self::Dashboard, Self::Api, Self::Scim, Self::Worker];
}
