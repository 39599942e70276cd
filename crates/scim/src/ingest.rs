//! What every handler shares.

use rollcall_store::Store;
use rollcall_store::directory::Directory;

use crate::Recorder;
use crate::walks::Walks;

/// What the ingest is told about its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address at which the outside reaches this server, for example `https://rollcall.example.com`.
    pub public_url: String,
    /// The turns of walks, one set a process.
    pub walks: Walks,
}

/// The ingest's parts, one set a worker.
#[derive(Debug, Clone)]
pub(crate) struct Ingest {
    pub(crate) store: Store,
    pub(crate) recorder: Recorder,
    pub(crate) public_url: String,
    pub(crate) walks: Walks,
}

impl Ingest {
    pub(crate) fn endpoint(&self, directory: &Directory) -> String {
        endpoint_url(&self.public_url, &directory.endpoint_key)
    }
}

/// The SCIM base URL of a directory, as its administrator pastes it into the identity provider.
pub fn endpoint_url(public_url: &str, endpoint_key: &str) -> String {
    format!(
        "{}/scim/v1.1/{endpoint_key}",
        public_url.trim_end_matches('/')
    )
}
