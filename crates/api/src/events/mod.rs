//! `/events`.

pub(crate) mod list;
