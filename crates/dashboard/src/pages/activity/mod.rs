//! Activity: every call of the provider, and what became of it.

mod advice;
pub(crate) mod list;
pub(crate) mod show;
