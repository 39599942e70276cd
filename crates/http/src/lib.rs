//! What all roles have in common over HTTP, whoever of them answers: where a request comes from, and
//! the headers without which nothing is answered.

mod client;
mod headers;

pub use client::{Proxies, network};
pub use headers::complete;
