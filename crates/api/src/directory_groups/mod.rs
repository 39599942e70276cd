//! `/directory_groups`.

pub(crate) mod list;
pub(crate) mod show;
