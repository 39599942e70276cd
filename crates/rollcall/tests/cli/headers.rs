//! The headers that no answer goes without, whichever role gives it and whatever was wrong.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use rollcall_testkit::{Database, TestDirectory, TestStore};
use serde_json::Value;

use crate::support::{PATIENCE, Server, api_key, run, stdout};

const PUBLIC_URL: [&str; 2] = ["--public-url", "https://sync.example.com"];
/// What may be kept by browsers: files that are the same for everybody.
const FILES: [&str; 3] = ["/static/", "/api-reference", "/openapi.json"];

fn check(headers: &HeaderMap, what: &str) {
    let of = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_else(|| panic!("{what} goes without {name}: {headers:?}"))
    };
    let policy = of("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(of("x-content-type-options"), "nosniff", "{what}");
    assert!(
        ["same-origin", "no-referrer"].contains(&of("referrer-policy")),
        "{what}"
    );
    assert_eq!(
        of("strict-transport-security"),
        "max-age=31536000",
        "{what}"
    );
    assert_eq!(of("cross-origin-resource-policy"), "same-origin", "{what}");
    let path = what.split(' ').nth(1).unwrap_or_default();
    if !FILES.iter().any(|file| path.starts_with(file)) {
        assert_eq!(of("cache-control"), "no-store", "{what}");
    }
    for telling in ["server", "x-powered-by"] {
        assert!(!headers.contains_key(telling), "{what}: {headers:?}");
    }
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// Sends a request and looks at its answer.
async fn look(request: RequestBuilder, what: &str) -> Response {
    let answer = request.send().await;
    let answer = answer.unwrap_or_else(|error| panic!("{what}: {error}"));
    check(answer.headers(), what);
    answer
}

fn routes() -> Vec<(Method, String)> {
    let routes: Vec<Value> = serde_json::from_str(&stdout(&run(&["routes", "--json"]))).unwrap();
    let route = |route: &Value| {
        let path = route["path"].as_str().unwrap().replace(['{', '}'], "");
        (route["method"].as_str().unwrap().parse().unwrap(), path)
    };
    routes.iter().map(route).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_every_role_answers_with_them() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let routes = routes();
    let mut answers = 0;
    for role in [
        "dashboard,api,scim,worker",
        "dashboard",
        "api",
        "scim",
        "worker",
    ] {
        let more = [&["--role", role][..], &PUBLIC_URL].concat();
        let server = Server::start_at(&test.url_text, &more);
        let client = client();
        for (method, path) in &routes {
            let url = format!("{}{path}", server.url);
            for method in [method.clone(), Method::HEAD, Method::TRACE] {
                let what = format!("{method} {path} of {role}");
                let request = client.request(method, &url);
                look(request.header("sec-fetch-site", "same-origin"), &what).await;
                answers += 1;
            }
        }
        for path in [
            "/",
            "/nothing",
            "/nothing/here.php",
            "/%ff",
            "/..%2f",
            "//",
            "/healthz/",
        ] {
            for accept in ["text/html", "application/json"] {
                let what = format!("GET {path} of {role}");
                let request = client.get(format!("{}{path}", server.url));
                look(request.header(ACCEPT, accept), &what).await;
                answers += 1;
            }
        }
    }
    assert!(answers > 1_000, "{answers}");
}

/// A server with a directory, and credentials for it.
struct World {
    client: Client,
    server: Server,
    directory: TestDirectory,
    key: String,
    _store: TestStore,
}

impl World {
    async fn new() -> Self {
        let store = TestStore::new(Database::Sqlite).await.unwrap();
        let directory = store.directory("Contoso").await;
        Self {
            client: client(),
            key: api_key(&store, &directory).await,
            server: Server::start_at(&store.url_text, &PUBLIC_URL),
            directory,
            _store: store,
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url);
        self.client.request(method, url)
    }

    /// A request of a page of the dashboard itself.
    fn form(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.request(method, path);
        request.header("sec-fetch-site", "same-origin")
    }

    fn api(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.request(method, path).bearer_auth(&self.key);
        request.header(CONTENT_TYPE, "application/json")
    }

    fn users(&self) -> String {
        let key = &self.directory.directory.endpoint_key;
        format!("/scim/v1.1/{key}/Users")
    }

    fn scim(&self, method: Method) -> RequestBuilder {
        let request = self.request(method, &self.users());
        let request = request.bearer_auth(&self.directory.token);
        request.header(CONTENT_TYPE, "application/json")
    }
}

/// A body of that size.
fn large(megabytes: usize) -> String {
    format!("{{\"name\":\"{}\"}}", "x".repeat(megabytes << 20))
}

/// Sends each request, and looks at its answer. None of them is for a file.
async fn look_at_all<const N: usize>(requests: [(&str, RequestBuilder, u16); N]) {
    for (what, request, status) in requests {
        let answer = look(request, &what.replace(' ', "_")).await;
        assert_eq!(answer.status().as_u16(), status, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_of_pages_are_answered_with_them() {
    let world = World::new().await;
    let form = |text: String| {
        let request = world.form(Method::POST, "/login").body(text);
        request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    let elsewhere = world.request(Method::POST, "/login");
    look_at_all([
        (
            "from elsewhere",
            elsewhere.header("sec-fetch-site", "cross-site"),
            403,
        ),
        (
            "another kind",
            world.form(Method::POST, "/login").body("email=a"),
            415,
        ),
        ("half a form", form("email=a".to_owned()), 400),
        ("a large form", form("x".repeat(70_000)), 413),
        ("no such method", world.form(Method::DELETE, "/login"), 404),
        (
            "no such health check",
            world.form(Method::DELETE, "/healthz"),
            404,
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn good_and_wrong_calls_of_the_api_are_answered_with_them() {
    let world = World::new().await;
    let create = || world.api(Method::POST, "/organizations");
    look_at_all([
        ("a good one", world.api(Method::GET, "/directories"), 200),
        ("no key", world.request(Method::GET, "/directories"), 401),
        (
            "no such thing",
            world.api(Method::GET, "/directories/directory_1"),
            404,
        ),
        ("no such path", world.api(Method::GET, "/nothing"), 404),
        (
            "no such method",
            world.api(Method::PATCH, "/directories"),
            405,
        ),
        ("broken JSON", create().body("{"), 400),
        ("wrong fields", create().body("{}"), 422),
        ("a large body", create().body(large(2)), 413),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn good_and_wrong_calls_of_scim_are_answered_with_them() {
    let world = World::new().await;
    let xml = world.scim(Method::GET).header(ACCEPT, "application/xml");
    look_at_all([
        ("a good one", world.scim(Method::GET), 200),
        ("no token", world.request(Method::GET, &world.users()), 401),
        ("no key", world.request(Method::GET, "/scim"), 404),
        ("no such method", world.scim(Method::DELETE), 405),
        ("XML", xml, 406),
        ("broken JSON", world.scim(Method::POST).body("{"), 400),
        (
            "a large body",
            world.scim(Method::POST).body(large(17)),
            413,
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_nobody_is_told_to_keep_to_it() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let server = Server::start(&test.url_text);
    for path in ["/healthz", "/login", "/directories", "/scim", "/nothing"] {
        let answer = client().get(format!("{}{path}", server.url));
        let answer = answer.send().await.unwrap();
        assert!(
            !answer.headers().contains_key("strict-transport-security"),
            "{path}"
        );
        assert_eq!(
            answer.headers()["x-content-type-options"],
            "nosniff",
            "{path}"
        );
    }
}

/// What cannot be read as a request is refused before any role sees it, by a status alone: there is
/// nothing in the answer that a header could protect.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_gets_a_status_and_nothing_else() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let server = Server::start(&test.url_text);
    let address = server.url.strip_prefix("http://").unwrap();
    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(200 * 1024));
    for (sent, status) in [
        ("nothing like it\r\n\r\n", StatusCode::BAD_REQUEST),
        (
            "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            StatusCode::BAD_REQUEST,
        ),
        (
            "GET / HTTP/1.1\r\nBad Header\r\n\r\n",
            StatusCode::BAD_REQUEST,
        ),
        (&head, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        ("GET / HTTP/1.1\r\nHost: x\r\n", StatusCode::REQUEST_TIMEOUT),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // It may answer and close before it has read all.
        let _ = stream.write_all(sent.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with(&format!("HTTP/1.1 {}", status.as_str())),
            "{head}"
        );
        assert_eq!(body, "", "{head}");
    }
}
