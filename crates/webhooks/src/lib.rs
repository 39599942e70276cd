//! The work behind the requests: committed events are published, and what is published is
//! delivered to webhook endpoints. The only crate with an outgoing HTTP client.
//!
//! Everything that must not be lost is a row: a delivery waits in the database, is claimed under
//! a lease, tried, and its outcome written down. A process that dies in between has its deliveries
//! tried again by another, with the same event id.

mod dispatcher;
mod domains;
mod guard;
mod pruner;
mod publisher;
mod retry;
mod sender;
mod signature;
mod worker;

pub use dispatcher::Dispatcher;
pub use domains::{Dns, DomainChecker, LookupError, TxtRecords};
pub use guard::{Addresses, Guard, OfSystem, Refused};
pub use pruner::prune;
pub use publisher::{Publisher, Step};
pub use retry::{ATTEMPTS, delay};
pub use sender::{ClientError, LONGEST_BODY, PATIENCE};
pub use signature::{standard, workos};
pub use worker::{Settings, Worker};
