//! The audit log: who did what to what, from where. An entry is written in the transaction of the
//! action it tells of, the database refuses to change or delete it, and it holds the hash of the
//! entry before it, so that a change made behind the database's back is found by [`verify`].
//!
//! Operations on a workspace's things record themselves; whoever calls them says on whose behalf,
//! by [`Store::acting_as`](crate::Store::acting_as).

mod action;
mod context;
mod difference;
mod find;
mod record;
mod row;
mod verify;

pub use action::Action;
pub use context::{Actor, Context};
pub use difference::Difference;
pub use find::{Filter, after, find, page};
pub use record::{Chain, Target, record, record_of_member};
pub(crate) use record::{note, note_by, note_change};
pub use row::Entry;
pub use verify::{Broken, Verdict, verify, verify_database};
