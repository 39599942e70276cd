//! The audit log: who did what in the workspace. It is read and exported, and never changed.

mod csv;
pub(crate) mod export;
mod filter;
pub(crate) mod list;
pub(crate) mod show;
mod words;
