//! A filter made ready to be asked of many resources.

use super::comparison::{Fault, Test};
use super::filter::{Filter, Located, Place, problem};
use super::schema::ResourceType;
use super::target::Target;
use super::{Invalid, Object};

/// A filter whose paths and types are checked against a resource type.
#[derive(Debug, Clone, PartialEq)]
pub struct Matcher {
    filter: Filter,
    condition: Condition,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Test(Target, Test),
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
}

impl Matcher {
    /// Checks a filter; a path that no such resource can have, or an operator or value that does not fit its
    /// attribute, is refused with its place.
    pub fn new(resource: &ResourceType, located: Located) -> Result<Self, Invalid> {
        let mut places = located.places.into_iter();
        let condition = checked(resource, &located.filter, &mut places)?;
        Ok(Self {
            filter: located.filter,
            condition,
        })
    }

    /// The filter as it was parsed.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether a resource, as it is answered, is one of those asked for.
    pub fn matches(&self, resource: &Object) -> bool {
        holds(&self.condition, resource)
    }

    /// Whether the answer depends on that core attribute, or on that part of it.
    pub fn reads(&self, attribute: &str, sub: Option<&str>) -> bool {
        reads(&self.condition, attribute, sub)
    }
}

fn checked(
    resource: &ResourceType,
    filter: &Filter,
    places: &mut impl Iterator<Item = Place>,
) -> Result<Condition, Invalid> {
    let mut pair = |left, right| -> Result<_, Invalid> {
        let left = Box::new(checked(resource, left, places)?);
        Ok((left, Box::new(checked(resource, right, places)?)))
    };
    match filter {
        Filter::And(left, right) => {
            pair(left, right).map(|(left, right)| Condition::Both(left, right))
        }
        Filter::Or(left, right) => {
            pair(left, right).map(|(left, right)| Condition::Either(left, right))
        }
        leaf => {
            let place = places.next().unwrap_or(Place {
                path: 1,
                operator: 1,
                value: 1,
            });
            comparison(resource, leaf, place)
        }
    }
}

fn comparison(resource: &ResourceType, leaf: &Filter, place: Place) -> Result<Condition, Invalid> {
    let at_path = |message| problem(place.path, message);
    match leaf {
        Filter::Compare {
            path,
            operator,
            value,
        } => {
            let target = Target::find(resource, path).map_err(at_path)?;
            let target = target.comparable(resource).map_err(at_path)?;
            let test = Test::new(&target, *operator, value).map_err(|fault| match fault {
                Fault::Operator(message) => problem(place.operator, message),
                Fault::Value(message) => problem(place.value, message),
            })?;
            Ok(Condition::Test(target, test))
        }
        Filter::Present(path) => {
            let target = Target::find(resource, path).map_err(at_path)?;
            Ok(Condition::Test(target, Test::Present))
        }
        // Pairs were taken apart before.
        both => checked(resource, both, &mut std::iter::repeat(place)),
    }
}

fn holds(condition: &Condition, resource: &Object) -> bool {
    match condition {
        Condition::Test(target, test) => target.any(resource, &|value| test.holds(value)),
        Condition::Both(left, right) => holds(left, resource) && holds(right, resource),
        Condition::Either(left, right) => holds(left, resource) || holds(right, resource),
    }
}

fn reads(condition: &Condition, attribute: &str, sub: Option<&str>) -> bool {
    match condition {
        Condition::Test(target, _) => target.touches(attribute, sub),
        Condition::Both(left, right) | Condition::Either(left, right) => {
            reads(left, attribute, sub) || reads(right, attribute, sub)
        }
    }
}

#[cfg(test)]
#[path = "matcher_tests.rs"]
mod tests;
