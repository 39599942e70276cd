//! What every handler shares.

use rollcall_store::Store;
use rollcall_store::endpoint_host::EndpointHosts;

use crate::Recorder;
use crate::walks::Walks;

/// What the ingest is told about its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the outside reaches the endpoints.
    pub hosts: EndpointHosts,
    /// The turns of walks, one set a process.
    pub walks: Walks,
}

/// The ingest's parts, one set a worker.
#[derive(Debug, Clone)]
pub(crate) struct Ingest {
    pub(crate) store: Store,
    pub(crate) recorder: Recorder,
    pub(crate) hosts: EndpointHosts,
    pub(crate) walks: Walks,
}
