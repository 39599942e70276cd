//! Directories: making them, connecting them, and what stands on top of each of their pages.

pub(crate) mod connect;
pub(crate) mod guide;
pub(crate) mod head;
pub(crate) mod new;
pub(crate) mod settings;
pub(crate) mod summary;
