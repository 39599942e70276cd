//! What an index finds is what a walk through the directory finds.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Database, TestApp, refs};

const PEOPLE: usize = 40;
const FILTERS: usize = 150;

/// Few values, so that conditions are met often: in several cases, with blanks, beyond ASCII.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "A",
        "b c",
        "Ça",
        "ça",
        "ß",
        "İ",
        "x@EXAMPLE.com",
        "%",
        "'",
    ];
    proptest::sample::select(words.to_vec()).prop_map(str::to_owned)
}

fn person(number: usize) -> impl Strategy<Value = Value> {
    let optional = || proptest::option::of(word());
    let emails = proptest::collection::vec((word(), any::<bool>()), 0..3);
    (word(), optional(), optional(), optional(), any::<bool>(), emails).prop_map(
        move |(name, external, display, title, active, emails)| {
            let emails: Vec<Value> = emails
                .into_iter()
                .map(|(value, primary)| json!({ "value": value, "primary": primary }))
                .collect();
            // Every third keeps the bare word, if it is still free.
            let user_name = if number.is_multiple_of(3) { name } else { format!("{name}{number}") };
            json!({
                "userName": user_name, "externalId": external, "displayName": display, "title": title,
                "active": active, "emails": emails,
            })
        },
    )
}

fn user_filter(ids: Vec<String>) -> impl Strategy<Value = String> {
    let texts = [
        "userName",
        "externalId",
        "displayName",
        "emails",
        "emails.value",
        "title",
        "id",
        "Emails.Value",
    ];
    let text = (
        proptest::sample::select(texts.to_vec()),
        proptest::sample::select(&["eq", "eq", "eq", "sw", "co", "ge"][..]),
        word(),
    )
        .prop_map(|(path, operator, value)| format!("{path} {operator} {}", json!(value)));
    let id = proptest::sample::select(ids).prop_map(|id| format!("id eq \"{id}\""));
    let active = any::<bool>().prop_map(|active| format!("active eq {active}"));
    combined(prop_oneof![4 => text, 1 => id, 1 => active, 1 => Just("title pr".to_owned())])
}

fn group_filter(members: Vec<String>) -> impl Strategy<Value = String> {
    let texts = ["displayName", "externalId", "members.display"];
    let text = (
        proptest::sample::select(texts.to_vec()),
        proptest::sample::select(&["eq", "sw"][..]),
        word(),
    )
        .prop_map(|(path, operator, value)| format!("{path} {operator} {}", json!(value)));
    let member = (
        proptest::sample::select(&["members", "members.value"][..]),
        proptest::sample::select(members),
    )
        .prop_map(|(path, id)| format!("{path} eq \"{id}\""));
    combined(prop_oneof![text, member])
}

fn combined(leaf: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    leaf.prop_recursive(3, 8, 2, |inner| {
        (
            inner.clone(),
            inner,
            prop_oneof![3 => Just("and"), 1 => Just("or")],
        )
            .prop_map(|(left, right, word)| format!("({left}) {word} ({right})"))
    })
}

fn draw<T>(runner: &mut TestRunner, strategy: &impl Strategy<Value = T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

async fn ids(app: &TestApp, resources: &str, filter: &str) -> (Value, Vec<Value>) {
    let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
    let query = format!("/{resources}?attributes=id&count=1000&filter={filter}");
    let list = app.okta.get(&query).await.list();
    let rows = list["Resources"].as_array().unwrap().iter();
    (
        list["totalResults"].clone(),
        rows.map(|row| row["id"].clone()).collect(),
    )
}

/// No index serves "or", so the doubled filter is answered by a walk.
async fn agrees(app: &TestApp, resources: &str, filter: &str) -> usize {
    let planned = ids(app, resources, filter).await;
    let walked = ids(app, resources, &format!("({filter}) or ({filter})")).await;
    assert_eq!(planned, walked, "{filter}");
    planned.1.len()
}

#[rstest]
#[tokio::test]
async fn an_index_and_a_walk_find_the_same(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mut runner = TestRunner::default();
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let person = draw(&mut runner, &person(number));
        let answer = app.okta.post("/Users", &person).await;
        if answer.status == 201 {
            people.push(answer.json()["id"].as_str().unwrap().to_owned());
        }
    }
    for number in 0..8 {
        let some: Vec<&str> = people
            .iter()
            .skip(number)
            .step_by(number + 2)
            .map(String::as_str)
            .collect();
        let (name, external) = (draw(&mut runner, &word()), draw(&mut runner, &word()));
        let group = json!({ "displayName": name, "externalId": external, "members": refs(&some) });
        app.okta.post("/Groups", &group).await.created();
    }
    let (of_users, of_groups) = (user_filter(people.clone()), group_filter(people));
    let mut found = 0;
    for _ in 0..FILTERS {
        found += agrees(&app, "Users", &draw(&mut runner, &of_users)).await;
        found += agrees(&app, "Groups", &draw(&mut runner, &of_groups)).await;
    }
    assert!(
        found > FILTERS,
        "the filters find too little to prove anything: {found}"
    );
}
