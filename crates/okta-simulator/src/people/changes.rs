//! What happens to people at work, as it shows in their profile.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Map, Value, json};

use super::cultures::Culture;
use super::work::Department;
use super::{CUSTOM_URN, ENTERPRISE_URN, People, Person};

/// An ordinary change of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Another title in the same department.
    Title,
    /// Another department, with its division, cost centre, manager.
    Department,
    /// Another office of the company, so another address, phone, time zone.
    Office,
    /// New values of the custom attributes.
    Custom,
}

impl Change {
    pub(crate) fn draw(rng: &mut impl Rng) -> Self {
        *[Self::Title, Self::Department, Self::Office, Self::Custom]
            .choose(rng)
            .unwrap_or(&Self::Title)
    }
}

/// How an emptied attribute is pushed: Okta's documents leave it open, so a server must take them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emptied {
    /// `""`, and `[]` where there was a list.
    Blank,
    /// `null`.
    Null,
    /// Left out of the PUT.
    Absent,
}

impl Emptied {
    pub(crate) const ALL: [Self; 3] = [Self::Blank, Self::Null, Self::Absent];

    /// The attribute's value in the body; absence is told by `null` and removed by the caller.
    fn value(self, old: &Value) -> Value {
        match (self, old) {
            (Self::Blank, Value::Array(_)) => json!([]),
            (Self::Blank, _) => json!(""),
            (Self::Null | Self::Absent, _) => Value::Null,
        }
    }
}

/// Attributes that admins empty, as paths into the profile.
const EMPTIABLE: [&[&str]; 8] = [
    &["title"],
    &["nickName"],
    &["phoneNumbers"],
    &["profileUrl"],
    &["name", "middleName"],
    &["name", "honorificSuffix"],
    &[ENTERPRISE_URN, "costCenter"],
    &[CUSTOM_URN, "skills"],
];

impl Person {
    /// Empties every attribute of a fixed list that the person has.
    pub(crate) fn empty_attributes(&mut self, how: Emptied) {
        for path in EMPTIABLE {
            if let Some(value) = at(&mut self.profile, path) {
                *value = how.value(value);
            }
        }
    }

    fn set(&mut self, urn: &str, name: &str, value: impl Into<Value>) {
        if let Some(Value::Object(extension)) = self.profile.get_mut(urn) {
            extension.insert(name.to_owned(), value.into());
        }
    }
}

fn at<'a>(profile: &'a mut Map<String, Value>, path: &[&str]) -> Option<&'a mut Value> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(profile.get_mut(*first)?, |value, name| value.get_mut(*name))
}

impl People {
    /// Changes the person's profile.
    pub(crate) fn change(&mut self, person: &mut Person, change: Change) {
        match change {
            Change::Title => self.change_title(person),
            Change::Department => self.change_department(person),
            Change::Office => self.change_office(person),
            Change::Custom => self.change_custom(person),
        }
    }

    fn change_title(&mut self, person: &mut Person) {
        let department = super::work::DEPARTMENTS
            .iter()
            .find(|known| known.name == person.department());
        let title = department.map_or("Special Projects", |department| {
            department.title(&mut self.rng)
        });
        person
            .profile
            .insert("title".to_owned(), format!("Acting {title}").into());
    }

    fn change_department(&mut self, person: &mut Person) {
        let department = Department::draw(&mut self.rng);
        let title = department.title(&mut self.rng);
        person.profile.insert("title".to_owned(), title.into());
        person.set(ENTERPRISE_URN, "department", department.name);
        person.set(ENTERPRISE_URN, "division", department.division);
        person.set(ENTERPRISE_URN, "costCenter", department.cost_center);
        if let Some(head) = self.heads.get(department.name) {
            let manager =
                json!({ "managerId": head.employee_number, "displayName": head.display_name });
            person.set(ENTERPRISE_URN, "manager", manager);
        }
    }

    fn change_office(&mut self, person: &mut Person) {
        let culture = Culture::draw(&mut self.rng);
        let office = &culture.office;
        let address = json!({
            "primary": true,
            "type": "work",
            "streetAddress": office.street,
            "locality": office.locality,
            "region": office.region,
            "postalCode": office.postal_code,
            "country": culture.country,
            "formatted": format!("{}\n{} {}", office.street, office.postal_code, office.locality),
        });
        person
            .profile
            .insert("addresses".to_owned(), json!([address]));
        person
            .profile
            .insert("timezone".to_owned(), office.timezone.into());
    }

    fn change_custom(&mut self, person: &mut Person) {
        person.set(CUSTOM_URN, "floor", self.rng.random_range(13..40));
        person.set(CUSTOM_URN, "remote", self.rng.random_bool(0.5));
        person.set(CUSTOM_URN, "skills", json!(["mentoring", "écriture"]));
    }

    /// Gives the person another family name, hence another `userName` and e-mail.
    pub(crate) fn rename(&mut self, person: &mut Person) {
        let culture = Culture::draw(&mut self.rng);
        let (given, family) = (
            culture.given_name(&mut self.rng),
            culture.family_name(&mut self.rng),
        );
        let user_name = self.claim_user_name(given, family);
        for (name, value) in [("givenName", given.written), ("familyName", family.written)] {
            person.set("name", name, value);
        }
        let display_name = culture.full_name(given.written, family.written);
        person.set("name", "formatted", display_name.as_str());
        person
            .profile
            .insert("displayName".to_owned(), display_name.into());
        person
            .profile
            .insert("userName".to_owned(), user_name.clone().into());
        if let Some(Value::Array(emails)) = person.profile.get_mut("emails")
            && let Some(Value::Object(primary)) = emails.first_mut()
        {
            primary.insert("value".to_owned(), user_name.into());
        }
    }
}
