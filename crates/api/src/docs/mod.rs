//! The OpenAPI document, made from the handlers, and the page that shows it to people.

mod complete;
pub(crate) mod document;
pub(crate) mod page;
mod reference;
pub(crate) mod schemas;
