use std::collections::HashSet;

use super::*;

#[test]
fn a_seed_always_makes_the_same_people() {
    assert_eq!(People::new(7).take(50), People::new(7).take(50));
    assert_ne!(People::new(7).take(50), People::new(8).take(50));
}

#[test]
fn ten_thousand_people_have_ten_thousand_user_names() {
    let people = People::new(1).take(10_000);
    let names: HashSet<_> = people
        .iter()
        .map(|person| person.user_name().to_lowercase())
        .collect();
    let ids: HashSet<_> = people.iter().map(|person| &person.okta_id).collect();
    assert_eq!((names.len(), ids.len()), (10_000, 10_000));
}

#[test]
fn the_first_person_has_the_whole_form() {
    fn leaves(value: &Value) -> usize {
        match value {
            Value::Object(object) => object.values().map(leaves).sum(),
            Value::Array(items) => items.iter().map(leaves).sum(),
            _ => 1,
        }
    }
    let person = People::new(1).next_person();
    let attributes = leaves(&Value::Object(person.profile.clone()));
    assert!(
        attributes >= 40,
        "{attributes} attributes: {:#?}",
        person.profile
    );
}

#[test]
fn people_come_from_many_places_and_report_to_somebody() {
    let people = People::new(3).take(500);
    let locales: HashSet<_> = people
        .iter()
        .map(|person| person.profile["locale"].to_string())
        .collect();
    let managed = people
        .iter()
        .filter(|person| person.profile[ENTERPRISE_URN].get("manager").is_some());
    assert!(locales.len() >= 20, "{locales:?}");
    assert!(managed.count() > 450);
}

#[test]
fn every_change_shows_in_the_profile() {
    let mut people = People::new(5);
    for change in [
        Change::Title,
        Change::Department,
        Change::Office,
        Change::Custom,
    ] {
        let before = people.next_person();
        let mut after = before.clone();
        people.change(&mut after, change);
        assert_ne!(before, after, "{change:?}");
        assert_eq!(before.user_name(), after.user_name());
    }
}

#[test]
fn a_new_name_is_one_that_nobody_has() {
    let mut people = People::new(5);
    let everybody = people.take(200);
    let mut person = everybody[0].clone();
    people.rename(&mut person);
    assert!(
        everybody
            .iter()
            .all(|other| other.user_name() != person.user_name())
    );
    assert_eq!(person.profile["emails"][0]["value"], person.user_name());
}

#[test]
fn emptying_reaches_nested_attributes() {
    let mut person = People::new(1).next_person();
    person.empty_attributes(Emptied::Blank);
    assert_eq!(person.profile["name"]["middleName"], "");
    assert_eq!(person.profile["phoneNumbers"], serde_json::json!([]));
    assert_eq!(person.profile[ENTERPRISE_URN]["costCenter"], "");
    assert_ne!(person.profile["name"]["givenName"], "");
}
