//! `/organizations`.

use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Client, Database, TestApp, id, shape};

pub(crate) async fn make(client: &Client, body: Value) -> Value {
    client.post("/organizations", &body).await.json(201)
}

#[rstest]
#[tokio::test]
async fn an_organization_is_made_with_all_that_it_can_have(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = json!({
        "name": " Foo Corp ",
        "external_id": "foo/1",
        "stripe_customer_id": "cus_R9qWAGMQ6nGE7V",
        "metadata": { "tier": "gold", "region": "eu", "ignored": null },
        "allow_profiles_outside_organization": true,
        "domain_data": [
            { "domain": "Foo-Corp.example", "state": "verified" },
            { "domain": "bücher.example", "state": "pending" },
        ],
    });
    let made = make(&app.client, body).await;
    assert_json_snapshot!("organization", shape(&made));
    let path = format!("/organizations/{}", id(&made));
    assert_eq!(app.client.get(&path).await.json(200), made);
    let by_external_id = app.client.get("/organizations/external_id/foo%2F1").await;
    assert_eq!(by_external_id.json(200), made);

    app.publish().await;
    let told = app
        .client
        .get("/events?events=organization.created,organization_domain.created,organization_domain.verified")
        .await
        .json(200);
    let told = told["data"].as_array().unwrap();
    let names: Vec<_> = told
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        names[1..],
        [
            "organization.created",
            "organization_domain.created",
            "organization_domain.verified",
            "organization_domain.created"
        ]
    );
    assert_json_snapshot!("organization_created", shape(&told[1]));
}

#[rstest]
#[tokio::test]
async fn an_organization_with_a_name_alone_has_every_key(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = json!({ "name": "Foo Corp", "external_id": null, "metadata": null, "domain_data": null, "domains": [] });
    let made = make(&app.client, body).await;
    assert_eq!(made["domains"], json!([]));
    assert_eq!(made["metadata"], json!({}));
    assert_eq!(made["external_id"], Value::Null);
    assert_eq!(made["allow_profiles_outside_organization"], false);
    assert!(made.get("stripe_customer_id").is_none());
    // One that was made in the dashboard looks the same.
    let path = format!("/organizations/{}", app.directory.organization.id);
    let shown = app.client.get(&path).await.json(200);
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&shown), keys(&made));
}

#[rstest]
#[tokio::test]
async fn what_is_left_out_of_a_change_stays(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let body = json!({
        "name": "Foo Corp",
        "external_id": "foo-1",
        "metadata": { "tier": "gold", "region": "eu" },
        "domains": ["foo.example", "bar.example"],
    });
    let made = make(&app.client, body).await;
    let path = format!("/organizations/{}", id(&made));
    let put = |body: Value| {
        let (client, path) = (app.client.clone(), path.clone());
        async move { client.put(&path, &body).await.json(200) }
    };
    assert_eq!(
        put(json!({})).await,
        made,
        "nothing changed, not even the time"
    );
    app.database
        .clock
        .advance(std::time::Duration::from_secs(1));
    let renamed = put(json!({ "name": "Foo", "stripe_customer_id": "cus_1" })).await;
    assert_eq!(
        (&renamed["name"], &renamed["external_id"]),
        (&json!("Foo"), &json!("foo-1"))
    );
    assert_eq!(renamed["stripe_customer_id"], "cus_1");
    assert_eq!(renamed["domains"], made["domains"]);
    assert_ne!(renamed["updated_at"], made["updated_at"]);

    let merged = put(json!({ "metadata": { "tier": null, "seats": "5" } })).await;
    assert_eq!(merged["metadata"], json!({ "region": "eu", "seats": "5" }));
    let cleared = put(json!({ "metadata": {}, "external_id": null })).await;
    assert_eq!(
        (&cleared["metadata"], &cleared["external_id"]),
        (&json!({}), &Value::Null)
    );

    let wanted = json!({ "domain_data": [
        { "domain": "bar.example", "state": "verified" },
        { "domain": "new.example", "state": "pending" },
    ] });
    let replaced = put(wanted.clone()).await;
    assert_eq!(replaced["domains"][0], made["domains"][1], "keeps its id");
    assert_eq!(replaced["domains"][1]["domain"], "new.example");
    assert_eq!(replaced["domains"].as_array().unwrap().len(), 2);
    assert_eq!(put(wanted).await, replaced);
    assert_eq!(
        put(json!({ "domain_data": [] })).await["domains"],
        json!([])
    );
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_domain_and_by_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let acme = app.directory.organization.id.to_string();
    let foo = id(&make(
        &app.client,
        json!({ "name": "Foo 100% GmbH", "domains": ["foo.example", "foo.test"] }),
    )
    .await);
    let pending = json!([{ "domain": "bar.example", "state": "pending" }]);
    let bar = id(&make(
        &app.client,
        json!({ "name": "Bar ÄG", "domain_data": pending }),
    )
    .await);
    let ids = |query: &str| {
        let (client, path) = (app.client.clone(), format!("/organizations?{query}"));
        async move { client.ids(&path).await }
    };
    assert_eq!(ids("").await, [&*bar, &*foo, &*acme]);
    assert_eq!(ids("order=asc&limit=2").await, [&*acme, &*foo]);
    assert_eq!(ids("order=normal").await, [&*bar, &*foo, &*acme]);
    assert_eq!(
        ids("domains=foo.example%2Cbar.example").await,
        [&*bar, &*foo]
    );
    assert_eq!(ids("domains=foo.example,foo.test").await, [&*foo]);
    assert_eq!(
        ids("domains[]=FOO.example.&domains[]=nobody.example").await,
        [&*foo]
    );
    assert_eq!(ids("domains=localhost").await, [""; 0]);
    assert_eq!(ids("search=100%25").await, [&*foo]);
    assert_eq!(ids("search=%C3%A4g").await, [&*bar]);
    assert_eq!(ids("search=foo&domains=bar.example").await, [""; 0]);
    let list = app.client.get("/organizations?search=foo").await.json(200);
    let shown = app
        .client
        .get(&format!("/organizations/{foo}"))
        .await
        .json(200);
    assert_eq!(list["data"], json!([shown]));
}

#[rstest]
#[tokio::test]
async fn pages_follow_each_other(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    for name in ["One", "Two", "Three"] {
        make(&app.client, json!({ "name": name })).await;
    }
    let all = app.client.ids("/organizations").await;
    let (first, before, after) = app.client.page("/organizations?limit=3").await;
    assert_eq!((first.as_slice(), before), (&all[..3], None));
    let next = format!("/organizations?limit=3&after={}", after.unwrap());
    let (last, before, after) = app.client.page(&next).await;
    assert_eq!((last.as_slice(), after), (&all[3..], None));
    let back = format!("/organizations?limit=2&before={}", before.unwrap());
    assert_eq!(app.client.ids(&back).await, all[1..3]);
}

#[rstest]
#[tokio::test]
async fn a_deleted_organization_takes_its_domains_and_directories_along(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = format!("/organizations/{}", app.directory.organization.id);
    let domains = json!({ "domains": ["acme.example"] });
    let shown = app.client.put(&path, &domains).await.json(200);
    app.client.delete(&path).await.empty(202);
    for gone in [
        path.clone(),
        format!("/directories/{}", app.directory.directory.id),
        format!("/organization_domains/{}", id(&shown["domains"][0])),
    ] {
        assert_eq!(app.client.get(&gone).await.code(404), "entity_not_found");
    }
    assert_eq!(app.client.delete(&path).await.code(404), "entity_not_found");
    assert_eq!(
        app.client.put(&path, &json!({})).await.code(404),
        "entity_not_found"
    );
    app.publish().await;
    let told = app
        .client
        .get("/events?events=organization.deleted,dsync.deleted,organization_domain.deleted")
        .await;
    let told = told.json(200);
    let names: Vec<_> = told["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["event"])
        .collect();
    assert_eq!(names, ["dsync.deleted", "organization.deleted"]);
    assert_eq!(told["data"][1]["data"]["domains"], shown["domains"]);
}
