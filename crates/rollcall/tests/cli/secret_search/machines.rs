//! Programs with tokens and keys: identity providers, the team's application, receivers of webhooks.

use reqwest::Method;
use serde_json::{Value, json};

use super::accounts::WORKSPACE;
use super::browser::Browser;
use super::installation::Installation;
use super::vault::PUSHED;

/// A directory with the secrets that programs have.
pub(super) struct Machines {
    scim: String,
    token: String,
    key: String,
    directory_id: String,
}

/// Makes a token, an API key and the secret of a webhook endpoint, and others in their place. The organization bears
/// a name that can be looked for.
pub(super) async fn make(at: &Installation, ada: &Browser<'_>, known: &str) -> Machines {
    let organizations = format!("{WORKSPACE}/organizations");
    let made = ada
        .post(&organizations, &[("name", known)])
        .await
        .leads_to();
    let form = [("provider", "okta scim v1.1"), ("name", "Okta")];
    let page = ada
        .post(&format!("{made}/directories"), &form)
        .await
        .with(201);
    let key = word(&page, "/scim/v1.1/");
    let directory_id = word(&page, "directory_");
    let tokens = format!("{WORKSPACE}/directories/{directory_id}/tokens");
    ada.post(&tokens, &[("overlap", "1h")]).await.with(201);
    let machines = Machines {
        scim: key,
        token: word(&page, "rc_scim_"),
        key: {
            let form = [("name", "Application"), ("lifetime", "never")];
            let page = ada.post(&format!("{WORKSPACE}/api_keys"), &form).await;
            word(&page.with(201), "sk_")
        },
        directory_id,
    };
    let webhooks = format!("{WORKSPACE}/webhooks");
    let form = [
        ("endpoint_url", &*at.receiver.url),
        ("events", "all"),
        ("rate", "100"),
    ];
    ada.post(&webhooks, &form).await.with(201);
    let endpoint = word(&ada.get(&webhooks).await.with(200), "we_");
    let rotate = format!("{webhooks}/{endpoint}/rotate");
    ada.post(&rotate, &[("overlap", "1h")]).await.with(201);
    application(at, &machines).await;
    machines
}

/// The application makes the same by the REST API.
async fn application(at: &Installation, machines: &Machines) {
    let other = format!("{}/other", at.receiver.url);
    let endpoint = json!({ "endpoint_url": other, "events": ["dsync.user.created"] });
    let made = api(at, machines, "/webhook_endpoints", &endpoint).await;
    let rotate = format!(
        "/webhook_endpoints/{}/rotate_secret",
        made["id"].as_str().unwrap()
    );
    api(at, machines, &rotate, &json!({})).await;
    let key = json!({ "name": "Another" });
    api(at, machines, "/api_keys", &key).await;
    let tokens = format!("/directories/{}/tokens", machines.directory_id);
    let (_, live) = at.call((Method::GET, &tokens), &machines.key, "").await;
    let second = live["data"][1]["id"].as_str().unwrap();
    let revoke = format!("{tokens}/{second}");
    at.call((Method::DELETE, &revoke), &machines.key, "").await;
}

async fn api(at: &Installation, machines: &Machines, path: &str, body: &Value) -> Value {
    let called = at.call((Method::POST, path), &machines.key, body.to_string());
    let (status, answer) = called.await;
    assert!((200..300).contains(&status), "{path}: {status} {answer}");
    answer
}

/// A provider that pushes passwords wherever they can stand, and shows its token where it should not.
pub(super) async fn provider(at: &Installation, machines: &Machines, known: &str) {
    let secret = || at.vault.invent(PUSHED);
    let name = format!("{known}@example.com");
    let user = json!({ "userName": name, "password": secret(), "title": known });
    let users = format!("{}/Users", machines.scim);
    let (status, made) = scim(at, machines, (Method::POST, &users), &user.to_string()).await;
    assert_eq!(status, 201, "{made}");
    let own = format!("{users}/{}", made["id"].as_str().unwrap());
    let user = json!({ "userName": name, "password": secret(), "name": { "password": secret() } });
    let whole = scim(at, machines, (Method::PUT, &own), &user.to_string()).await;
    assert_eq!(whole.0, 200, "{}", whole.1);
    let part = json!({ "password": secret(), "active": true });
    let part = scim(at, machines, (Method::PATCH, &own), &part.to_string()).await;
    assert_eq!(part.0, 200, "{}", part.1);
    let data = json!({ "userName": "bulk@example.com", "password": secret() });
    let one = json!({ "method": "POST", "path": "/Users", "bulkId": "one", "data": data });
    let bulk = json!({ "schemas": ["urn:scim:schemas:core:1.0"], "Operations": [one] });
    let bulk_url = format!("{}/Bulk", machines.scim);
    scim(at, machines, (Method::POST, &bulk_url), &bulk.to_string()).await;
    for body in refused_bodies(secret) {
        scim(at, machines, (Method::POST, &users), &body).await;
    }
    for query in [
        format!("filter=password%20eq%20%22{}%22", secret()),
        format!("password={}", secret()),
        format!("access_token={}", machines.token),
    ] {
        let url = format!("{users}?{query}");
        scim(at, machines, (Method::GET, &url), "").await;
    }
    // The wrong secret at the wrong door, and one with a letter too many.
    at.call((Method::GET, &users), &machines.key, "").await;
    at.call((Method::GET, "/events"), &machines.token, "").await;
    at.call((Method::GET, &users), &format!("{}x", machines.token), "")
        .await;
    at.receiver.wait_for(1).await;
}

/// Bodies that are refused, or hold a password where none belongs.
fn refused_bodies(secret: impl Fn() -> String) -> Vec<String> {
    vec![
        format!(
            r#"{{"userName": "broken@example.com", "password": "{}""#,
            secret()
        ),
        format!(r#"{{"password": "{}", "userName": 1}}"#, secret()),
        format!(
            r#"{{"userName": "a@example.com", "password": {{"value": "{}"}}}}"#,
            secret()
        ),
        format!(
            r#"{{"userName": "b@example.com", "password": ["{}"]}}"#,
            secret()
        ),
        format!(
            r#"{{"userName": "c@example.com", "PassWord": "{}"}}"#,
            secret()
        ),
        format!(
            r#"{{"userName": "d@example.com", "urn:scim:schemas:extension:enterprise:1.0": {{"password": "{}"}}}}"#,
            secret()
        ),
        format!("userName=e@example.com&password={}", secret()),
        format!("<User><password>{}</password></User>", secret()),
    ]
}

async fn scim(
    at: &Installation,
    machines: &Machines,
    what: (Method, &str),
    body: &str,
) -> (u16, Value) {
    at.call(what, &machines.token, body.to_owned()).await
}

/// The first word of a page with that beginning.
fn word(page: &str, prefix: &str) -> String {
    let start = page
        .find(prefix)
        .unwrap_or_else(|| panic!("no {prefix} in {page}"));
    let rest = &page[start + prefix.len()..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
    format!("{prefix}{}", &rest[..end.unwrap_or(rest.len())])
}
