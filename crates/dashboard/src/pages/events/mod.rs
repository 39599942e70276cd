//! Events: what happened, in the one order that applications see.

mod filter;
pub(crate) mod list;
mod places;
pub(crate) mod show;
mod subject;
