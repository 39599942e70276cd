//! One file per resource; in each the handlers in the order of their methods.

pub(crate) mod discovery;
pub(crate) mod fallback;
pub(crate) mod groups;
mod summary;
pub(crate) mod users;
