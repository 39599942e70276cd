//! The four people that the numbered cases begin with.

use serde_json::{Value, json};

use crate::support::{CORE, Client, Database, ENTERPRISE, TestApp};

/// The ids of Alice, Bob, Carol and Dave.
pub(crate) struct People {
    pub(crate) app: TestApp,
    pub(crate) a: String,
    pub(crate) b: String,
    pub(crate) c: String,
    pub(crate) d: String,
}

impl People {
    /// A directory with these four; `None` where there is no such database to test with.
    pub(crate) async fn start(database: Database) -> Option<Self> {
        let app = TestApp::start(database).await?;
        let mut ids = Vec::new();
        for person in [alice(), bob(), carol(), dave()] {
            let created = app.okta.post("/Users", &person).await.created();
            ids.push(id(&created));
        }
        let [a, b, c, d] = ids.try_into().unwrap();
        Some(Self { app, a, b, c, d })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.app.okta
    }

    /// Alice as she is stored.
    pub(crate) async fn alice(&self) -> Value {
        self.client().get(&self.alice_path()).await.ok()
    }

    pub(crate) fn alice_path(&self) -> String {
        format!("/Users/{}", self.a)
    }

    /// What a PATCH makes of Alice.
    pub(crate) async fn patch_alice(&self, change: Value) -> Value {
        self.client().patch(&self.alice_path(), &change).await.ok();
        self.alice().await
    }
}

pub(crate) fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap().to_owned()
}

/// A resource without what a change changes by itself.
pub(crate) fn without_version(mut resource: Value) -> Value {
    let meta = resource["meta"].as_object_mut().unwrap();
    meta.remove("version");
    meta.remove("lastModified");
    resource
}

/// The values of a person's e-mail addresses, sorted.
pub(crate) fn emails(user: &Value) -> Vec<&str> {
    let mut values: Vec<&str> = user["emails"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(|email| email["value"].as_str().unwrap())
        .collect();
    values.sort_unstable();
    values
}

/// The one address marked as primary.
pub(crate) fn primary(user: &Value) -> Value {
    let emails = user["emails"].as_array().unwrap();
    let mut primary = emails.iter().filter(|email| email["primary"] == true);
    let found = primary.next().unwrap().clone();
    assert_eq!(primary.next(), None, "one primary at most");
    found
}

pub(crate) fn alice() -> Value {
    json!({
        "schemas": [CORE, ENTERPRISE], "userName": "alice", "title": "Engineer", "userType": "Employee",
        "name": { "givenName": "Alice", "familyName": "O'Malley" }, "externalId": "E1", "active": true,
        "emails": [{ "value": "alice@example.com", "type": "work", "primary": true },
                   { "value": "a@home.org", "type": "home" }],
        ENTERPRISE: { "department": "R&D", "division": "Platform" },
    })
}

fn bob() -> Value {
    json!({
        "schemas": [CORE], "userName": "Bob", "userType": "Intern", "active": false,
        "name": { "familyName": "Baker" }, "emails": [{ "value": "bob@example.org", "type": "work" }],
    })
}

fn carol() -> Value {
    json!({
        "schemas": [CORE], "userName": "carol", "title": "manager", "userType": "Employee",
        "name": { "familyName": "Zed" }, "emails": [{ "value": "carol@else.net", "type": "other" }],
    })
}

fn dave() -> Value {
    json!({
        "schemas": [CORE], "userName": "dave", "userType": "External", "nickName": "100%_sure",
        "name": { "familyName": "Adams" },
    })
}
