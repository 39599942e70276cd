//! What Okta does, operation by operation.

mod groups;
mod import;
mod lifecycle;
mod members;
mod probes;
mod users;

pub(crate) use self::groups::Shape;
pub(crate) use self::import::{Snapshot, id, member_fault, member_ids};
