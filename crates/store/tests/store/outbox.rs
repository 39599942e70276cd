//! The outbox.

use std::time::Duration;

use rollcall_store::mail::{self, Text};
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_claimed_by_one_and_comes_back_until_it_is_sent(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let text = Text {
        subject: "Hello\nBcc: eve@example.com".to_owned(),
        body: SecretString::from("A line\nwith a link"),
    };
    test.store
        .write(move |tx| mail::write(tx, "ada@example.com", &text))
        .await
        .unwrap();
    let mail = test.store.write(mail::claim).await.unwrap().unwrap();
    assert!(test.store.write(mail::claim).await.unwrap().is_none());
    let opened = mail::text(test.store.sealer(), &mail).unwrap();
    assert_eq!(opened.subject, "Hello Bcc: eve@example.com");
    assert_eq!(opened.body.expose_secret(), "A line\nwith a link");
    test.clock.advance(Duration::from_mins(2));
    let again = test.store.write(mail::claim).await.unwrap().unwrap();
    assert_eq!(
        (&again.id, again.attempts),
        (&mail.id, 2),
        "who held it is gone"
    );
    let mut mail = again;
    for attempts in 3..=mail::ATTEMPTS {
        let failed = mail.clone();
        assert!(
            test.store
                .write(move |tx| mail::postpone(tx, &failed))
                .await
                .unwrap()
        );
        test.clock.advance(Duration::from_hours(4));
        mail = test.store.write(mail::claim).await.unwrap().unwrap();
        assert_eq!(mail.attempts, attempts);
    }
    assert!(
        !test
            .store
            .write(move |tx| mail::postpone(tx, &mail))
            .await
            .unwrap()
    );
    assert_eq!(test.store.read(mail::waiting).await.unwrap(), 0, "given up");
}
