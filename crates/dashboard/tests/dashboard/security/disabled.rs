//! The end of an account, whatever its member has open.

use std::time::Duration;

use rollcall_store::{Error, Tx, account, member};
use rollcall_testkit::one_time_code;
use rstest::rstest;

use crate::post_office::app_with_mail;
use crate::support::{Database, PASSWORD, TestApp, email};
use crate::two_factor::enrol;

/// Does something to Ada's account as the operator does.
async fn operate<F>(app: &TestApp, work: F)
where
    F: FnOnce(&mut Tx<'_>, &member::Member) -> Result<bool, Error> + Send + 'static,
{
    let done = app.database.store.write(move |tx| {
        let found = member::find_by_email(tx, &email("Ada"))?;
        let (member, _) = found.expect("an account");
        work(tx, &member)
    });
    let done: Result<bool, Error> = done.await;
    assert!(done.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_member_is_out_wherever_they_are(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let ada = email("Ada");
    let (_, desk) = app.signed_in("Ada").await;
    let seed = enrol(&app, &desk).await.seed;
    app.database.clock.advance(Duration::from_mins(1));
    let phone = app.browser();
    phone.sign_in(&ada, PASSWORD).await.leads_to();
    let code = one_time_code(&seed, app.database.store.now());
    phone
        .post("/login/code", &[("code", &code)])
        .await
        .leads_to();
    // Between the password and the code; and before a form for a new password.
    let half = app.browser();
    half.sign_in(&ada, PASSWORD).await.leads_to();
    let reset = app.browser();
    reset
        .post("/forgot_password", &[("email", &ada)])
        .await
        .with(200);
    let link = mail.link_to(&app, &ada);
    reset.get(&link).await.leads_to();

    operate(&app, account::disable).await;
    for browser in [&desk, &phone] {
        let answer = browser.get("/w/ada/organizations").await;
        assert!(answer.leads_to().starts_with("/login"));
        let form = [("name", "Contoso")];
        let answer = browser.post("/w/ada/organizations", &form).await;
        assert!(answer.leads_to().starts_with("/login"));
    }
    app.database.clock.advance(Duration::from_mins(1));
    let code = one_time_code(&seed, app.database.store.now());
    let answer = half.post("/login/code", &[("code", &code)]).await;
    assert_eq!(answer.leads_to(), "/login");
    let form = [("password", "a new horse battery")];
    reset.post("/reset_password", &form).await.with(410);
    app.browser().get(&link).await.with(410);
    let refused = app.browser().sign_in(&ada, PASSWORD).await.with(422);
    assert!(refused.contains("do not belong together"));

    operate(&app, account::enable).await;
    for browser in [&desk, &phone] {
        let answer = browser.get("/account").await;
        assert!(
            answer.leads_to().starts_with("/login"),
            "what ended stays ended"
        );
    }
    let way = app.browser().sign_in(&ada, PASSWORD).await;
    assert!(way.leads_to().starts_with("/login/code"));
}
