//! `/directory_users`.

pub(crate) mod list;
pub(crate) mod show;
