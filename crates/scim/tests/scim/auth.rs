use rollcall_store::directory_token;
use rstest::rstest;

use crate::support::{Database, TestApp};

#[rstest]
#[tokio::test]
async fn a_token_is_taken_however_it_was_pasted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let token = &app.directory.token;
    for pasted in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER   {token} "),
        format!("Bearer Bearer {token}"),
        token.clone(),
    ] {
        let mut client = app.okta.clone();
        client.authorization = Some(pasted);
        client.get("/Users?startIndex=1&count=2").await.list();
    }
}

#[rstest]
#[tokio::test]
async fn every_refusal_is_the_same_and_says_what_to_do(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (other, _) = app.another("Other").await;
    let mut details = Vec::new();
    for key in ["nosuchkey", "a%00b", "%20", "%E2%80%A2", &"x".repeat(5_000)] {
        let mut no_endpoint = app.okta.clone();
        no_endpoint.base = format!("{}/scim/v1.1/{key}", app.server.url);
        details.push(no_endpoint.get("/Users").await.error(401));
    }
    for authorization in [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer nonsense".to_owned()),
        Some(format!("Basic {}", app.directory.token)),
        Some(format!("Bearer {}x", app.directory.token)),
        Some(format!("Bearer {}", other.token)),
    ] {
        let mut client = app.okta.clone();
        client.authorization = authorization;
        let refused = client.get("/Users").await;
        assert!(
            refused.headers["www-authenticate"]
                .to_str()
                .unwrap()
                .starts_with("Bearer")
        );
        details.push(refused.error(401));
    }
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");
    assert!(
        details[0].contains("bearer token") && details[0].contains("paste"),
        "{details:?}"
    );
    assert_eq!(
        app.events().await,
        ["dsync.token.created"],
        "a refused call links nothing"
    );
}

#[rstest]
#[tokio::test]
async fn tokens_work_side_by_side_until_revoked_or_expired(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    use secrecy::ExposeSecret as _;
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let directory = app.directory.directory.clone();
    let owner = directory.clone();
    let second = app
        .database
        .store
        .write(move |tx| directory_token::create(tx, &owner))
        .await
        .unwrap();
    let mut rotated = app.okta.clone();
    rotated.authorization = Some(format!("Bearer {}", second.secret.expose_secret()));
    rotated.get("/Users").await.list();
    app.okta.get("/Users").await.list();
    let now = app.database.store.now();
    let id = directory.id.clone();
    let live = app
        .database
        .store
        .read(move |conn| directory_token::live(conn, &id, now))
        .await
        .unwrap();
    let old = live
        .into_iter()
        .find(|token| token.id != second.token.id)
        .unwrap()
        .id;
    let (owner, ends) = (
        directory.clone(),
        now.plus(std::time::Duration::from_mins(1)),
    );
    let id = second.token.id.clone();
    app.database
        .store
        .write(move |tx| directory_token::expire_at(tx, &owner, &id, ends))
        .await
        .unwrap();
    rotated.get("/Users").await.list();
    app.database
        .clock
        .advance(std::time::Duration::from_secs(61));
    rotated.get("/Users").await.error(401);
    app.okta.get("/Users").await.list();
    app.database
        .store
        .write(move |tx| directory_token::revoke(tx, &directory, &old))
        .await
        .unwrap();
    app.okta.get("/Users").await.error(401);
}

#[rstest]
#[tokio::test]
async fn the_first_call_links_the_directory_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let calls = (0..8).map(|_| app.okta.get("/Users?startIndex=1&count=2"));
    for answer in futures_util::future::join_all(calls).await {
        answer.list();
    }
    assert_eq!(
        app.events().await,
        ["dsync.token.created", "dsync.activated"]
    );
}
