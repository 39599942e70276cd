//! People who work nowhere, always the same for a seed.

mod changes;
mod cultures;
mod profile;
mod teams;
#[cfg(test)]
mod tests;
mod work;

use std::collections::HashMap;

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Map, Value};

pub(crate) use self::changes::{Change, Emptied};
use self::cultures::{Culture, Name};
pub(crate) use self::teams::{Team, teams};
use self::work::{Company, Department};

/// The namespace of the attributes that the company's admin added to the app's profile.
pub(crate) const CUSTOM_URN: &str = "urn:okta:companydirectory:1.0:user:custom";
/// SCIM 1.1 core schema §6.1.
pub(crate) const ENTERPRISE_URN: &str = "urn:scim:schemas:extension:enterprise:1.0";

/// A person as the app's profile in Okta has them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    /// Their id in Okta, pushed as `externalId`.
    pub(crate) okta_id: String,
    /// SCIM attributes without `schemas`, `id`, `active`, `groups` and `password`.
    pub(crate) profile: Map<String, Value>,
}

impl Person {
    pub(crate) fn user_name(&self) -> &str {
        self.profile
            .get("userName")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn department(&self) -> &str {
        let extension = self.profile.get(ENTERPRISE_URN);
        extension
            .and_then(|urn| urn.get("department"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Makes people, one after the other.
#[derive(Debug)]
pub(crate) struct People {
    rng: StdRng,
    company: &'static Company,
    /// The part of each `userName` before the `@`, with how many share it.
    logins: HashMap<String, u32>,
    /// The first person of each department, who leads it.
    heads: HashMap<&'static str, Manager>,
    made: u32,
}

/// Who somebody reports to.
#[derive(Debug, Clone)]
struct Manager {
    employee_number: String,
    display_name: String,
}

/// What was drawn for one person before it is put into attributes.
struct Draft {
    number: u32,
    culture: &'static Culture,
    given: Name,
    family: Name,
    user_name: String,
    department: &'static Department,
    manager: Option<Manager>,
    leads: bool,
    /// Every tenth person has every attribute that there is.
    complete: bool,
}

impl People {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            company: Company::of_seed(seed),
            logins: HashMap::new(),
            heads: HashMap::new(),
            made: 0,
        }
    }

    /// The next so many people.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Person> {
        (0..count).map(|_| self.next_person()).collect()
    }

    pub(crate) fn next_person(&mut self) -> Person {
        let okta_id = format!("00u{}", letters(&mut self.rng, 17));
        let draft = self.draft();
        let profile = profile::of(&draft, &okta_id, self.company, &mut self.rng);
        Person { okta_id, profile }
    }

    fn draft(&mut self) -> Draft {
        let culture = Culture::draw(&mut self.rng);
        let given = culture.given_name(&mut self.rng);
        let family = culture.family_name(&mut self.rng);
        let user_name = self.claim_user_name(given, family);
        let department = Department::draw(&mut self.rng);
        self.made += 1;
        let display_name = culture.full_name(given.written, family.written);
        let manager = self.heads.get(department.name).cloned();
        if manager.is_none() {
            let employee_number = employee_number(self.made);
            self.heads.insert(
                department.name,
                Manager {
                    employee_number,
                    display_name,
                },
            );
        }
        Draft {
            number: self.made,
            culture,
            given,
            family,
            user_name,
            department,
            leads: manager.is_none(),
            manager,
            complete: self.made % 10 == 1,
        }
    }

    /// A `userName` that nobody else has: `given.family`, numbered from the second of that name on.
    fn claim_user_name(&mut self, given: Name, family: Name) -> String {
        // Some logins hold a plus sign or an accent, as some do in every real directory.
        let tag = if self.rng.random_ratio(1, 25) {
            "+ext"
        } else {
            ""
        };
        let login = if self.rng.random_ratio(1, 40) {
            format!("{}.{}", given.written, family.written)
                .to_lowercase()
                .replace(' ', "")
        } else {
            format!("{}.{}", given.login(), family.login())
        };
        let namesakes = self.logins.entry(login.clone()).or_default();
        *namesakes += 1;
        let number = if *namesakes > 1 {
            namesakes.to_string()
        } else {
            String::new()
        };
        format!("{login}{number}{tag}@{}", self.company.domain)
    }
}

/// What the company's personnel system calls a person.
fn employee_number(number: u32) -> String {
    format!("E{number:06}")
}

/// So many random letters and digits.
pub(crate) fn letters(rng: &mut impl Rng, count: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..count)
        .map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
        .collect()
}
