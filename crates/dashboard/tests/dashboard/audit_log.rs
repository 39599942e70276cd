//! The audit log as the dashboard writes and shows it.

use rollcall_store::audit;
use rollcall_store::workspace::Role;
use rstest::rstest;
use serde_json::Value;

use crate::organizations::create;
use crate::support::{Browser, Database, PASSWORD, TestApp, email};

const LOG: &str = "/w/ada/audit-log";

/// The actions of the whole log, the newest first, as the export tells them.
async fn exported(browser: &Browser) -> Vec<Value> {
    let answer = browser
        .post(&format!("{LOG}/export"), &[("format", "json")])
        .await;
    assert_eq!(answer.headers["content-type"], "application/json");
    serde_json::from_str(&answer.with(200)).unwrap()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    let actions = entries.iter().map(|entry| entry["action"].as_str());
    actions.map(Option::unwrap).collect()
}

#[rstest]
#[tokio::test]
async fn what_is_done_in_the_dashboard_is_written_down(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(app) = TestApp::start(database).await else {
        return;
    };
    app.member("Ada").await;
    let browser = app.browser();
    browser.sign_in(&email("Ada"), "not the password").await;
    browser.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    let path = create(&browser, "Contoso").await;
    let renamed = browser
        .post(&format!("{path}/rename"), &[("name", "Contoso Ltd")])
        .await;
    let request_id = renamed.headers["x-request-id"].to_str().unwrap().to_owned();
    browser
        .post(&format!("{path}/rename"), &[("name", "Contoso Ltd")])
        .await
        .leads_to();
    browser
        .post(
            &format!("{path}/delete"),
            &[("confirmation", "Contoso Ltd")],
        )
        .await
        .leads_to();
    let entries = exported(&browser).await;
    assert_eq!(
        actions(&entries),
        [
            "audit_log.exported",
            "organization.deleted",
            "organization.updated",
            "organization.created",
            "member.signed_in",
            "member.sign_in_failed",
            "member.added",
            "workspace.created",
        ],
        "and nothing for the renaming that changed nothing"
    );
    let renaming = &entries[2];
    assert_eq!(renaming["actor_kind"], "member");
    assert_eq!(renaming["actor_name"], email("Ada"));
    assert_eq!(renaming["request_id"], request_id);
    assert_eq!(renaming["ip_address"], "127.0.0.1");
    assert_eq!(renaming["target_name"], "Contoso Ltd");
    assert_eq!(
        renaming["difference"],
        r#"{"name":{"from":"Contoso","to":"Contoso Ltd"}}"#
    );
    assert_eq!(entries[5]["actor_kind"], "nobody");
    assert_eq!(entries[5]["target_name"], email("Ada"));
    let page = browser.page(&format!("{LOG}/{}", renaming["number"])).await;
    assert!(page.contains("<h1>Changed the organization</h1>"));
    assert!(page.contains("<td class=\"break\">Contoso</td>"));
    let verdict = app.database.store.read(audit::verify).await.unwrap();
    assert_eq!(verdict.broken, []);
}

#[tokio::test]
async fn the_log_is_filtered_and_paged() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let mut last = String::new();
    for number in 0..30 {
        last = create(&browser, &format!("Customer {number}")).await;
    }
    let page = browser.page(LOG).await;
    assert!(page.contains("Customer 29") && !page.contains("Customer 2<"));
    let older = format!("{LOG}?after=9");
    assert!(page.contains(&format!("rel=\"next\" href=\"{older}\"")));
    assert!(browser.page(&older).await.contains("Created the workspace"));
    let id = last.rsplit('/').next().unwrap();
    let about = browser.page(&format!("{LOG}?about={id}")).await;
    assert_eq!(about.matches("<th scope=\"row\">").count(), 1);
    let signed_in = browser
        .page(&format!("{LOG}?action=member.signed_in"))
        .await;
    assert!(signed_in.contains("Signed in") && !signed_in.contains("Customer"));
    let nothing = browser.page(&format!("{LOG}?about=eve@example.com")).await;
    assert!(nothing.contains("No entries match this filter."));
    for wrong in [
        "action=eaten",
        "from=yesterday",
        "from=2026-01-03T00:00&until=2026-01-02T00:00",
    ] {
        browser.get(&format!("{LOG}?{wrong}")).await.with(422);
    }
}

#[tokio::test]
async fn an_export_holds_no_formula_and_is_written_down() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    create(&browser, "=HYPERLINK(\"http://evil.example.net\")").await;
    let export = format!("{LOG}/export");
    let form = [("format", "csv"), ("action", "organization.created")];
    let answer = browser.post(&export, &form).await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        answer.headers["content-disposition"],
        "attachment; filename=\"audit-log-ada.csv\""
    );
    let text = answer.with(200);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("number,id,created_at,"));
    assert!(
        lines[1].contains(",\"'=HYPERLINK(\"\"http://evil.example.net\"\")\","),
        "{text}"
    );
    let entries = exported(&browser).await;
    assert_eq!(actions(&entries)[1], "audit_log.exported");
    assert_eq!(
        entries[1]["difference"],
        r#"{"format":{"from":null,"to":"csv"},"action":{"from":null,"to":"organization.created"}}"#
    );
    browser
        .post(&export, &[("format", "csv"), ("from", "x")])
        .await
        .with(422);
}

#[tokio::test]
async fn an_address_that_is_nobodys_is_not_kept() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    let (_, browser) = app.signed_in("Ada").await;
    let typed = "my-secret-password@example.com";
    app.browser().sign_in(typed, "x").await.with(422);
    let verdict = app.database.store.read(audit::verify).await.unwrap();
    assert_eq!((verdict.chains, verdict.broken.len()), (2, 0));
    let entries = exported(&browser).await;
    assert!(!actions(&entries).contains(&"member.sign_in_failed"));
    let folder = app.database.url.sqlite_path().unwrap();
    for suffix in ["", "-wal"] {
        let bytes = std::fs::read(format!("{}{suffix}", folder.display())).unwrap_or_default();
        let found = bytes
            .windows(typed.len())
            .any(|part| part == typed.as_bytes());
        assert!(!found, "the address stands in the database{suffix}");
    }
}

#[tokio::test]
async fn only_admins_read_the_log() {
    let app = TestApp::start(Database::Sqlite).await.unwrap();
    app.member_as("Ada", Role::Operator).await;
    let browser = app.browser();
    browser.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    assert!(!browser.page("/w/ada/organizations").await.contains(LOG));
    for path in [LOG.to_owned(), format!("{LOG}/1")] {
        let page = browser.get(&path).await.with(403);
        assert!(page.contains("“Read and export the audit log” takes the role admin"));
    }
}
