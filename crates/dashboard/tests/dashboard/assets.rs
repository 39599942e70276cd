use crate::support::{Database, TestApp};

#[tokio::test]
async fn files_are_kept_for_good_under_their_hash_only() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member("Ada").await;
    let browser = app.browser();
    let page = browser.page("/login").await;
    let addresses: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with("/static/"))
        .collect();
    assert!(addresses.len() > 6, "{addresses:?}");
    for address in addresses {
        let file = browser.get(address.split('#').next().unwrap()).await;
        assert_eq!(file.status, 200, "{address}");
        assert_eq!(
            file.headers["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(file.headers["x-content-type-options"], "nosniff");
    }
    let stale = browser.get("/static/0123456789abcdef/css/base.css").await;
    assert_eq!(stale.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(stale.headers["cache-control"], "no-cache");
    for path in [
        "/static/x/nothing.css",
        "/static/x/../../Cargo.toml",
        "/static/x/%2e%2e/Cargo.toml",
        "/static/",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}
