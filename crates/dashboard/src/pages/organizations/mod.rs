//! Organizations: the workspace's customers.

pub(crate) mod domains;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod settings;
pub(crate) mod show;
