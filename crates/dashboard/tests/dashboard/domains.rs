//! An organization's domains, on its settings page.

use rstest::rstest;

use crate::organizations::create;
use crate::support::{Database, TestApp};

/// The paths that the page's forms of that kind lead to.
fn actions(page: &str, kind: &str) -> Vec<String> {
    let forms = page.split("action=\"").skip(1);
    let paths = forms.filter_map(|rest| rest.split('"').next());
    let wanted = paths.filter(|path| path.contains("/domains/") && path.ends_with(kind));
    wanted.map(str::to_owned).collect()
}

#[rstest]
#[tokio::test]
async fn domains_are_added_looked_for_and_removed(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let path = create(&browser, "Contoso").await;
    let (settings, domains) = (format!("{path}/settings"), format!("{path}/domains"));
    let id = path.rsplit('/').next().unwrap();
    let page = browser.page(&settings).await;
    assert!(page.contains("No domain yet") && page.contains(id));

    let added = browser
        .post(
            &domains,
            &[("domain", "Contoso.Example"), ("proof", "manual")],
        )
        .await;
    assert_eq!(added.leads_to(), settings);
    let page = browser.page(&settings).await;
    assert!(page.contains("Added contoso.example."));
    assert!(page.contains("Verified") && !page.contains("TXT record <code>"));

    let pending = [("domain", "contoso.test"), ("proof", "dns")];
    browser.post(&domains, &pending).await.leads_to();
    let page = browser.page(&settings).await;
    assert!(page.contains("TXT record <code>rollcall-domain-verification-"));
    let look = actions(&page, "/verify");
    assert_eq!(look.len(), 1);
    assert_eq!(browser.post(&look[0], &[]).await.leads_to(), settings);

    for remove in actions(&page, "/remove") {
        assert_eq!(browser.post(&remove, &[]).await.leads_to(), settings);
        assert_eq!(browser.post(&remove, &[]).await.status, 404);
    }
    assert!(browser.page(&settings).await.contains("No domain yet"));
}

#[rstest]
#[tokio::test]
async fn what_is_no_domain_of_the_organization_is_said_beside_the_field(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    let (_, browser) = app.signed_in("Ada").await;
    let (first, second) = (
        create(&browser, "Contoso").await,
        create(&browser, "Globex").await,
    );
    let (mine, theirs) = (format!("{first}/domains"), format!("{second}/domains"));
    for wrong in ["", "localhost", "gmail.com", "<b>.example"] {
        let page = browser.post(&mine, &[("domain", wrong)]).await.with(422);
        assert!(page.contains("id=\"domain-error\""), "{wrong}");
        assert!(!page.contains("<b>.example"));
    }
    let claim = [("domain", "contoso.example"), ("proof", "manual")];
    browser.post(&mine, &claim).await.leads_to();
    let page = browser.post(&mine, &claim).await.with(422);
    assert!(page.contains("has the domain contoso.example already"));
    let page = browser.post(&theirs, &claim).await.with(422);
    assert!(page.contains("is verified for another organization"));
    // One organization's domain is none of another's.
    let page = browser.page(&format!("{first}/settings")).await;
    let remove = actions(&page, "/remove").remove(0);
    let astray = remove.replace(&first, &second);
    assert_eq!(browser.post(&astray, &[]).await.status, 404);
}
