//! Webhooks, end to end: from events in the database to what a receiver gets.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claiming;
mod disabling;
mod domains;
mod guarding;
mod isolation;
mod ordering;
mod pruning;
mod publishing;
mod purging;
mod resending;
mod resolving;
mod retrying;
mod sealing;
mod signing;
mod support;
