use reqwest::{Method, StatusCode};
use rollcall_dashboard::ROUTES;
use rstest::rstest;

use crate::support::{Answer, Browser, Database, TestApp};

/// Which headers a form arrives with, and whether it counts. `OWN` stands for our own origin.
#[rstest]
#[case::our_own_page(&[("sec-fetch-site", "same-origin"), ("origin", "OWN")], true)]
#[case::plain_http_elsewhere(&[("origin", "OWN")], true)]
#[case::another_site(&[("sec-fetch-site", "cross-site"), ("origin", "OWN")], false)]
#[case::a_neighbouring_host(&[("sec-fetch-site", "same-site")], false)]
#[case::typed_by_hand(&[("sec-fetch-site", "none")], false)]
#[case::another_origin(&[("origin", "https://evil.example.net")], false)]
#[case::no_origin(&[("origin", "null")], false)]
#[case::nothing_said(&[], false)]
#[tokio::test]
async fn a_form_counts_only_from_our_own_pages(
    #[case] headers: &[(&str, &str)],
    #[case] counts: bool,
) {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let path = "/w/ada/organizations";
    let mut request = browser
        .request(Method::POST, path)
        .form(&[("name", "Contoso")]);
    for (name, value) in headers {
        request = request.header(*name, value.replace("OWN", &app.server.url));
    }
    let answer = browser.send(request).await;
    if counts {
        answer.leads_to();
    } else {
        assert!(answer.with(403).contains("<h1>This form was refused</h1>"));
    }
    assert_eq!(browser.page(path).await.contains("Contoso"), counts);
}

#[tokio::test]
async fn every_unsafe_route_asks() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let unsafe_routes = ROUTES.iter().filter(|route| route.method != "GET");
    for route in unsafe_routes {
        let path = route.path.replace("{workspace}", "ada");
        let answer = browser.send(browser.request(Method::POST, &path)).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    browser.page("/w/ada/organizations").await;
}

const LIST: &str = "/w/ada/organizations";

/// What a browser, or somebody who makes headers up, may say; `OWN` stands for our own origin, of
/// which the last characters are the port.
const SITES: [Option<&str>; 8] = [
    None,
    Some("same-origin"),
    Some("same-site"),
    Some("cross-site"),
    Some("none"),
    Some("Same-Origin"),
    Some("same-origin, cross-site"),
    Some(""),
];
const ORIGINS: [Option<&str>; 8] = [
    None,
    Some("OWN"),
    Some("null"),
    Some("https://evil.example.net"),
    Some("OWN0"),
    Some("OWN.evil.example.net"),
    Some("https://evil.example.net/OWN"),
    Some(""),
];
const REFERERS: [Option<&str>; 3] = [
    None,
    Some("OWN/w/ada/organizations/new"),
    Some("https://evil.example.net/"),
];

/// What one request says of where it comes from.
#[derive(Clone, Copy, Debug)]
struct From {
    site: Option<&'static str>,
    origin: Option<&'static str>,
    referer: Option<&'static str>,
}

impl From {
    fn all() -> impl Iterator<Item = Self> {
        SITES.into_iter().flat_map(|site| {
            ORIGINS.into_iter().flat_map(move |origin| {
                REFERERS.into_iter().map(move |referer| Self {
                    site,
                    origin,
                    referer,
                })
            })
        })
    }

    /// The one rule: what the browser says of the site counts, else the origin, and never the referrer.
    fn is_our_own(self) -> bool {
        self.site
            .map_or(self.origin == Some("OWN"), |site| site == "same-origin")
    }

    async fn send(self, browser: &Browser, method: &Method, own: &str) -> Answer {
        let mut request = browser.request(method.clone(), LIST);
        for (name, value) in [
            ("sec-fetch-site", self.site),
            ("origin", self.origin),
            ("referer", self.referer),
        ] {
            if let Some(value) = value {
                request = request.header(name, value.replace("OWN", own));
            }
        }
        browser.send(request.form(&[("name", "Contoso")])).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_combination_of_headers_is_judged_by_one_rule() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let stranger = app.browser();
    let own = &app.server.url;
    let mut made = 0;
    for from in From::all() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for (who, is_signed_in) in [(&browser, true), (&stranger, false)] {
                let answer = from.send(who, &method, own).await;
                if !from.is_our_own() {
                    let page = answer.with(403);
                    assert!(page.contains("<h1>This form was refused</h1>"), "{from:?}");
                } else if method != Method::POST {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {from:?}");
                } else if is_signed_in {
                    answer.leads_to();
                    made += 1;
                } else {
                    assert!(answer.leads_to().starts_with("/login"), "{from:?}");
                }
            }
        }
        // To look changes nothing, and links from other sites lead somewhere.
        for method in [Method::GET, Method::HEAD] {
            let answer = from.send(&browser, &method, own).await;
            assert_eq!(answer.status, StatusCode::OK, "{method} {from:?}");
        }
    }
    assert_eq!(
        made,
        3 * (8 + 1),
        "of 192 combinations, in POST and with a session"
    );
    let organizations = &app.database.contents(&[]).await["organizations"];
    assert_eq!(organizations.len(), made);
}
