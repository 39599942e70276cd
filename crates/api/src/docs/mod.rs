//! The OpenAPI document, made from the handlers, and the page that shows it to people.

mod complete;
pub(crate) mod document;
mod kept;
pub(crate) mod page;
mod reference;
pub(crate) mod schemas;

use kept::Kept;

/// Both texts, made when they are first asked for: anybody may ask, so it must cost nothing.
#[derive(Debug, Default)]
pub(crate) struct Docs {
    document: Kept,
    page: Kept,
}
