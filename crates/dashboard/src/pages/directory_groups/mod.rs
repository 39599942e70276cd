//! The groups of a directory.

pub(crate) mod list;
pub(crate) mod show;
