//! Invitations: mailed and shown, accepted with an old or a new account, ended, and sent twice.

mod inviting;
mod joining;

use rollcall_store::ids::WorkspaceId;
use rollcall_store::invitation;

use crate::members::LIST;
use crate::support::{Answer, Browser, TestApp, hidden, value};

const PATH: &str = "/invitation";
const NEW_PASSWORD: &str = "seven geese in a row";

async fn invite(browser: &Browser, email: &str, role: &str) -> Answer {
    let page = browser.page(&format!("{LIST}/invite")).await;
    let form_key = hidden(&page, "form_key");
    let form = [("email", email), ("role", role), ("form_key", &form_key)];
    browser.post(&format!("{LIST}/invitations"), &form).await
}

/// The path of the link that a page shows once.
fn shown_link(app: &TestApp, page: &str) -> String {
    let link = value(page, "link");
    let path = link.strip_prefix(&app.server.url);
    path.expect("the link leads to the public URL").to_owned()
}

async fn link_for(app: &TestApp, browser: &Browser, email: &str) -> String {
    let page = invite(browser, email, "viewer").await.with(201);
    shown_link(app, &page)
}

async fn make_account(browser: &Browser, name: &str) -> Answer {
    let form = [("name", name), ("password", NEW_PASSWORD)];
    browser.post(PATH, &form).await
}

async fn open(app: &TestApp, workspace: &WorkspaceId) -> usize {
    let workspace = workspace.clone();
    let open = app
        .database
        .store
        .read(move |conn| invitation::list(conn, &workspace));
    open.await.unwrap().len()
}
