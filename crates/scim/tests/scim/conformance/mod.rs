//! The numbered cases of a conformance run, each a test named by its number.

mod bulk;
mod create;
mod errors;
mod groups;
mod patch;
mod people;
mod replace;
mod versions;
