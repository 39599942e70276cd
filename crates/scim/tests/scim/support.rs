//! A server with the ingest mounted, and clients that call it as Okta does.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, USER_AGENT};
use reqwest::{Method, StatusCode};
use rollcall_scim::walks::Walks;
use rollcall_scim::{Recorder, Settings, configure};
use rollcall_store::directory_user::Profile;
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};
use rollcall_store::event;
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
pub(crate) use rollcall_testkit::Database;
use rollcall_testkit::{TestDirectory, TestServer, TestStore};
use serde_json::{Value, json};

pub(crate) const CORE: &str = "urn:scim:schemas:core:1.0";
pub(crate) const ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:1.0";

/// Of these a quarter may walk at once: as many as one directory may have.
const CONNECTIONS: u32 = 16;

/// The ingest on an empty database, one directory, and its Okta. The server stops before its database goes.
pub(crate) struct TestApp {
    pub(crate) okta: Client,
    pub(crate) directory: TestDirectory,
    pub(crate) recorder: Recorder,
    pub(crate) server: TestServer,
    pub(crate) database: TestStore,
    pub(crate) walks: Walks,
}

impl TestApp {
    /// `None` where there is no such database to test with.
    pub(crate) async fn start(database: Database) -> Option<Self> {
        let database = TestStore::new(database).await?;
        let directory = database.directory("Acme").await;
        let recorder = Recorder::start(database.store.clone());
        let (store, log) = (database.store.clone(), recorder.clone());
        let walks = Walks::new(CONNECTIONS);
        let turns = walks.clone();
        let server = TestServer::start(move |url| {
            let settings = Settings {
                hosts: EndpointHosts::new(url, Patterns::default()),
                walks: turns,
            };
            move |cfg: &mut actix_web::web::ServiceConfig| configure(cfg, &store, &log, &settings)
        });
        let okta = Client::new(&server, &directory);
        Some(Self {
            okta,
            directory,
            recorder,
            server,
            database,
            walks,
        })
    }

    /// Another directory of another customer, and its Okta.
    pub(crate) async fn another(&self, name: &str) -> (TestDirectory, Client) {
        let directory = self.database.directory(name).await;
        let client = Client::new(&self.server, &directory);
        (directory, client)
    }

    /// The names of the directory's events so far, in order.
    pub(crate) async fn events(&self) -> Vec<String> {
        self.event_rows()
            .await
            .into_iter()
            .map(|event| event.name)
            .collect()
    }

    pub(crate) async fn event_rows(&self) -> Vec<event::Event> {
        let id = self.directory.directory.id.clone();
        self.database
            .store
            .read(move |conn| event::for_directory(conn, &id, 0, 1_000))
            .await
            .unwrap()
    }

    /// The record of the answer's request, once it is written.
    pub(crate) async fn recorded(&self, answer: &Answer) -> ProvisioningRequest {
        self.recorded_in(&self.directory, answer)
            .await
            .expect("the request was recorded")
    }

    pub(crate) async fn recorded_in(
        &self,
        directory: &TestDirectory,
        answer: &Answer,
    ) -> Option<ProvisioningRequest> {
        use rollcall_store::ids::Id as _;
        self.recorder.flush().await;
        let request_id = answer.headers["x-request-id"].to_str().unwrap();
        let request_id = rollcall_store::ids::ProvisioningRequestId::parse(request_id).unwrap();
        let id = directory.directory.id.clone();
        self.database
            .store
            .read(move |conn| provisioning_request::find(conn, &id, &request_id))
            .await
            .unwrap()
    }
}

/// A caller with a base URL and a token.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) authorization: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(server: &TestServer, directory: &TestDirectory) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: EndpointHosts::new(&server.url, Patterns::default())
                .endpoint_url(&directory.directory),
            authorization: Some(format!("Bearer {}", directory.token)),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header(ACCEPT, "application/json")
            .header("accept-charset", "utf-8")
            .header(USER_AGENT, "Okta SCIM Client 1.0.0");
        match &self.authorization {
            Some(value) => request.header("authorization", value),
            None => request,
        }
    }

    /// Sends any bytes as a body, with Okta's content type.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self
            .request(method, path)
            .header(CONTENT_TYPE, "application/json; charset=utf-8");
        answer(request.body(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, body.to_string()).await
    }

    /// Okta sends a content type with a DELETE, and no body.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        answer(
            self.request(Method::DELETE, path)
                .header(CONTENT_TYPE, "application/json; charset=utf-8"),
        )
        .await
    }

    /// The rows that a filter finds, the filter written as Okta writes it.
    pub(crate) async fn find(&self, resources: &str, filter: &str) -> Vec<Value> {
        let filter = filter
            .replace('%', "%25")
            .replace(' ', "%20")
            .replace('"', "%22")
            .replace('+', "%2B")
            .replace('&', "%26");
        let list = self
            .get(&format!(
                "/{resources}?filter={filter}&startIndex=1&count=100"
            ))
            .await
            .list();
        list["Resources"].as_array().unwrap().clone()
    }

    /// Creates a user and answers its id.
    pub(crate) async fn user(&self, user_name: &str) -> String {
        self.post("/Users", &person(user_name)).await.created()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Creates a group and answers its id.
    pub(crate) async fn group(&self, name: &str, members: &[&str]) -> String {
        let body = json!({ "schemas": [CORE], "displayName": name, "members": refs(members) });
        self.post("/Groups", &body).await.created()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The ids of a group's members, sorted.
    pub(crate) async fn members(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}")).await.ok();
        let members = group["members"].as_array().unwrap().iter();
        let mut ids: Vec<_> = members
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("the server answers");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer {
        status,
        headers,
        text: response.text().await.expect("the answer ends"),
    }
}

impl Answer {
    /// The body, which must be JSON and say so.
    pub(crate) fn json(&self) -> Value {
        let content_type = self
            .headers
            .get("content-type")
            .expect("a content type")
            .to_str()
            .unwrap();
        assert!(
            content_type.starts_with("application/json"),
            "{content_type}"
        );
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    fn with_status(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The resource of a 200, at the place its headers name.
    pub(crate) fn ok(self) -> Value {
        self.resource(StatusCode::OK)
    }

    /// The resource of a 201.
    pub(crate) fn created(self) -> Value {
        self.resource(StatusCode::CREATED)
    }

    fn resource(self, status: StatusCode) -> Value {
        let headers = self.headers.clone();
        let resource = self.with_status(status);
        assert_eq!(
            resource["meta"]["location"],
            headers["location"].to_str().unwrap()
        );
        assert_eq!(
            resource["meta"]["version"],
            headers["etag"].to_str().unwrap()
        );
        assert!(resource.get("password").is_none());
        resource
    }

    /// The list of a 200, its envelope checked.
    pub(crate) fn list(self) -> Value {
        let list = self.with_status(StatusCode::OK);
        assert_eq!(list["schemas"], json!([CORE]));
        assert!(
            list["totalResults"].is_u64() && list["startIndex"].is_u64(),
            "{list}"
        );
        assert_eq!(
            list["itemsPerPage"],
            list["Resources"].as_array().unwrap().len()
        );
        list
    }

    /// The text of an error, its body checked to the letter.
    pub(crate) fn error(self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let error = self.json();
        let detail = error["detail"].as_str().expect("a detail").to_owned();
        let code = status.to_string();
        assert_eq!(
            error,
            json!({ "schemas": [CORE], "Errors": [{ "description": detail, "code": code }], "detail": detail, "status": code })
        );
        detail
    }

    /// A success without a body.
    pub(crate) fn empty(self, status: u16) {
        assert_eq!((self.status.as_u16(), self.text.as_str()), (status, ""));
    }
}

/// A person as Okta's create describes them.
pub(crate) fn person(user_name: &str) -> Value {
    json!({
        "schemas": [CORE],
        "userName": user_name,
        "name": { "givenName": "Ada", "familyName": "Example" },
        "emails": [{ "primary": true, "value": user_name, "type": "work" }],
        "displayName": "Ada Example",
        "locale": "en_US",
        "externalId": format!("00u-{user_name}"),
        "groups": [],
        "password": "k3x0pq71",
        "active": true,
    })
}

/// Members by id, as Okta lists them.
pub(crate) fn refs(ids: &[&str]) -> Value {
    ids.iter()
        .map(|id| json!({ "value": id, "display": "someone@example.com" }))
        .collect()
}

/// What Okta sends to (de)activate.
pub(crate) fn activation(id: &str, active: bool) -> Value {
    json!({ "schemas": [CORE], "id": id, "active": active })
}

/// A person as the store keeps them, for tests that need more people than requests can make in time.
pub(crate) fn profile(user_name: &str) -> Profile {
    let resource =
        json!({ "schemas": [CORE], "userName": user_name, "title": "x", "active": true });
    Profile {
        user_name: user_name.to_owned(),
        external_id: None,
        display_name: None,
        first_name: None,
        last_name: None,
        email: None,
        active: true,
        resource: resource.as_object().unwrap().clone(),
    }
}
