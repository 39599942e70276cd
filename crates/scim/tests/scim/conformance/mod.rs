//! The numbered cases of a conformance run, each a test named by its number.

mod bulk;
mod create;
mod errors;
mod filter_errors;
mod filters;
mod groups;
mod paging;
mod patch;
mod people;
mod replace;
mod versions;
