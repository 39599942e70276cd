//! `/organization_domains`.

use insta::assert_json_snapshot;
use rollcall_store::ids::{Id as _, OrganizationDomainId};
use rollcall_store::organization_domain;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Database, TestApp, id, shape};

fn new(app: &TestApp, domain: &str) -> Value {
    json!({ "organization_id": app.directory.organization.id, "domain": domain })
}

/// As a worker does that finds the record.
async fn find_record(app: &TestApp, domain_id: &str) {
    let workspace = app.directory.workspace.id.clone();
    let id = OrganizationDomainId::parse(domain_id).unwrap();
    let verified: Result<(), organization_domain::Error> = app
        .database
        .store
        .write(move |tx| {
            let domain = organization_domain::find(tx, &workspace, &id)?.unwrap();
            organization_domain::verify(tx, &domain)
        })
        .await;
    verified.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_domain_waits_for_its_record(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let made = app
        .client
        .post("/organization_domains", &new(&app, "Acme.Example"))
        .await
        .json(201);
    let prefix = made["verification_prefix"].as_str().unwrap();
    assert!(
        prefix.starts_with("rollcall-domain-verification-"),
        "{prefix}"
    );
    assert_json_snapshot!("organization_domain", shape(&made));
    let path = format!("/organization_domains/{}", id(&made));
    assert_eq!(app.client.get(&path).await.json(200), made);
    let of = format!("/organizations/{}", app.directory.organization.id);
    assert_eq!(
        app.client.get(&of).await.json(200)["domains"],
        json!([made])
    );

    // Asked for again, it is looked at once more, and looks as before.
    let verify = format!("{path}/verify");
    let started = app.client.post(&verify, &json!({})).await.json(201);
    assert_eq!(started, made);
    find_record(&app, &id(&made)).await;
    assert_eq!(app.client.get(&path).await.json(200)["state"], "verified");
    let again = app.client.post(&verify, &json!({})).await;
    assert_eq!(again.code(400), "domain_already_verified");
}

#[rstest]
#[tokio::test]
async fn a_domain_is_an_organizations_once_and_no_other_has_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let mine = new(&app, "acme.example");
    let path = "/organization_domains";
    let made = app.client.post(path, &mine).await.json(201);
    assert_eq!(
        app.client.post(path, &mine).await.code(409),
        "domain_already_exists"
    );
    // Another organization may try too, as long as nobody has it.
    let rival = app
        .client
        .post("/organizations", &json!({ "name": "Rival" }))
        .await
        .json(201);
    let theirs = json!({ "organization_id": id(&rival), "domain": "acme.example" });
    let tried = app.client.post(path, &theirs).await.json(201);
    find_record(&app, &id(&made)).await;
    let tried = app
        .client
        .get(&format!("{path}/{}", id(&tried)))
        .await
        .json(200);
    assert_eq!(tried["state"], "failed");
    let verify = format!("{path}/{}/verify", id(&tried));
    assert_eq!(
        app.client.post(&verify, &json!({})).await.code(409),
        "domain_already_exists"
    );
    let claim = json!({ "name": "Late", "domain_data": [{ "domain": "acme.example", "state": "verified" }] });
    assert_eq!(
        app.client.post("/organizations", &claim).await.code(409),
        "domain_already_exists"
    );
    let (of, claim) = (
        format!("/organizations/{}", id(&rival)),
        json!({ "domains": ["acme.example"] }),
    );
    assert_eq!(
        app.client.put(&of, &claim).await.code(409),
        "domain_already_exists"
    );

    app.client
        .delete(&format!("{path}/{}", id(&made)))
        .await
        .empty(204);
    let claimed = app.client.put(&of, &claim).await.json(200);
    assert_eq!(claimed["domains"][0]["state"], "verified");
    assert_eq!(claimed["domains"][0]["id"], tried["id"]);
    app.publish().await;
    let told = app.client.get("/events?limit=100&events=organization_domain.verified,organization_domain.verification_failed,organization_domain.deleted").await.json(200);
    let told: Vec<_> = told["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            (
                event["event"].as_str().unwrap(),
                event["data"]["domain"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("organization_domain.verification_failed", None),
            ("organization_domain.verified", Some("acme.example")),
            ("organization_domain.deleted", Some("acme.example")),
            ("organization_domain.verified", Some("acme.example")),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn what_is_no_domain_of_an_organization_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let path = "/organization_domains";
    let problems = app.client.post(path, &json!({})).await.problems();
    let codes: Vec<_> = problems.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["domain_required", "organization_id_required"]);
    for domain in [
        "gmail.com",
        "localhost",
        "192.0.2.1",
        "https://acme.example/",
        "a b.example",
        "",
    ] {
        let problems = app.client.post(path, &new(&app, domain)).await.problems();
        assert_eq!(
            problems,
            [("domain".to_owned(), "domain_invalid".to_owned())],
            "{domain}"
        );
    }
    let nowhere = json!({ "organization_id": "org_nobody", "domain": "acme.example" });
    assert_eq!(
        app.client.post(path, &nowhere).await.code(404),
        "entity_not_found"
    );
    let (_, intruder) = app.another("Intruder").await;
    let refused = intruder.post(path, &new(&app, "acme.example")).await;
    assert_eq!(refused.code(404), "entity_not_found");
    app.client
        .delete(&format!("{path}/org_domain_nothing"))
        .await
        .error(404);
}
