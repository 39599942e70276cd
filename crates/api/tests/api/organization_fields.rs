//! What an organization cannot be given, and what it can although it looks odd.

use rstest::rstest;
use serde_json::{Value, json};

use crate::organizations::make;
use crate::support::{Database, TestApp, id};

#[rstest]
#[tokio::test]
async fn ids_of_the_application_are_unique_in_its_workspace(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, other) = app.another("Other").await;
    let first = json!({ "name": "First", "external_id": "1", "stripe_customer_id": "cus_1" });
    make(&app.client, first.clone()).await;
    make(&other, first).await;
    let second = id(&make(&app.client, json!({ "name": "Second" })).await);
    let path = format!("/organizations/{second}");
    for (change, code) in [
        (
            json!({ "name": "Third", "external_id": "1" }),
            "external_id_already_used",
        ),
        (
            json!({ "name": "Third", "stripe_customer_id": "cus_1" }),
            "stripe_customer_id_already_used",
        ),
    ] {
        assert_eq!(
            app.client.post("/organizations", &change).await.code(400),
            code
        );
        assert_eq!(app.client.put(&path, &change).await.code(400), code);
    }
    assert_eq!(app.client.get(&path).await.json(200)["name"], "Second");
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_is_refused_field_by_field(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/organizations/{}", app.directory.organization.id);
    let long = "a".repeat(201);
    for (body, expected) in [
        (json!({}), vec!["name_required"]),
        (
            json!({ "name": " ", "external_id": "" }),
            vec!["name_required", "external_id_invalid"],
        ),
        (json!({ "name": long }), vec!["name_too_long"]),
        (json!({ "name": "a\u{0}b" }), vec!["name_invalid"]),
        (
            json!({ "name": 7, "allow_profiles_outside_organization": "yes" }),
            vec![
                "name_invalid",
                "allow_profiles_outside_organization_invalid",
            ],
        ),
        (
            json!({ "name": "Foo", "external_id": "a".repeat(129) }),
            vec!["external_id_too_long"],
        ),
        (
            json!({ "name": "Foo", "external_id": "ü" }),
            vec!["external_id_invalid"],
        ),
        (
            json!({ "name": "Foo", "domains": "foo.example" }),
            vec!["domains_invalid"],
        ),
        (
            json!({ "name": "Foo", "domains": ["gmail.com", "localhost"] }),
            vec!["domains_0_invalid", "domains_1_invalid"],
        ),
        (
            json!({ "name": "Foo", "domain_data": { "domain": "foo.example" } }),
            vec!["domain_data_invalid"],
        ),
        (
            json!({ "name": "Foo", "domain_data": [
            { "domain": "foo.example", "state": "verified" },
            { "domain": "FOO.example", "state": "pending" },
            { "domain": "bar.example", "state": "failed" },
            { "state": "pending" },
            "bar.example",
        ] }),
            vec![
                "domain_data_1_domain_duplicate",
                "domain_data_2_state_invalid",
                "domain_data_3_domain_required",
                "domain_data_4_state_invalid",
            ],
        ),
    ] {
        let problems = app.client.post("/organizations", &body).await.problems();
        let codes: Vec<_> = problems.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(codes, expected, "{body}");
        if body.get("name").is_some() {
            let problems = app.client.put(&path, &body).await.problems();
            let codes: Vec<_> = problems.iter().map(|(_, code)| code.as_str()).collect();
            assert_eq!(codes, expected, "{body}");
        }
    }
    assert_eq!(app.client.ids("/organizations").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn metadata_has_its_limits(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let pairs = |count: usize| {
        (0..count)
            .map(|n| (n.to_string(), json!("x")))
            .collect::<serde_json::Map<_, _>>()
    };
    let fits = json!({ "name": "Fits", "metadata": pairs(50) });
    let path = format!("/organizations/{}", id(&make(&app.client, fits).await));
    for metadata in [
        json!("gold"),
        json!([]),
        json!({ "tier": 1 }),
        json!({ "tier": { "a": "b" } }),
        json!({ "": "x" }),
        json!({ "k".repeat(41): "x" }),
        json!({ "k": "x".repeat(601) }),
        Value::Object(pairs(51)),
    ] {
        let body = json!({ "name": "Foo", "metadata": metadata });
        for answer in [
            app.client.post("/organizations", &body).await,
            app.client.put(&path, &body).await,
        ] {
            assert_eq!(answer.code(400), "invalid_metadata", "{metadata}");
        }
    }
    let odd = json!({ "metadata": { "0": null, "\u{1f980}": "a\nb\u{0}" } });
    let changed = app.client.put(&path, &odd).await.json(200);
    assert_eq!(changed["metadata"]["\u{1f980}"], "a\nb\u{0}");
}

#[rstest]
#[tokio::test]
async fn an_external_id_may_hold_anything_that_a_path_can(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for (external_id, encoded) in [
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        ("a%2Fb", "a%252Fb"),
        ("a b+c?d#e", "a%20b%2Bc%3Fd%23e"),
        ("..a", "..a"),
    ] {
        let made = make(
            &app.client,
            json!({ "name": "Foo", "external_id": external_id }),
        )
        .await;
        let path = format!("/organizations/external_id/{encoded}");
        assert_eq!(app.client.get(&path).await.json(200), made, "{external_id}");
    }
    for (unknown, read) in [
        ("nobody", "nobody"),
        ("%00", "\u{0}"),
        ("%F0%9F%A6%80", "🦀"),
    ] {
        let path = format!("/organizations/external_id/{unknown}");
        let body = app.client.get(&path).await.error(404);
        assert_eq!(body["entity_id"], read);
        assert_eq!(
            body["message"],
            format!("Organization not found: '{read}'.")
        );
    }
}
