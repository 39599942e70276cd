//! Forms of pages that were left open: the session has ended, the password is long ago, what the
//! page was about is gone, or the page is of an older version.

use rollcall_store::session;
use rstest::rstest;

use super::forms::FORMS;
use super::world::World;
use crate::support::{Database, TestApp};

/// Notes of when somebody was there, and counters of attempts.
const MAY_CHANGE: &[&str] = &["throttles", "sessions"];

/// Forms for whoever comes: they need no session.
const OPEN: &[&str] = &["/theme", "/login", "/logout", "/forgot_password"];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_after_the_end_of_its_session_leads_to_signing_in(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = World::new(database).await else {
        return;
    };
    world.app.database.clock.advance(session::IDLE);
    let before = world.app.database.contents(MAY_CHANGE).await;
    for form in FORMS.iter().filter(|form| !OPEN.contains(&form.path)) {
        let answer = world.send(form.path, form.fields).await;
        let way = answer.leads_to().to_owned();
        assert!(way.starts_with("/login"), "{}: {way}", form.path);
    }
    assert_eq!(world.app.database.contents(MAY_CHANGE).await, before);
}

/// Which forms ask is written in the table of forms; all others go on.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_after_ten_minutes_asks_for_the_password_where_it_is_dangerous(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = World::new(database).await else {
        return;
    };
    world.app.database.clock.advance(session::FRESH);
    let before = world.app.database.contents(MAY_CHANGE).await;
    for form in FORMS.iter().filter(|form| form.asks) {
        let answer = world.send(form.path, form.fields).await;
        let way = answer.leads_to().to_owned();
        assert!(way.starts_with("/reauthenticate"), "{}: {way}", form.path);
    }
    assert_eq!(world.app.database.contents(MAY_CHANGE).await, before);
    for form in FORMS.iter().filter(|form| !form.asks) {
        // Nothing is filled in, so that the next one finds most things in their place.
        let answer = world.send(form.path, &[]).await;
        let way = answer.headers.get("location");
        let way = way.map_or("", |way| way.to_str().unwrap());
        assert!(!way.starts_with("/reauthenticate"), "{}", form.path);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_about_what_is_gone_is_not_found_and_does_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = World::new(database).await else {
        return;
    };
    let deletions = [
        (
            "/w/{workspace}/organizations/{organization}/delete",
            "Contoso",
        ),
        (
            "/w/{workspace}/webhooks/{endpoint}/delete",
            "https://hooks.example.com/rollcall",
        ),
    ];
    for (path, name) in deletions {
        let form = [("confirmation", name)];
        world
            .owner
            .post(&world.fill_in(path), &form)
            .await
            .leads_to();
    }
    let before = world.app.database.contents(MAY_CHANGE).await;
    let about = ["{organization}", "{directory}", "{endpoint}"];
    let stale = FORMS
        .iter()
        .filter(|form| about.iter().any(|id| form.path.contains(id)));
    let mut count = 0;
    for form in stale {
        let answer = world.send(form.path, form.fields).await;
        let page = answer.with(404);
        assert!(page.contains("<h1>Page not found</h1>"), "{}", form.path);
        count += 1;
    }
    assert!(count > 15, "only {count}");
    assert_eq!(world.app.database.contents(MAY_CHANGE).await, before);
}

/// A page of another version lacks fields, and has some that nobody knows.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_version_is_answered_in_words(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = World::new(database).await else {
        return;
    };
    for form in FORMS.iter().filter(|form| !form.fields.is_empty()) {
        let nonsense = [("colour", "green"), ("colour", "blue")];
        let answer = world.send(form.path, &nonsense).await;
        let status = answer.status.as_u16();
        assert!(status < 500, "{}: {}", form.path, answer.body);
        let has_page = answer.body.contains("<h1") || (300..400).contains(&status);
        assert!(has_page || form.path.ends_with("/export"), "{}", form.path);
    }
}

#[tokio::test]
async fn a_form_filled_in_before_keeps_what_was_typed_but_no_secret() {
    let world = World::new(Database::Sqlite).await.unwrap();
    let path = world.fill_in("/w/{workspace}/organizations");
    let long = "Fabrikam ".repeat(30);
    let page = world.owner.post(&path, &[("name", &long)]).await.with(422);
    assert!(page.contains(&format!("value=\"{}\"", long.trim_end())) || page.contains(&long));

    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let typed = "a secret that nobody repeats";
    let form = [
        ("code", typed),
        ("name", "Mira"),
        ("email", "no address"),
        ("password", typed),
        ("workspace", "Northwind"),
    ];
    let page = app.browser().post("/setup", &form).await.with(422);
    assert!(page.contains("value=\"Mira\"") && page.contains("value=\"no address\""));
    assert!(!page.contains(typed), "{page}");
}
