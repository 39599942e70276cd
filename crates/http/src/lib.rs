//! What all roles have in common over HTTP, whoever of them answers: where a request comes from, which
//! host it names, and the headers without which nothing is answered.

mod client;
mod headers;
mod host;

pub use client::{Proxies, network};
pub use headers::complete;
pub use host::host;
