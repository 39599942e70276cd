//! A SCIM 1.1 server in memory, right unless it is told to be wrong in one way.

mod fault;
mod groups;
mod users;

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::middleware::Compress;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Map, Value, json};

pub(crate) use self::fault::Fault;
use self::groups::Group;

const CORE: &str = "urn:scim:schemas:core:1.0";

/// A server on a free port; it ends with the test's runtime.
pub(crate) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
}

/// What a request was, for tests of what is sent.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

#[derive(Default)]
struct State {
    fault: Fault,
    users: Vec<Map<String, Value>>,
    groups: Vec<Group>,
    issued: usize,
    single_adds: usize,
    seen: Vec<Seen>,
}

/// A status and a body, which may be empty.
type Answer = (u16, Option<Value>);

impl Server {
    pub(crate) fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            fault,
            ..State::default()
        }));
        let shared = web::Data::from(Arc::clone(&state));
        let app = move || {
            let limit = web::PayloadConfig::new(16 << 20);
            App::new()
                .wrap(Compress::default())
                .app_data(shared.clone())
                .app_data(limit)
                .default_service(web::to(handle))
        };
        let server = HttpServer::new(app)
            .workers(2)
            // A compressed answer leaves in several pieces, which would wait 40 ms for one another.
            .tcp_nodelay(true)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
        tokio::spawn(server);
        Self { port, state }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/scim/v1.1/key", self.port)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    /// Puts somebody there before Okta is connected, alone in a group.
    pub(crate) fn add_stranger(&self, user_name: &str, group_name: &str) {
        let mut state = self.state.lock().unwrap();
        let user =
            json!({ "schemas": [CORE], "userName": user_name, "title": "Auditor", "active": true });
        let (_, created) = state.create_user(user.as_object().cloned().unwrap());
        let members = json!([{ "value": created.unwrap()["id"] }]);
        let group = json!({ "displayName": group_name, "members": members });
        state.create_group(group.as_object().unwrap());
    }

    /// Changes the first person's title behind Okta's back.
    pub(crate) fn promote_first_user(&self) {
        self.state.lock().unwrap().users[0].insert("title".to_owned(), "Partner".into());
    }

    /// Takes the first person away behind Okta's back.
    pub(crate) fn forget_first_user(&self) {
        self.state.lock().unwrap().users.remove(0);
    }
}

async fn handle(
    request: HttpRequest,
    body: web::Bytes,
    state: web::Data<Mutex<State>>,
) -> HttpResponse {
    let mut state = state.lock().unwrap();
    let seen = Seen {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers: request.headers().iter().map(header).collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    state.seen.push(seen.clone());
    if let Some(refusal) = state.fault.refusal(state.seen.len()) {
        return refusal;
    }
    let (status, body) = state.answer(&seen, request.query_string());
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap());
    match body {
        Some(body) if status >= 400 && state.fault == Fault::HtmlErrors => response
            .content_type("text/html")
            .body(format!("<h1>{}</h1>", body["detail"])),
        Some(body) => response.json(body),
        None => response.finish(),
    }
}

fn header(
    (name, value): (
        &actix_web::http::header::HeaderName,
        &actix_web::http::header::HeaderValue,
    ),
) -> (String, String) {
    (name.to_string(), value.to_str().unwrap().to_owned())
}

impl State {
    fn answer(&mut self, seen: &Seen, query: &str) -> Answer {
        let path = seen
            .path
            .split('?')
            .next()
            .unwrap()
            .trim_start_matches("/scim/v1.1/key/")
            .to_owned();
        let (resource, id) = path.split_once('/').unwrap_or((&path, ""));
        let body = || serde_json::from_str::<Map<String, Value>>(&seen.body).unwrap();
        match (seen.method.as_str(), resource, id) {
            ("GET", "Users", "") => self.list_users(&Query::parse(query, &self.fault)),
            ("GET", "Groups", "") => self.list_groups(&Query::parse(query, &self.fault)),
            ("POST", "Users", "") => self.create_user(body()),
            ("POST", "Groups", "") => self.create_group(&body()),
            ("GET", "Users", id) => self.read_user(id),
            ("GET", "Groups", id) => self.read_group(id),
            ("PUT", "Users", id) => self.replace_user(id, body()),
            ("PUT", "Groups", id) => self.replace_group(id, &body()),
            ("PATCH", "Users", id) => self.patch_user(id, &body()),
            ("PATCH", "Groups", id) => self.patch_group(id, &body()),
            ("DELETE", "Groups", id) => self.delete_group(id),
            _ => error(405, "no such method here"),
        }
    }

    fn issue(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("{kind}-{:06}", self.issued)
    }
}

fn error(status: u16, text: &str) -> Answer {
    let errors = json!([{ "description": text, "code": status.to_string() }]);
    let body = json!({ "schemas": [CORE], "Errors": errors, "detail": text, "status": status.to_string() });
    (status, Some(body))
}

/// The query of a list.
struct Query {
    start: usize,
    count: usize,
    /// The value after `eq`.
    wanted: Option<String>,
}

impl Query {
    fn parse(query: &str, fault: &Fault) -> Self {
        let mut parsed = Self {
            start: 1,
            count: 100,
            wanted: None,
        };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = if *fault == Fault::PlusIsPlus {
                value.to_owned()
            } else {
                value.replace('+', " ")
            };
            let value = percent_encoding::percent_decode_str(&value)
                .decode_utf8()
                .unwrap()
                .into_owned();
            match name {
                "startIndex" => parsed.start = value.parse().unwrap(),
                "count" => parsed.count = value.parse().unwrap(),
                _ => parsed.wanted = Some(quoted(&value)),
            }
        }
        parsed
    }

    fn page(&self, mut rows: Vec<Value>, fault: &Fault) -> Answer {
        let total = rows.len();
        if *fault == Fault::UnstableOrder && self.count != 100 {
            rows.reverse();
        }
        let most = if *fault == Fault::SmallPages {
            50
        } else {
            usize::MAX
        };
        let rows: Vec<_> = rows
            .into_iter()
            .skip(self.start - 1)
            .take(self.count.min(most))
            .collect();
        let total = match fault {
            Fault::TotalOfPage => json!(rows.len()),
            Fault::TotalAsText => json!(total.to_string()),
            _ => json!(total),
        };
        let body = json!({
            "schemas": [CORE], "totalResults": total, "startIndex": self.start,
            "itemsPerPage": rows.len(), "Resources": rows,
        });
        (200, Some(body))
    }
}

/// The value of `attribute eq "value"`, its escapes undone.
fn quoted(filter: &str) -> String {
    let value = filter
        .split_once(" eq \"")
        .map_or(filter, |(_, value)| value.trim_end_matches('"'));
    value.replace("\\\"", "\"").replace("\\\\", "\\")
}
