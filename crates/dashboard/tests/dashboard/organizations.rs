use rstest::rstest;

use crate::support::{Browser, Database, TestApp, hidden, link, value};

const LIST: &str = "/w/ada/organizations";

/// Makes an organization; its page's path.
pub(crate) async fn create(browser: &Browser, name: &str) -> String {
    let page = browser.page(&format!("{LIST}/new")).await;
    let form = [("name", name), ("form_key", &hidden(&page, "form_key"))];
    browser.post(LIST, &form).await.leads_to().to_owned()
}

fn rows(page: &str) -> usize {
    page.matches("<th scope=\"row\">").count()
}

#[rstest]
#[tokio::test]
async fn an_organization_is_made_renamed_and_deleted(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    assert!(browser.page(LIST).await.contains("No organizations yet"));
    let path = create(&browser, "  Contoso  ").await;
    let page = browser.page(&path).await;
    assert!(page.contains("Created “Contoso”"));
    assert!(page.contains("<h1>Contoso</h1>"));
    assert_eq!(
        link(&page, "Add Directory"),
        format!("{path}/directories/new")
    );
    assert!(browser.page(LIST).await.contains("No directory"));

    let renamed = browser
        .post(&format!("{path}/rename"), &[("name", "Contoso Ltd")])
        .await;
    assert_eq!(renamed.leads_to(), path);
    assert!(browser.page(&path).await.contains("<h1>Contoso Ltd</h1>"));

    let delete = format!("{path}/delete");
    let page = browser.page(&format!("{path}/settings")).await;
    assert!(page.contains("removes 0 directories, 0 users and 0 groups"));
    for wrong in ["", "contoso ltd", "Contoso"] {
        let page = browser
            .post(&delete, &[("confirmation", wrong)])
            .await
            .with(422);
        assert!(page.contains("Nothing was deleted"), "{wrong}");
    }
    let deleted = browser
        .post(&delete, &[("confirmation", "Contoso Ltd")])
        .await;
    assert_eq!(deleted.leads_to(), LIST);
    assert_eq!(browser.get(&path).await.status, 404);
    assert!(browser.page(LIST).await.contains("Deleted “Contoso Ltd”"));
}

#[rstest]
#[tokio::test]
async fn a_form_sent_twice_makes_one_organization(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let page = browser.page(&format!("{LIST}/new")).await;
    let key = hidden(&page, "form_key");
    let form = [("name", "Contoso"), ("form_key", key.as_str())];
    let (first, second) = tokio::join!(browser.post(LIST, &form), browser.post(LIST, &form));
    assert_eq!(first.leads_to(), second.leads_to());
    assert_eq!(rows(&browser.page(LIST).await), 1);
}

#[rstest]
#[tokio::test]
async fn lists_are_searched_and_paged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (workspace, browser) = app.signed_in("Ada").await;
    for number in 0..60 {
        app.database
            .organization(&workspace, &format!("Customer {number:02}"))
            .await;
    }
    let first = browser.page(LIST).await;
    assert_eq!(rows(&first), 25);
    assert!(first.contains("Customer 00") && !first.contains("Customer 25"));
    assert!(!first.contains("rel=\"prev\""));
    let second = browser.page(&link_to(&first, "next")).await;
    assert!(second.contains("Customer 25") && second.contains("Customer 49"));
    let third = browser.page(&link_to(&second, "next")).await;
    assert_eq!(rows(&third), 10);
    assert!(!third.contains("rel=\"next\""));
    let back = browser.page(&link_to(&third, "prev")).await;
    assert!(back.contains("Customer 25") && back.contains("Customer 49"));

    let found = browser.page(&format!("{LIST}?q=CUSTOMER%203")).await;
    assert_eq!(rows(&found), 10);
    let nothing = browser.page(&format!("{LIST}?q=%3Cb%3E%25")).await;
    assert!(nothing.contains("No organizations match “&#60;b&#62;%”."));
    assert!(nothing.contains("Clear search"));
    let unknown_cursor = browser.page(&format!("{LIST}?after=org_nonsense")).await;
    assert!(unknown_cursor.contains("Customer 00"));
}

fn link_to(page: &str, rel: &str) -> String {
    let (_, rest) = page.split_once(&format!("rel=\"{rel}\" href=\"")).unwrap();
    rest.split_once('"').unwrap().0.replace("&#38;", "&")
}

#[tokio::test]
async fn a_refused_name_comes_back_with_what_is_wrong() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let long = "x".repeat(201);
    for (name, error) in [
        ("  ", "Enter the organization’s name."),
        (long.as_str(), "Use at most 200 characters."),
        ("a\tb", "Use one line of ordinary characters."),
    ] {
        let page = browser.post(LIST, &[("name", name)]).await.with(422);
        assert!(page.contains(error), "{error}");
        assert!(page.contains("aria-invalid=\"true\""));
        assert_eq!(value(&page, "name").trim(), name.trim());
    }
    assert!(browser.page(LIST).await.contains("No organizations yet"));
}
