//! `/events`.

use std::time::Duration;

use insta::assert_json_snapshot;
use rstest::rstest;

use crate::support::{Client, Database, TestApp, id, shape};

const ALL: &str = "dsync.user.created,dsync.group.created,dsync.group.user_added";

async fn names(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/events?{query}")).await.json(200);
    let events = list["data"].as_array().unwrap().iter();
    events
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect()
}

#[rstest]
#[tokio::test]
async fn events_come_oldest_first_with_their_payload(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.link().await;
    let ada = app.person("ada@example.com").await;
    app.group("Engineering", &[&ada]).await;
    let path = "/events?events=dsync.activated,dsync.user.created,dsync.group.created,dsync.group.user_added";
    assert!(
        app.client.ids(path).await.is_empty(),
        "nothing is published yet"
    );
    app.publish().await;
    let list = app.client.get(path).await.json(200);
    assert_json_snapshot!("events", shape(&list));
}

#[rstest]
#[tokio::test]
async fn names_come_in_every_form_the_sdks_use(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let ada = app.person("ada@example.com").await;
    app.group("Engineering", &[&ada]).await;
    app.publish().await;
    let wanted = ["dsync.user.created", "dsync.group.created"];
    for query in [
        "events=dsync.user.created%2Cdsync.group.created",
        "events=dsync.user.created,dsync.group.created",
        "events[]=dsync.user.created&events[]=dsync.group.created",
        "events%5B%5D=dsync.user.created&events%5B%5D=dsync.group.created",
        "events=dsync.user.created&events=dsync.group.created",
        "events=dsync.user.created,dsync.group.created,dsync.user.created",
    ] {
        assert_eq!(names(&app.client, query).await, wanted, "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn a_reader_goes_on_where_it_stopped(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let events = "/events?events=dsync.user.created";
    for number in 0..3 {
        app.person(&format!("u{number}@example.com")).await;
    }
    app.publish().await;
    let all = app.client.ids(events).await;
    let (first, before, after) = app.client.page(&format!("{events}&limit=2")).await;
    assert_eq!(
        (&first[..], before, after),
        (&all[..2], None, Some(all[1].clone()))
    );
    let rest = app
        .client
        .page(&format!("{events}&limit=2&after={}", all[1]))
        .await;
    assert_eq!(rest, (vec![all[2].clone()], Some(all[2].clone()), None));
    let end = app.client.page(&format!("{events}&after={}", all[2])).await;
    assert_eq!(end, (vec![], None, None));
    app.person("late@example.com").await;
    app.publish().await;
    assert_eq!(
        app.client
            .ids(&format!("{events}&after={}", all[2]))
            .await
            .len(),
        1
    );
    let back = app
        .client
        .ids(&format!("{events}&limit=1&before={}", all[2]))
        .await;
    assert_eq!(back, [all[1].clone()], "the nearest one");
    let newest = app
        .client
        .ids(&format!("{events}&order=desc&limit=2&after={}", all[2]))
        .await;
    assert_eq!(newest, [all[1].clone(), all[0].clone()]);
}

#[rstest]
#[tokio::test]
async fn a_range_has_an_inclusive_start_and_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for number in 0..3 {
        app.person(&format!("u{number}@example.com")).await;
        app.publish().await;
        app.database.clock.advance(Duration::from_mins(1));
    }
    let all = app.client.ids("/events?events=dsync.user.created").await;
    let (from, until) = (
        "range_start=2026-01-02T03:05:05Z",
        "range_end=2026-01-02T03:05:05.000Z",
    );
    for (range, expected) in [
        (from.to_owned(), &all[1..]),
        (until.to_owned(), &all[..2]),
        (format!("{from}&{until}"), &all[1..2]),
        ("range_start=2030-01-01T00:00:00Z".to_owned(), &[][..]),
    ] {
        let found = app
            .client
            .ids(&format!("/events?events=dsync.user.created&{range}"))
            .await;
        assert_eq!(found, expected, "{range}");
    }
}

#[rstest]
#[tokio::test]
async fn events_of_one_organization(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let workspace = &app.directory.workspace;
    let other = app.database.organization(workspace, "Globex").await;
    let globex = app.database.directory_of(workspace, &other, "Okta").await;
    app.person("ada@example.com").await;
    app.person_of(
        &globex.directory,
        crate::support::profile("bob@example.com"),
    )
    .await;
    app.publish().await;
    let path = format!(
        "/events?events=dsync.user.created&organization_id={}",
        other.id
    );
    let list = app.client.get(&path).await.json(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(list["data"][0]["data"]["username"], "bob@example.com");
    assert!(
        app.client
            .ids("/events?events=dsync.user.created&organization_id=org_x")
            .await
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn nonsense_is_a_bad_request(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.person("ada@example.com").await;
    app.publish().await;
    let known = id(&app
        .client
        .get("/events?events=dsync.user.created")
        .await
        .json(200)["data"][0]);
    let unknown = "event_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for query in [
        String::new(),
        "events=".to_owned(),
        "events=dsync.user.exploded".to_owned(),
        format!("events={ALL}&after=event_1"),
        format!("events={ALL}&after={unknown}"),
        format!("events={ALL}&before={unknown}"),
        format!("events={ALL}&range_start=yesterday"),
        format!("events={ALL}&range_start=2026-01-02T00:00:00%2B00:00"),
        format!("events={ALL}&range_start=2026-01-02"),
        format!("events={ALL}&range_end=2026-01-02T00:00:00"),
        format!("events={ALL}&range_start=2026-01-02T00:00:00Z&range_end=2026-01-01T00:00:00Z"),
        format!("events={ALL}&range_start=2026-01-01T00:00:00Z&range_end=2026-02-01T00:00:00Z"),
        format!("events={ALL}&range_start=2026-01-01T00:00:00Z&after={known}"),
    ] {
        let refused = app.client.get(&format!("/events?{query}")).await;
        assert_eq!(refused.code(400), "invalid_events_request", "{query}");
    }
    let refused = app
        .client
        .get("/events?events=dsync.user.exploded")
        .await
        .error(400);
    let message = refused["message"].as_str().unwrap();
    assert!(message.starts_with("Invalid name parameter, received: 'dsync.user.exploded'."));
    let problems = app
        .client
        .get(&format!("/events?events={ALL}&limit=1000"))
        .await
        .problems();
    assert_eq!(problems, [("limit".to_owned(), "limit_invalid".to_owned())]);
}
