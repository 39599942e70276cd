//! From a draft to the attributes of Okta's app profile: the default ones of its SCIM 1.1 test app and custom ones.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Map, Value, json};

use super::work::Company;
use super::{CUSTOM_URN, Draft, ENTERPRISE_URN, employee_number};

const SKILLS: [&str; 10] = [
    "Rust",
    "Kubernetes",
    "SQL",
    "negotiation",
    "Deutsch",
    "日本語",
    "first aid",
    "accounting",
    "C++",
    "public speaking",
];
const PRONOUNS: [&str; 3] = ["she/her", "he/him", "they/them"];
const SHIRTS: [&str; 5] = ["S", "M", "L", "XL", "XXL"];

/// The attributes of a person, blank ones left out as Okta leaves them out on create.
pub(super) fn of(
    draft: &Draft,
    okta_id: &str,
    company: &Company,
    rng: &mut impl Rng,
) -> Map<String, Value> {
    let mut attributes = Attributes::default();
    core(&mut attributes, draft, okta_id, company, rng);
    contact(&mut attributes, draft, rng);
    attributes.set(ENTERPRISE_URN, enterprise(draft, company));
    attributes.set(CUSTOM_URN, custom(draft, rng));
    attributes.0
}

/// An ordered object that is filled attribute by attribute.
#[derive(Default)]
struct Attributes(Map<String, Value>);

impl Attributes {
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

fn core(
    attributes: &mut Attributes,
    draft: &Draft,
    okta_id: &str,
    company: &Company,
    rng: &mut impl Rng,
) {
    let culture = draft.culture;
    let (given, family) = (draft.given.written, draft.family.written);
    let has = |rng: &mut dyn Rng, percent| draft.complete || rng.random_ratio(percent, 100);
    attributes.set("userName", draft.user_name.as_str());
    attributes.set("name", name(draft, rng));
    attributes.set("displayName", culture.full_name(given, family));
    if has(rng, 20) {
        attributes.set(
            "nickName",
            format!("{} 🦊", given.chars().take(3).collect::<String>()),
        );
    }
    if has(rng, 15) {
        attributes.set(
            "profileUrl",
            format!(
                "https://people.{}/{}",
                company.domain,
                employee_number(draft.number)
            ),
        );
    }
    let title = if draft.leads {
        draft.department.head
    } else {
        draft.department.title(rng)
    };
    attributes.set("title", title);
    attributes.set("userType", user_type(rng));
    attributes.set("preferredLanguage", culture.language);
    attributes.set("locale", culture.locale);
    attributes.set("timezone", culture.office.timezone);
    if has(rng, 30) {
        // An attribute whose external namespace is the core one stands at the top.
        attributes.set(
            "pronouns",
            PRONOUNS.choose(rng).copied().unwrap_or_default(),
        );
    }
    attributes.set("externalId", okta_id);
}

fn user_type(rng: &mut impl Rng) -> &'static str {
    match rng.random_range(0..20) {
        0 => "Intern",
        1 | 2 => "Contractor",
        _ => "Employee",
    }
}

fn name(draft: &Draft, rng: &mut impl Rng) -> Value {
    let (given, family) = (draft.given.written, draft.family.written);
    let mut name = Attributes::default();
    name.set("givenName", given);
    name.set("familyName", family);
    if draft.complete || rng.random_ratio(1, 4) {
        name.set("middleName", draft.culture.given_name(rng).written);
    }
    if draft.complete || rng.random_ratio(1, 20) {
        name.set("honorificPrefix", "Dr.");
    }
    if draft.complete || rng.random_ratio(1, 30) {
        name.set("honorificSuffix", "Jr.");
    }
    name.set("formatted", draft.culture.full_name(given, family));
    name.0.into()
}

fn contact(attributes: &mut Attributes, draft: &Draft, rng: &mut impl Rng) {
    let office = &draft.culture.office;
    let mut emails = vec![json!({ "primary": true, "value": draft.user_name, "type": "work" })];
    if draft.complete || rng.random_ratio(1, 5) {
        let value = format!("{}.{}@mail.example", draft.given.login(), draft.number);
        emails.push(json!({ "primary": false, "value": value, "type": "home" }));
    }
    attributes.set("emails", emails);
    let extension = rng.random_range(100..1000);
    let mut phones = vec![
        json!({ "primary": true, "value": format!("{} {extension}", office.phone), "type": "work" }),
    ];
    if draft.complete || rng.random_ratio(3, 5) {
        let value = format!("{} {}", office.phone, rng.random_range(1000..10_000));
        phones.push(json!({ "primary": false, "value": value, "type": "mobile" }));
    }
    attributes.set("phoneNumbers", phones);
    attributes.set("addresses", vec![address(draft, rng)]);
}

fn address(draft: &Draft, rng: &mut impl Rng) -> Value {
    let office = &draft.culture.office;
    let mut address = Attributes::default();
    address.set("primary", true);
    // Without a street Okta's default mapping sends no address type either.
    if draft.complete || rng.random_ratio(4, 5) {
        address.set("type", "work");
        address.set("streetAddress", office.street);
        let formatted = format!(
            "{}\n{} {}\n{}",
            office.street, office.postal_code, office.locality, office.region
        );
        address.set("formatted", formatted);
    }
    address.set("locality", office.locality);
    address.set("region", office.region);
    address.set("postalCode", office.postal_code);
    address.set("country", draft.culture.country);
    address.0.into()
}

fn enterprise(draft: &Draft, company: &Company) -> Value {
    let department = draft.department;
    let mut extension = Attributes::default();
    extension.set("employeeNumber", employee_number(draft.number));
    extension.set("costCenter", department.cost_center);
    extension.set("organization", company.name);
    extension.set("division", department.division);
    extension.set("department", department.name);
    if let Some(manager) = &draft.manager {
        // SCIM 1.1 names it managerId (enterprise extension); SCIM 2.0 made it value.
        let manager =
            json!({ "managerId": manager.employee_number, "displayName": manager.display_name });
        extension.set("manager", manager);
    }
    extension.0.into()
}

/// One attribute of each type that an admin can add: text, whole number, number, boolean, array, object.
fn custom(draft: &Draft, rng: &mut impl Rng) -> Value {
    let skills = rng.random_range(1..=3);
    let skills: Vec<_> = SKILLS.sample(rng, skills).copied().collect();
    let mut custom = Attributes::default();
    custom.set(
        "badge",
        format!("{}-{:05}", draft.culture.country, draft.number),
    );
    custom.set("floor", rng.random_range(1..=12));
    custom.set("workload", f64::from(rng.random_range(2..=4)) / 4.0);
    custom.set("remote", rng.random_bool(0.4));
    custom.set("skills", skills);
    if draft.complete {
        custom.set(
            "shirt",
            json!({ "size": SHIRTS.choose(rng), "fitted": rng.random_bool(0.5) }),
        );
    }
    custom.0.into()
}
