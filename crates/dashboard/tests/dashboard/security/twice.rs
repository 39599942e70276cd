//! A double click, and a form sent once more.

use std::collections::BTreeMap;

use rstest::rstest;

use super::forms::{FORMS, Form};
use super::world::World;
use crate::support::{Answer, Database};

/// What is counted or remembered of any request, whatever it does.
const OF_ANY_REQUEST: &[&str] = &["throttles", "sessions", "known_devices", "form_submissions"];

async fn send(world: &World, form: &Form) -> Answer {
    world.send(form.path, form.fields).await
}

/// How many rows each table has, but for those that grow by right.
async fn rows(world: &World, form: &Form) -> BTreeMap<String, usize> {
    let contents = world.app.database.contents(OF_ANY_REQUEST).await;
    let counted = contents.into_iter();
    let counted = counted.filter(|(table, _)| !form.again.contains(&table.as_str()));
    counted.map(|(table, rows)| (table, rows.len())).collect()
}

/// That an answer is one for people: done, refused beside the field, gone, or sent on.
fn is_clear(form: &Form, answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(
        [200, 201, 303, 404, 409, 410, 422].contains(&status),
        "{}: {status} {}",
        form.path,
        answer.body
    );
}

/// What is wrong with how a form takes being sent twice at once, and then once more.
async fn wrong(database: Database, form: &Form) -> Option<Vec<String>> {
    let single = World::new(database).await?;
    let first = send(&single, form).await;
    assert!(first.status.as_u16() < 400, "{}: {first:?}", form.path);
    let expected = rows(&single, form).await;
    let world = World::new(database).await?;
    let (left, right) = tokio::join!(send(&world, form), send(&world, form));
    let at_once = rows(&world, form).await;
    let third = send(&world, form).await;
    let again = rows(&world, form).await;
    for answer in [&left, &right, &third] {
        is_clear(form, answer);
    }
    let differs = |found: &BTreeMap<String, usize>| {
        let differing = expected
            .iter()
            .filter(|(table, count)| found[*table] != **count);
        differing
            .map(|(table, count)| format!("{table}: {} for {count}", found[table]))
            .collect::<Vec<_>>()
    };
    let found = [("at once", differs(&at_once)), ("again", differs(&again))];
    let wrong = found.into_iter().filter(|(_, tables)| !tables.is_empty());
    let wrong = wrong.map(|(when, tables)| format!("{} {when}: {tables:?}", form.path));
    Some(wrong.collect())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_comes_twice_does_its_work_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut all = Vec::new();
    for form in FORMS {
        let Some(wrong) = wrong(database, form).await else {
            return;
        };
        all.extend(wrong);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
