//! `/api_keys`, an extension of ours: WorkOS makes the keys of an environment in its dashboard alone.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
