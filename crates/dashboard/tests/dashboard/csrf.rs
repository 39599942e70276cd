use reqwest::Method;
use rollcall_dashboard::ROUTES;
use rstest::rstest;

use crate::support::{Database, TestApp};

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
