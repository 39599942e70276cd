//! People with accounts: how they come, prove who they are, change everything and ask others in.

use std::time::Duration;

use rollcall_store::Clock;
use rollcall_testkit::one_time_code;

use super::browser::{Browser, between};
use super::installation::Installation;
use super::vault::{MAIL, PASSWORD, RECOVERY_CODE, SEED};

pub(super) const ADA: &str = "ada@example.com";
pub(super) const WORKSPACE: &str = "/w/northwind";

/// The first account, with a second factor; it signs in from three browsers. Gives the first of them.
pub(super) async fn first(at: &Installation) -> Browser<'_> {
    let password = at.vault.invent(PASSWORD);
    let form = [
        ("code", &*at.setup_code),
        ("name", "Ada"),
        ("email", ADA),
        ("password", &password),
        ("workspace", "Northwind"),
    ];
    let ada = at.browser();
    ada.post("/setup", &form).await.leads_to();
    ada.post("/account/verify_email", &[]).await;
    at.mailed_link(ADA);
    let (seed, recovery_code) = enrol(at, &ada).await;

    let second = at.browser();
    sign_in(&second, ADA, &at.vault.invent(PASSWORD))
        .await
        .with(422);
    // People type passwords into the wrong field, and say them to others.
    sign_in(&second, &at.vault.invent(PASSWORD), &password)
        .await
        .with(422);
    sign_in(&second, ADA, &password).await.leads_to();
    let code = [("code", &*recovery_code)];
    second.post("/login/code", &code).await.leads_to();

    let third = at.browser();
    sign_in(&third, ADA, &password).await.leads_to();
    // The code of this half minute was used up; the next one is believed a little early.
    let soon = Clock::system().now().plus(Duration::from_secs(30));
    let code = one_time_code(&seed, soon);
    third
        .post("/login/code", &[("code", &code)])
        .await
        .leads_to();
    third.post("/logout", &[]).await.leads_to();

    let new = at.vault.invent(PASSWORD);
    let passwords = [("current_password", &*password), ("new_password", &new)];
    ada.post("/account/password", &passwords).await.leads_to();
    ada
}

/// Sets an authenticator app up; gives the seed and a recovery code.
async fn enrol(at: &Installation, browser: &Browser<'_>) -> (String, String) {
    let page = browser.get("/account/two_factor").await.with(200);
    let field = between(&page, "id=\"seed\"", ">");
    let seed = between(field, "value=\"", "\"").to_owned();
    at.vault.keep(SEED, &seed);
    let code = one_time_code(&seed, Clock::system().now());
    let form = [("code", &*code)];
    let enabled = browser.post("/account/two_factor/enable", &form).await;
    let page = enabled.with(201);
    let (_, rest) = page.split_once("id=\"codes\"").unwrap();
    let codes: Vec<_> = between(rest, ">", "</pre>").lines().collect();
    for code in &codes {
        at.vault.keep(RECOVERY_CODE, code);
        at.vault.keep(RECOVERY_CODE, &code.replace('-', ""));
    }
    (seed, codes[0].to_owned())
}

async fn sign_in(browser: &Browser<'_>, email: &str, password: &str) -> super::browser::Answer {
    let form = [("email", email), ("password", password)];
    browser.post("/login", &form).await
}

/// Somebody who signs up, forgets the password and moves to another address.
pub(super) async fn newcomer(at: &Installation) {
    let (old, new) = ("bob@example.com", "bob@example.org");
    let bob = at.browser();
    bob.post("/sign_up", &[("email", old)]).await.with(200);
    bob.get(&at.mailed_link(old)).await.leads_to();
    let password = at.vault.invent(PASSWORD);
    let form = [
        ("name", "Bob"),
        ("password", &*password),
        ("workspace", "Fabrikam"),
    ];
    bob.post("/sign_up/finish", &form).await.leads_to();
    bob.post("/account/email", &[("email", new)])
        .await
        .leads_to();
    bob.get(&at.mailed_link(new)).await.leads_to();
    bob.post("/confirm_email", &[]).await.leads_to();

    let other = at.browser();
    other
        .post("/forgot_password", &[("email", new)])
        .await
        .with(200);
    other.get(&at.mailed_link(new)).await.leads_to();
    let password = at.vault.invent(PASSWORD);
    other
        .post("/reset_password", &[("password", &password)])
        .await
        .leads_to();
}

/// Somebody who is invited, twice, and comes.
pub(super) async fn invited(at: &Installation, ada: &Browser<'_>) {
    let cy = "cy@example.com";
    let members = format!("{WORKSPACE}/members");
    let form = [("email", cy), ("role", "viewer")];
    ada.post(&format!("{members}/invitations"), &form)
        .await
        .with(201);
    let first = at.mailed_link(cy);
    let page = ada.get(&members).await.with(200);
    let id = between(&page, &format!("{members}/invitations/"), "/");
    let again = format!("{members}/invitations/{id}/resend");
    ada.post(&again, &[]).await.with(201);
    let second = at.mailed_link(cy);
    at.vault
        .keep(MAIL, "invites you to the workspace “Northwind”");

    let browser = at.browser();
    browser.get(&first).await.with(410);
    browser.get(&second).await.leads_to();
    let form = [("name", "Cy"), ("password", &*at.vault.invent(PASSWORD))];
    browser.post("/invitation", &form).await.leads_to();
}
