//! The API on an empty database with one directory, and applications that call it.

use std::num::NonZeroU32;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, StatusCode};
use rollcall_api::{Api, Settings};
use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::directory::Directory;
use rollcall_store::directory_group::{self, DirectoryGroup, GroupProfile};
use rollcall_store::directory_user::{self, DirectoryUser, Profile};
use rollcall_store::workspace::Workspace;
use rollcall_store::{directory, publisher};
pub(crate) use rollcall_testkit::Database;
use rollcall_testkit::{TestDirectory, TestServer, TestStore};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

/// The API, a directory, and the application of its workspace. The server stops before its database goes.
pub(crate) struct TestApp {
    pub(crate) client: Client,
    pub(crate) directory: TestDirectory,
    pub(crate) api: Api,
    pub(crate) server: TestServer,
    pub(crate) database: TestStore,
}

impl TestApp {
    /// `None` where there is no such database to test with.
    pub(crate) async fn start(database: Database) -> Option<Self> {
        Self::start_with(database, 6000).await
    }

    pub(crate) async fn start_with(database: Database, requests_per_minute: u32) -> Option<Self> {
        let database = TestStore::new(database).await?;
        let directory = database.directory("Acme").await;
        let settings = Settings {
            requests_per_minute: NonZeroU32::new(requests_per_minute).unwrap(),
            ..Settings::new("https://rollcall.example.com")
        };
        let api = Api::new(database.store.clone(), settings);
        let of_server = api.clone();
        let server = TestServer::start(move |_| {
            move |config: &mut actix_web::web::ServiceConfig| of_server.configure(config)
        });
        let key = key(&database, &directory.workspace).await;
        let client = Client::new(&server, &key);
        Some(Self {
            client,
            directory,
            api,
            server,
            database,
        })
    }

    /// Another tenant: its directory, and its application.
    pub(crate) async fn another(&self, name: &str) -> (TestDirectory, Client) {
        let directory = self.database.directory(name).await;
        let key = key(&self.database, &directory.workspace).await;
        let client = Client::new(&self.server, &key);
        (directory, client)
    }

    /// Another directory of the same organization.
    pub(crate) async fn second_directory(&self, name: &str) -> TestDirectory {
        let (workspace, organization) = (&self.directory.workspace, &self.directory.organization);
        self.database
            .directory_of(workspace, organization, name)
            .await
    }

    /// A person of the directory.
    pub(crate) async fn person(&self, user_name: &str) -> DirectoryUser {
        let profile = profile(user_name);
        self.person_of(&self.directory.directory, profile).await
    }

    pub(crate) async fn person_of(&self, of: &Directory, profile: Profile) -> DirectoryUser {
        let of = of.clone();
        let made: Result<_, directory_user::Error> = self
            .database
            .store
            .write(move |tx| directory_user::create(tx, &of, profile))
            .await;
        made.unwrap()
    }

    /// A group of the directory with these members.
    pub(crate) async fn group(&self, name: &str, members: &[&DirectoryUser]) -> DirectoryGroup {
        self.group_of(&self.directory.directory, name, members)
            .await
    }

    pub(crate) async fn group_of(
        &self,
        of: &Directory,
        name: &str,
        members: &[&DirectoryUser],
    ) -> DirectoryGroup {
        let of = of.clone();
        let profile = GroupProfile {
            display_name: name.to_owned(),
            external_id: None,
            resource: object(json!({ "displayName": name })),
        };
        let members: Vec<_> = members.iter().map(|user| user.id.clone()).collect();
        let made: Result<_, directory_group::Error> = self
            .database
            .store
            .write(move |tx| directory_group::create(tx, &of, profile, &members))
            .await;
        made.unwrap()
    }

    /// Links the directory, as its provider's first call does.
    pub(crate) async fn link(&self) {
        let directory = self.directory.directory.clone();
        let linked: Result<_, rollcall_store::Error> = self
            .database
            .store
            .write(move |tx| directory::activate(tx, &directory))
            .await;
        linked.unwrap();
    }

    /// Publishes the events so far.
    pub(crate) async fn publish(&self) {
        let publish = |tx: &mut rollcall_store::Tx<'_>| publisher::publish(tx, "test");
        let _: publisher::Publication = self.database.store.write(publish).await.unwrap();
    }
}

async fn key(database: &TestStore, workspace: &Workspace) -> String {
    let id = workspace.id.clone();
    let new = NewApiKey {
        name: "Application".to_owned(),
        created_by: None,
        expires_at: None,
    };
    let made: Result<_, rollcall_store::Error> = database
        .store
        .write(move |tx| api_key::create(tx, &id, new))
        .await;
    made.unwrap().1.expose_secret().to_owned()
}

/// A person as Okta describes them.
pub(crate) fn profile(user_name: &str) -> Profile {
    let resource = json!({
        "schemas": ["urn:scim:schemas:core:1.0"],
        "userName": user_name,
        "externalId": format!("00u-{user_name}"),
        "name": { "givenName": "Ada", "familyName": "Example" },
        "displayName": "Ada Example",
        "title": "Engineer",
        "emails": [{ "value": user_name, "type": "work", "primary": true }],
        "active": true,
        "urn:scim:schemas:extension:enterprise:1.0": { "department": "Research" },
    });
    Profile {
        user_name: user_name.to_owned(),
        external_id: Some(format!("00u-{user_name}")),
        display_name: Some("Ada Example".to_owned()),
        first_name: Some("Ada".to_owned()),
        last_name: Some("Example".to_owned()),
        email: Some(user_name.to_owned()),
        active: true,
        resource: object(resource),
    }
}

pub(crate) fn object(value: Value) -> serde_json::Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("{value} is no object")
    };
    object
}

/// An application with an API key.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) key: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(server: &TestServer, key: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: server.url.clone(),
            key: key.to_owned(),
        }
    }

    /// A request as the SDKs send it: with the key, and a content type whether there is a body or not.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header(AUTHORIZATION, format!("Bearer {}", self.key))
            .header(CONTENT_TYPE, "application/json")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).body(body.to_string())).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).body(body.to_string())).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).body(body.to_string())).await
    }

    /// The ids on a page, and the page's cursors.
    pub(crate) async fn page(&self, path: &str) -> (Vec<String>, Option<String>, Option<String>) {
        let list = self.get(path).await.json(200);
        assert_eq!(list["object"], "list");
        let ids = list["data"].as_array().unwrap().iter().map(id).collect();
        let cursor = |name: &str| {
            let cursors = list["list_metadata"].as_object().unwrap();
            cursors[name].as_str().map(str::to_owned)
        };
        (ids, cursor("before"), cursor("after"))
    }

    /// The ids on a page.
    pub(crate) async fn ids(&self, path: &str) -> Vec<String> {
        self.page(path).await.0
    }
}

pub(crate) fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let request_id = headers.get("x-request-id").map(|id| id.to_str().unwrap());
        assert!(
            request_id.is_some_and(|id| id.starts_with("req_")),
            "{text}"
        );
        Self {
            status,
            headers,
            text,
        }
    }

    /// The body, of an answer with that status.
    pub(crate) fn json(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(
            self.headers[CONTENT_TYPE], "application/json",
            "{}",
            self.text
        );
        serde_json::from_str(&self.text).unwrap()
    }

    /// The body of a refusal, which both SDKs can read.
    pub(crate) fn error(self, status: u16) -> Value {
        let body = self.json(status);
        assert!(
            body["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{body}"
        );
        assert!(body.get("error").is_none(), "{body}");
        body
    }

    /// The code of a refusal.
    pub(crate) fn code(self, status: u16) -> String {
        self.error(status)["code"].as_str().unwrap().to_owned()
    }

    /// The parameters that were refused, each with its code.
    pub(crate) fn problems(self) -> Vec<(String, String)> {
        let body = self.error(422);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let problems = body["errors"].as_array().unwrap().iter();
        problems
            .map(|problem| (text(&problem["field"]), text(&problem["code"])))
            .collect()
    }

    /// A success without a body.
    pub(crate) fn empty(self, status: u16) {
        assert_eq!((self.status.as_u16(), self.text.as_str()), (status, ""));
    }
}

/// An object with what differs between two runs blotted out: ids, keys and secrets.
pub(crate) fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("external_key", Value::String(_)) => json!("[key]"),
                    ("obfuscated_value", Value::String(_)) => json!("[obfuscated]"),
                    ("token_suffix", Value::String(_)) => json!("[suffix]"),
                    ("verification_prefix", Value::String(_)) => json!("[prefix]"),
                    ("verification_token", Value::String(_)) => json!("[token]"),
                    (_, value) => shape(value),
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(text) => json!(blotted(text)),
        other => other.clone(),
    }
}

fn blotted(text: &str) -> String {
    let is_random =
        |end: &str| end.len() >= 24 && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match text.rsplit_once(['_', '/']) {
        Some((start, end)) if is_random(end) => {
            format!("{}[random]", &text[..=start.len()])
        }
        _ => text.to_owned(),
    }
}
