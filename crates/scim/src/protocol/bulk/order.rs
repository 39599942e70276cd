//! The order in which operations are carried out: as they were sent, but what is referred to first.

use std::collections::HashMap;

use super::references::each_in;
use super::{Operation, Verb};

/// The places of the operations in their order. In a circle of references somebody has to begin: whoever was sent
/// first comes last, when all it refers to is there, and some other begins with a part of its references pending.
pub fn order(operations: &[Operation]) -> Vec<usize> {
    let creators: HashMap<&str, usize> = operations
        .iter()
        .enumerate()
        .filter_map(|(place, operation)| Some((operation.creates()?, place)))
        .collect();
    let mut order = Vec::with_capacity(operations.len());
    let mut seen = vec![false; operations.len()];
    for start in 0..operations.len() {
        // A stack of its own: a chain of a thousand references must not be a thousand calls deep.
        let mut stack = vec![Step::Enter(start)];
        while let Some(step) = stack.pop() {
            match step {
                Step::Leave(place) => order.push(place),
                Step::Enter(place) if seen[place] => {}
                Step::Enter(place) => {
                    seen[place] = true;
                    stack.push(Step::Leave(place));
                    let needed = needed(&operations[place], &creators);
                    stack.extend(needed.into_iter().rev().map(Step::Enter));
                }
            }
        }
    }
    order
}

enum Step {
    Enter(usize),
    Leave(usize),
}

fn needed(operation: &Operation, creators: &HashMap<&str, usize>) -> Vec<usize> {
    let mut needed = Vec::new();
    if let Ok(command) = &operation.command
        && command.verb != Verb::Delete
    {
        each_in(command, &mut |bulk_id| {
            needed.extend(creators.get(bulk_id));
        });
    }
    needed
}
