//! A provider that does whatever comes to its mind, by SCIM, and knows what it did.

use rand::rngs::StdRng;
use rand::seq::IteratorRandom as _;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use reqwest::{Client, Method, StatusCode};
use rollcall_testkit::TestDirectory;
use serde_json::{Value, json};

use crate::application::id;
use crate::support::Server;

const SCHEMA: &str = "urn:scim:schemas:core:1.0";
/// Members that come or go at once, at most.
const CROWD: usize = 5;

/// What it has made and not deleted, and how it decides.
pub(crate) struct Provider {
    client: Client,
    endpoint: String,
    token: String,
    random: StdRng,
    users: Vec<Value>,
    groups: Vec<String>,
    made: usize,
}

impl Provider {
    /// The provider of a directory; the same seed does the same.
    pub(crate) fn of(directory: &TestDirectory, server: &Server, seed: u64) -> Self {
        Self {
            client: Client::new(),
            endpoint: server.endpoint(directory),
            token: directory.token.clone(),
            random: StdRng::seed_from_u64(seed),
            users: Vec::new(),
            groups: Vec::new(),
            made: 0,
        }
    }

    /// The same provider, calling another process.
    pub(crate) fn move_to(&mut self, directory: &TestDirectory, server: &Server) {
        self.endpoint = server.endpoint(directory);
    }

    /// Does one thing.
    pub(crate) async fn act(&mut self) {
        match self.random.random_range(0..24) {
            0..=3 => drop(self.create_user().await),
            4 => drop(self.make_user(false).await),
            5..=7 => self.update_user().await,
            8 => self.repeat_user().await,
            9..=10 => self.switch_user().await,
            11 => self.delete_user().await,
            12..=13 => self.create_group().await,
            14 => self.rename_group().await,
            15..=18 => self.add_members().await,
            19..=21 => self.remove_members().await,
            22 => self.replace_members().await,
            _ => self.delete_group().await,
        }
    }

    /// Creates a person; gives the id.
    pub(crate) async fn create_user(&mut self) -> String {
        self.make_user(true).await
    }

    async fn make_user(&mut self, active: bool) -> String {
        self.made += 1;
        let user = json!({
            "schemas": [SCHEMA],
            "userName": format!("person{}@example.com", self.made),
            "externalId": format!("00u{}", self.made),
            "name": { "givenName": "Grace", "familyName": "Okonjo" },
            "emails": [{ "value": format!("person{}@example.com", self.made), "primary": true, "type": "work" }],
            "active": active,
        });
        let made = self.call(Method::POST, "/Users", Some(&user)).await;
        let mut user = user;
        user["id"] = made["id"].clone();
        self.users.push(user);
        id(&made).to_owned()
    }

    async fn update_user(&mut self) {
        let number = self.random.next_u32();
        let Some(user) = self.any_user() else { return };
        user["title"] = format!("Title {}", number % 5).into();
        user["name"]["familyName"] = format!("Family {}", number % 7).into();
        let user = user.clone();
        self.put_user(&user).await;
    }

    /// Pushes what is there already.
    async fn repeat_user(&mut self) {
        let Some(user) = self.any_user() else { return };
        let user = user.clone();
        self.put_user(&user).await;
    }

    async fn put_user(&self, user: &Value) {
        let path = format!("/Users/{}", id(user));
        self.call(Method::PUT, &path, Some(user)).await;
    }

    async fn switch_user(&mut self) {
        let Some(user) = self.any_user() else { return };
        let active = !user["active"].as_bool().unwrap();
        user["active"] = active.into();
        let path = format!("/Users/{}", id(user));
        let body = json!({ "schemas": [SCHEMA], "active": active });
        self.call(Method::PATCH, &path, Some(&body)).await;
    }

    async fn delete_user(&mut self) {
        let Some(place) = (0..self.users.len()).choose(&mut self.random) else {
            return;
        };
        let user = self.users.swap_remove(place);
        let path = format!("/Users/{}", id(&user));
        self.call(Method::DELETE, &path, None).await;
    }

    async fn create_group(&mut self) {
        self.made += 1;
        let members = self.crowd(None);
        let name = format!("Group {}", self.made);
        let group = json!({ "schemas": [SCHEMA], "displayName": name, "members": members });
        let made = self.call(Method::POST, "/Groups", Some(&group)).await;
        self.groups.push(id(&made).to_owned());
    }

    async fn rename_group(&mut self) {
        let name = format!("Renamed {}", self.random.random_range(0..1000));
        let body = json!({ "schemas": [SCHEMA], "displayName": name });
        self.change_group(Method::PATCH, body).await;
    }

    async fn add_members(&mut self) {
        let members = self.crowd(None);
        let body = json!({ "schemas": [SCHEMA], "members": members });
        self.change_group(Method::PATCH, body).await;
    }

    async fn remove_members(&mut self) {
        let members = self.crowd(Some("delete"));
        let body = json!({ "schemas": [SCHEMA], "members": members });
        self.change_group(Method::PATCH, body).await;
    }

    async fn replace_members(&mut self) {
        let members = self.crowd(None);
        let name = format!("Replaced {}", self.random.random_range(0..1000));
        let body = json!({ "schemas": [SCHEMA], "displayName": name, "members": members });
        self.change_group(Method::PUT, body).await;
    }

    async fn delete_group(&mut self) {
        let Some(place) = (0..self.groups.len()).choose(&mut self.random) else {
            return;
        };
        let path = format!("/Groups/{}", self.groups.swap_remove(place));
        self.call(Method::DELETE, &path, None).await;
    }

    async fn change_group(&mut self, method: Method, body: Value) {
        let Some(group) = self.groups.iter().choose(&mut self.random) else {
            return;
        };
        let path = format!("/Groups/{group}");
        self.call(method, &path, Some(&body)).await;
    }

    fn any_user(&mut self) -> Option<&mut Value> {
        self.users.iter_mut().choose(&mut self.random)
    }

    /// Some people as members, perhaps nobody.
    fn crowd(&mut self, operation: Option<&str>) -> Vec<Value> {
        let size = self.random.random_range(0..=CROWD);
        let some = self.users.iter().sample(&mut self.random, size);
        some.into_iter()
            .map(|user| match operation {
                Some(operation) => json!({ "value": id(user), "operation": operation }),
                None => json!({ "value": id(user) }),
            })
            .collect()
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = self
            .client
            .request(method.clone(), format!("{}{path}", self.endpoint))
            .bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        if status == StatusCode::NO_CONTENT || text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text).unwrap()
    }
}
