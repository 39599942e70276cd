//! Fields that no form has, fields said twice, and methods that no route takes.

use reqwest::Method;
use rollcall_dashboard::ROUTES;
use rstest::rstest;

use super::forms::FORMS;
use super::percent;
use super::world::World;
use crate::support::{Answer, Database, TestApp};

/// What a clever sender adds, in the hope that it is copied into a row.
const ADDED: &[(&str, &str)] = &[
    ("id", "org_00000000000000000000000001"),
    ("workspace_id", "workspace_00000000000000000000000001"),
    ("organization_id", "org_00000000000000000000000001"),
    ("member_id", "member_00000000000000000000000001"),
    ("role", "owner"),
    ("verified", "true"),
    ("state", "verified"),
    ("endpoint_key", "chosen"),
    ("secret", "chosen"),
    ("token", "chosen"),
    ("created_at", "0"),
    ("password_hash", "chosen"),
];

/// Whatever is added to a form, the database holds what the plain form makes, id for id.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_no_form_has_is_copied_nowhere(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(world) = World::new(database).await else {
        return;
    };
    for form in FORMS.iter().filter(|form| form.path != "/logout") {
        let path = world.fill_in(form.path);
        let fields = [form.fields, ADDED].concat();
        let answer = world.owner.post(&path, &fields).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.body);
    }
    let contents = world.app.database.contents(&[]).await;
    for (table, rows) in &contents {
        for row in rows {
            for (_, value) in ADDED.iter().filter(|(_, value)| value.len() > 5) {
                let copied = row.contains(value) && !["owner", "verified"].contains(value);
                assert!(!copied, "{value} is in {table}: {row}");
            }
        }
    }
    let domains = &contents["organization_domains"];
    assert!(
        domains.iter().all(|row| !row.contains("'verified'")),
        "{domains:?}"
    );
}

/// Two values of one field could be read one way by a proxy and the other way here.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_said_twice_is_refused() {
    let world = World::new(Database::Sqlite).await.unwrap();
    let path = world.fill_in("/w/{workspace}/organizations/{organization}/rename");
    let twice = [("name", "Fabrikam"), ("name", "Northwind")];
    let page = world.owner.post(&path, &twice).await.with(400);
    assert!(page.contains("<h1>This request was not understood</h1>"));
    // Nor is one in the address as good as one in the form.
    let answer = world
        .owner
        .post(&format!("{path}?name=Fabrikam"), &[])
        .await;
    answer.with(400);
    let place = world.fill_in("/w/{workspace}/organizations/{organization}");
    assert!(world.owner.page(&place).await.contains("<h1>Contoso</h1>"));
}

/// Nothing is done by GET, and what a route does not take it does not do.
#[tokio::test(flavor = "multi_thread")]
async fn a_route_takes_its_own_methods_and_no_others() {
    let world = World::new(Database::Sqlite).await.unwrap();
    let before = world
        .app
        .database
        .contents(&["throttles", "sessions"])
        .await;
    for form in FORMS {
        let path = world.fill_in(form.path);
        let pairs = form.fields.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", percent(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        let is_page = ROUTES
            .iter()
            .any(|route| route.method == "GET" && route.path == form.path);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE] {
            let request = world
                .owner
                .request(method.clone(), &format!("{path}?{query}"));
            let answer = world.owner.send(request).await;
            let may = is_page && [Method::GET, Method::HEAD].contains(&method);
            assert_eq!(
                answer.status == 200 || answer.status == 303,
                may,
                "{method} {path}"
            );
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let request = world.owner.request(method.clone(), &path);
            let request = request.header("sec-fetch-site", "same-origin");
            let answer = world.owner.send(request.form(form.fields)).await;
            assert!(
                [404, 405].contains(&answer.status.as_u16()),
                "{method} {path}"
            );
        }
    }
    let after = world
        .app
        .database
        .contents(&["throttles", "sessions"])
        .await;
    assert_eq!(before, after);
}

/// Every kind of answer: pages, files, sent on, refused, not there, too large.
async fn answers(world: &World) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    let pages = ROUTES.iter().filter(|route| route.method == "GET");
    for path in pages.map(|route| world.fill_in(route.path)) {
        let path = path
            .replace("{version}/{path:.*}", "x")
            .replace("{secret}", "x");
        let request = world.owner.request(Method::GET, &path);
        let request = request.header("origin", "https://evil.example.net");
        answers.push((path, world.owner.send(request).await));
    }
    let page = world.owner.page("/account").await;
    for attribute in ["href=\"/static/", "src=\"/static/"] {
        for rest in page.split(attribute).skip(1) {
            let path = format!("/static/{}", rest.split(['"', '#']).next().unwrap());
            let answer = world.owner.get(&path).await;
            answers.push((path, answer));
        }
    }
    let large = "x".repeat(100_000);
    for (path, name) in [
        ("/login", "email"),
        ("/nothing", "x"),
        ("/account/email", "x"),
    ] {
        let answer = world.owner.post(path, &[(name, &large)]).await;
        answers.push((path.to_owned(), answer));
    }
    assert!(answers.len() > 60, "only {}", answers.len());
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_it_is() {
    let world = World::new(Database::Sqlite).await.unwrap();
    for (path, answer) in answers(&world).await {
        let Some(kind) = answer.headers.get("content-type") else {
            assert_eq!(answer.body, "", "{path}");
            continue;
        };
        let kind = kind.to_str().unwrap();
        let is_text = kind.starts_with("text/");
        assert!(
            !is_text || kind.ends_with("; charset=utf-8"),
            "{path}: {kind}"
        );
        let is_page = answer.body.starts_with("<!doctype html>");
        assert_eq!(is_page, kind.starts_with("text/html"), "{path}: {kind}");
    }
}

/// No answer lets another site read it, runs as a script of theirs, or says what it was made by.
#[tokio::test(flavor = "multi_thread")]
async fn no_answer_opens_itself_to_other_origins() {
    let world = World::new(Database::Sqlite).await.unwrap();
    for (path, answer) in answers(&world).await {
        for name in answer.headers.keys() {
            let name = name.as_str();
            let opens = name.starts_with("access-control-");
            let tells = ["server", "via", "x-powered-by"].contains(&name);
            assert!(!opens && !tells, "{name} of {path}");
        }
        let policy = &answer.headers["cross-origin-resource-policy"];
        assert_eq!(policy, "same-origin", "{path}");
        let version = env!("CARGO_PKG_VERSION");
        let tells = answer.body.contains(&format!("Rollcall {version}"));
        assert!(!tells && !answer.body.contains("actix"), "{path}");
    }
}

/// A form is a form: nothing is guessed from a body of another kind.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_kind_is_refused() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let path = "/w/ada/organizations";
    for (kind, body) in [
        ("application/json", r#"{"name":"Contoso"}"#),
        ("text/plain", "name=Contoso"),
        (
            "application/xml",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><name>&e;</name>",
        ),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nContoso\r\n--x--",
        ),
    ] {
        let request = browser
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind);
        let answer = browser.send(request.body(body)).await;
        assert!(
            [400, 415].contains(&answer.status.as_u16()),
            "{kind}: {}",
            answer.status
        );
    }
    assert!(browser.page(path).await.contains("No organizations yet"));
}
