//! The people of a directory.

mod attributes;
pub(crate) mod list;
pub(crate) mod show;
