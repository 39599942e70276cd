//! What all roles must see alike in a request, whoever of them answers it.

mod client;

pub use client::{Proxies, network};
