//! Everybody who might call a route, and what they send.

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use rollcall_store::workspace::Role;
use serde_json::{Value, json};

use super::world::{PASSWORD, Tenant, email};

/// Who calls, in the order of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    Anonymous,
    /// The owner of another workspace.
    OtherOwner,
    Member(Role),
    /// A token of another directory.
    OtherToken,
    RevokedToken,
    /// An API key of another workspace.
    OtherKey,
    /// The owner's browser, sent by another site.
    CrossSite,
    OwnToken,
    OwnKey,
}

impl Identity {
    pub(super) const ALL: [Self; 12] = [
        Self::Anonymous,
        Self::OtherOwner,
        Self::Member(Role::Viewer),
        Self::Member(Role::Operator),
        Self::Member(Role::Admin),
        Self::Member(Role::Owner),
        Self::OtherToken,
        Self::RevokedToken,
        Self::OtherKey,
        Self::CrossSite,
        Self::OwnToken,
        Self::OwnKey,
    ];

    /// Whether the table of routes lets them in; `has_id` says that the path names something of the workspace.
    pub(super) fn may(self, who: &str, is_get: bool, has_id: bool) -> bool {
        let role = Role::ALL.into_iter().find(|role| role.as_str() == who);
        match (self, who) {
            (Self::CrossSite, _) if !is_get => false,
            (_, "anyone") | (Self::Member(_) | Self::OtherOwner | Self::CrossSite, "signed in") => {
                true
            }
            (Self::OwnKey, who) => who.contains("API key"),
            (Self::OtherKey, who) => who.contains("API key") && !has_id,
            (Self::OwnToken, who) => who.contains("bearer token"),
            (Self::CrossSite, _) => role.is_some(),
            (Self::Member(own), _) => role.is_some_and(|least| rank(own) >= rank(least)),
            _ => false,
        }
    }
}

fn rank(role: Role) -> usize {
    let place = Role::ALL.into_iter().position(|other| other == role);
    Role::ALL.len() - place.unwrap()
}

/// Somebody with their credentials.
pub(super) struct Caller {
    pub(super) identity: Identity,
    client: Client,
    server: String,
    cookie: Option<String>,
    bearer: Option<String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Caller {
    pub(super) async fn new(
        identity: Identity,
        server: &str,
        (own, other): (&Tenant, &Tenant),
    ) -> Self {
        let cookie = match identity {
            Identity::OtherOwner => Some(email("other", Role::Owner)),
            Identity::Member(role) => Some(email("own", role)),
            _ => None,
        };
        let bearer = match identity {
            Identity::OtherToken => Some(&own.second_token),
            Identity::RevokedToken => Some(&own.revoked_token),
            Identity::OwnToken => Some(&own.token),
            Identity::OtherKey => Some(&other.key),
            Identity::OwnKey => Some(&own.key),
            _ => None,
        };
        let mut caller = Self {
            identity,
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            server: server.to_owned(),
            cookie: None,
            bearer: bearer.cloned(),
        };
        if let Some(email) = cookie {
            caller.cookie = Some(caller.sign_in(&email).await);
        }
        caller
    }

    /// The same browser, sent by another site.
    pub(super) fn at_another_site(&self) -> Self {
        Self {
            identity: Identity::CrossSite,
            client: self.client.clone(),
            server: self.server.clone(),
            cookie: self.cookie.clone(),
            bearer: None,
        }
    }

    async fn sign_in(&self, email: &str) -> String {
        let form = [("email", email), ("password", PASSWORD)];
        let request = self.client.post(format!("{}/login", self.server));
        let answer = request
            .header(ORIGIN, &self.server)
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "{email}");
        let cookies = answer.headers().get_all(SET_COOKIE).iter();
        let pairs = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Calls a path with fields that would change something, or with empty ones.
    pub(super) async fn call(&self, method: &str, path: &str, sends: bool) -> Answer {
        let body = match (sends, self.is_browser(path)) {
            (true, _) => full_body(path),
            (false, true) => empty_form(),
            (false, false) => json!({}),
        };
        self.call_with(method, path, &body).await
    }

    /// Whether a call of that path is a form rather than JSON.
    fn is_browser(&self, path: &str) -> bool {
        self.bearer.is_none() && !path.starts_with("/scim")
    }

    /// Calls a path with these fields: as a form in the dashboard, else as JSON.
    pub(super) async fn call_with(&self, method: &str, path: &str, body: &Value) -> Answer {
        let method: Method = method.parse().unwrap();
        let is_get = method == Method::GET;
        let url = format!("{}{path}", self.server);
        let mut request = self.client.request(method, url);
        request = match self.identity {
            Identity::CrossSite => request
                .header("sec-fetch-site", "cross-site")
                .header(ORIGIN, "https://evil.example.net"),
            _ => request.header(ORIGIN, &self.server),
        };
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        request = match (is_get, self.is_browser(path)) {
            (true, _) => request,
            (false, true) => request.form(body),
            (false, false) => request.json(body),
        };
        let answer = request.send().await.unwrap();
        Answer {
            status: answer.status().as_u16(),
            body: answer.text().await.unwrap(),
        }
    }
}

/// Every field that some form cannot do without, empty: a form that is refused for a field that is
/// missing might be so before or after what the path names was looked for.
fn empty_form() -> Value {
    json!({"name": "", "email": "", "password": "", "code": "", "workspace": "", "theme": ""})
}

/// Fields with which one call or another would do something.
fn full_body(path: &str) -> Value {
    if path.starts_with("/scim") {
        return json!({
            "schemas": ["urn:scim:schemas:core:1.0"],
            "userName": "eve@example.com",
            "displayName": "Stolen",
            "members": [],
        });
    }
    json!({
        "name": "Stolen",
        "email": "eve@example.com",
        "role": "admin",
        "from": "viewer",
        "confirmation": "own",
        "format": "csv",
        "overlap": "1h",
        "domain": "stolen.example.com",
        "endpoint_url": "https://stolen.example.com/",
        "event": "dsync.user.created",
        "since": "2026-01-01T00:00:00Z",
    })
}
