//! Workspaces, as those who make, change, leave and delete them see it.

mod ends;
mod making;
mod settings;

use crate::support::{Browser, hidden};

const SETTINGS: &str = "/w/ada/settings";

/// Makes a workspace; where that leads.
async fn create(browser: &Browser, name: &str) -> String {
    let page = browser.page("/workspaces/new").await;
    let form = [("name", name), ("form_key", &hidden(&page, "form_key"))];
    browser
        .post("/workspaces", &form)
        .await
        .leads_to()
        .to_owned()
}
