//! What a member is told of, so that somebody else's sign-in does not stay unseen.

use rstest::rstest;

use crate::post_office::app_with_mail;
use crate::support::{Database, PASSWORD, email};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_a_new_browser_is_told_by_mail(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some((app, mail)) = app_with_mail(database).await else {
        return;
    };
    let ada = email("Ada");
    let (_, own) = app.signed_in("Ada").await;
    let other = app.browser();
    other.sign_in(&ada, PASSWORD).await.leads_to();
    let told = mail.next("A new browser signed in");
    assert_eq!(told.recipient, ada);
    assert!(told.text.contains("127.0.0.1"), "{}", told.text);
    // Browsers that are known are not told of again: the next mail is another one.
    for browser in [&own, &other] {
        browser.post("/logout", &[]).await.leads_to();
        browser.sign_in(&ada, PASSWORD).await.leads_to();
    }
    let asked = own.post("/account/verify_email", &[]).await;
    assert_eq!(asked.leads_to(), "/account");
    let next = mail.next("");
    assert!(next.text.contains("/links/"), "{}", next.text);
}
