//! `/directories/{directory}/tokens`: the bearer tokens of a directory, an extension of ours.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
