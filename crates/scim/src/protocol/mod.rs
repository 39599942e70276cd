//! SCIM 1.1 as a language: what a request says, and how an answer is worded.
//!
//! Nothing here knows HTTP, a database or the clock; text and JSON go in, commands and JSON come out, and every
//! refusal is an [`Invalid`]. A second protocol version would stand beside this module over the same operations.

pub mod body;
pub mod bulk;
pub mod comparison;
pub mod discovery;
pub mod filter;
pub mod group;
pub mod instant;
pub mod invalid;
pub mod json;
pub mod list;
pub mod matcher;
pub mod multi;
pub mod paging;
pub mod patch;
pub mod path;
pub mod projection;
pub mod redact;
pub mod resource;
pub mod schema;
pub mod sort;
pub mod target;

pub mod user;

pub use invalid::Invalid;

/// A JSON object whose members keep the order in which they were sent.
pub type Object = serde_json::Map<String, serde_json::Value>;

/// The URN of users, groups, lists and errors alike (SCIM 1.1 core schema §5: there is no "1.1" URN).
pub const CORE: &str = "urn:scim:schemas:core:1.0";

/// The URN of the enterprise user extension (SCIM 1.1 core schema §7).
pub const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";
