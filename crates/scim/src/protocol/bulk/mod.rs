//! Bulk requests (draft-scim-api-01 §3.5): many writes in one request, which may refer to what others of them create.

mod operation;
mod order;
mod references;

use serde_json::Value;

pub use operation::{Command, Kind, Operation, Verb};
pub use order::order;
pub use references::{References, Split, resolve, split};

use super::invalid::kind_of;
use super::resource::take;
use super::{Invalid, Object};

/// The most operations of one bulk.
pub const MAX_OPERATIONS: usize = 1_000;

/// A bulk that was read. What is wrong with single operations is told in their place.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulk {
    /// After how many failures the rest is left undone; never when absent.
    pub fail_on_errors: Option<u64>,
    /// What is to be done.
    pub operations: Vec<Operation>,
}

impl Bulk {
    /// Reads a body.
    pub fn parse(mut body: Object) -> Result<Self, Invalid> {
        let fail_on_errors = fail_on_errors(take(&mut body, "failOnErrors"))?;
        let operations = match take(&mut body, "Operations") {
            Some(Value::Array(operations)) => operations,
            other => {
                return Err(Invalid::WrongType {
                    attribute: "Operations".to_owned(),
                    expected: "a list",
                    found: other.as_ref().map_or("absent", kind_of),
                });
            }
        };
        let mut operations: Vec<_> = operations.into_iter().map(Operation::parse).collect();
        refuse_doubled(&mut operations);
        Ok(Self {
            fail_on_errors,
            operations,
        })
    }
}

/// Zero and less mean the same as nothing: go on past every failure.
fn fail_on_errors(value: Option<Value>) -> Result<Option<u64>, Invalid> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(number.as_u64().filter(|limit| *limit > 0))
        }
        Some(_) => Err(Invalid::NotAnInteger {
            parameter: "failOnErrors",
        }),
    }
}

/// Of operations with the same `bulkId` the first counts.
fn refuse_doubled(operations: &mut [Operation]) {
    let mut seen = std::collections::HashSet::new();
    for operation in operations {
        if let Some(id) = operation.creates().map(str::to_owned)
            && !seen.insert(id)
        {
            operation.command = Err(Invalid::BulkOperation {
                problem: "its \"bulkId\" was used before in this request",
            });
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
