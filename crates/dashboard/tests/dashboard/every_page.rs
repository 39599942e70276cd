use reqwest::Method;
use rollcall_dashboard::{ROUTES, Who};
use rollcall_store::Error;
use rollcall_store::directory_group::{self, GroupLookup};
use rollcall_store::directory_user::{self, Lookup};
use rollcall_store::ids::ProvisioningRequestId;
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
use rstest::rstest;

use crate::events::{publish, published};
use crate::members::{id_of, invited};
use crate::people::filled;
use crate::support::{Answer, Browser, Database, TestApp};
use crate::webhooks::build;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

fn check_headers(answer: &Answer, path: &str) {
    assert_eq!(answer.headers["content-security-policy"], POLICY, "{path}");
    assert_eq!(
        answer.headers["x-content-type-options"], "nosniff",
        "{path}"
    );
    assert_eq!(answer.headers["referrer-policy"], "same-origin", "{path}");
    let kept = path.starts_with("/static/") && answer.status == 200;
    assert_eq!(
        answer.headers["cache-control"] == "no-store",
        !kept,
        "{path}"
    );
}

/// The text of the first such element, without what is marked up inside it.
fn text(page: &str, element: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("<{element}>"))
        .unwrap_or_else(|| panic!("no {element}: {page}"));
    let inner = rest.split_once(&format!("</{element}>")).unwrap().0;
    let mut inside = true;
    let shown = inner.chars().filter(|character| {
        if *character == '<' {
            inside = false;
        }
        let kept = inside;
        if *character == '>' {
            inside = true;
        }
        kept
    });
    shown.collect()
}

#[rstest]
#[tokio::test]
async fn every_page_renders_with_its_heading_in_the_title(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, browser, directory)) = filled(database, &["Grace"]).await else {
        return;
    };
    let store = &app.database.store;
    let (request_id, now): (ProvisioningRequestId, _) = (store.new_id(), store.now());
    let (own, logged) = (directory.id.clone(), request_id.clone());
    let prepared = store.write(move |tx| {
        let request = ProvisioningRequest {
            id: logged,
            directory_id: own.clone(),
            directory_token_id: None,
            method: "GET".to_owned(),
            path: "/Users".to_owned(),
            query: String::new(),
            status: 200,
            duration_micros: 1,
            summary: "Listed users".to_owned(),
            request_body: None,
            response_body: None,
            user_agent: String::new(),
            created_at: now,
        };
        provisioning_request::insert_batch(tx, &[request])?;
        let user = directory_user::list(tx, &own, &Lookup::All, 0, 1)?.remove(0);
        let group = directory_group::list(tx, &own, &GroupLookup::All, 0, 1)?.remove(0);
        Ok::<_, Error>((user.id, group.id))
    });
    let (user, group) = prepared.await.unwrap();
    let (api_key, endpoint, delivery) = build(&app, &directory).await;
    publish(&app).await;
    let event = published(&app, &directory.workspace_id).await.remove(0);
    let member = id_of(&app, "Ada").await;
    invited(&app, &directory.workspace_id, "Ada").await;
    for route in ROUTES
        .iter()
        .filter(|route| route.method == "GET" && matches!(route.who, Who::May(_)))
    {
        let path = route
            .path
            .replace("{workspace}", "ada")
            .replace(
                "{organization}",
                directory.organization_id.to_string().as_str(),
            )
            .replace("{directory}", directory.id.to_string().as_str())
            .replace("{user}", user.to_string().as_str())
            .replace("{group}", group.to_string().as_str())
            .replace("{request}", request_id.to_string().as_str())
            .replace("{api_key}", api_key.to_string().as_str())
            .replace("{endpoint}", endpoint.to_string().as_str())
            .replace("{member}", member.to_string().as_str())
            .replace("{entry}", "1")
            .replace("{delivery}", delivery.to_string().as_str())
            .replace("{event}", event.event.id.to_string().as_str());
        let answer = browser.get(&path).await;
        check_headers(&answer, &path);
        let elsewhere = match route.path {
            "/w/{workspace}" => Some("/w/ada/organizations"),
            // Of a workspace that is not deleted.
            "/w/{workspace}/deleted" => Some("/w/ada"),
            _ => None,
        };
        if let Some(place) = elsewhere {
            assert_eq!(answer.leads_to(), place);
            continue;
        }
        let page = answer.with(200);
        check_page(&page, &path);
        let head = browser.send(browser.request(Method::HEAD, &path)).await;
        assert_eq!(
            (head.status.as_u16(), head.body.as_str()),
            (200, ""),
            "HEAD {path}"
        );
    }
}

fn check_page(page: &str, path: &str) {
    assert_eq!(
        text(page, "title"),
        format!("{} · Rollcall", text(page, "h1")),
        "{path}"
    );
    assert_eq!(page.matches("<h1").count(), 1, "{path}");
    for part in [
        "<html lang=\"en\"",
        "id=\"main\"",
        "class=\"skip\"",
        "role=\"status\"",
    ] {
        assert!(page.contains(part), "{part} in {path}");
    }
    assert_eq!(
        page.matches("<table").count(),
        page.matches("<caption>").count(),
        "{path}"
    );
    assert_eq!(
        page.matches("<th ").count(),
        page.matches("scope=").count(),
        "{path}"
    );
}

#[tokio::test]
async fn every_other_answer_has_its_page_and_headers() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let stranger: Browser = app.browser();
    for (answer, status, heading) in [
        (stranger.get("/login").await, 200, "Sign in"),
        (stranger.get("/nothing").await, 404, "Page not found"),
        (stranger.get("/w/ada").await, 303, ""),
        (
            stranger.sign_in("ada@example.com", "x").await,
            422,
            "Sign in",
        ),
        (
            browser.get("/w/ada/organizations/org_x").await,
            404,
            "Page not found",
        ),
        (browser.get("/static/x/y").await, 404, "Page not found"),
        (
            browser.post("/login", &[]).await,
            400,
            "This request was not understood",
        ),
        (
            browser
                .post("/w/ada/organizations", &[("name", &"x".repeat(70_000))])
                .await,
            413,
            "Too large",
        ),
        (
            browser
                .send(browser.request(Method::DELETE, "/login"))
                .await,
            403,
            "This form was refused",
        ),
        (
            browser.send(browser.request(Method::POST, "/login")).await,
            403,
            "This form was refused",
        ),
    ] {
        assert_eq!(answer.status.as_u16(), status, "{heading}");
        check_headers(&answer, "");
        if !heading.is_empty() {
            assert_eq!(text(&answer.body, "h1"), heading);
        }
    }
}
