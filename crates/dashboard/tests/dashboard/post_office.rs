//! Mail as it really goes: from the outbox, over SMTP, into a sink.

use rollcall_dashboard::Mail;
use rollcall_mail::{Sender, Settings, Smtp};
use rollcall_testkit::{MailSink, ReceivedMail};
use secrecy::SecretString;

use crate::support::{Database, TestApp};

/// The task that sends, and where it sends to.
pub(crate) struct PostOffice {
    sink: MailSink,
    _sender: Sender,
}

impl PostOffice {
    /// Sends what the app writes from now on.
    pub(crate) fn of(app: &TestApp) -> Self {
        let sink = MailSink::start();
        let url = SecretString::from(sink.url.clone());
        let settings = Settings {
            public_url: app.server.url.clone(),
            smtp: Some(Smtp::new(&url, "Rollcall <rollcall@example.com>").unwrap()),
        };
        Self {
            _sender: Sender::start(app.database.store.clone(), settings),
            sink,
        }
    }

    /// Waits for the next mail that says `part`; what comes before it is let go.
    pub(crate) fn next(&self, part: &str) -> ReceivedMail {
        loop {
            let mail = tokio::task::block_in_place(|| self.sink.next());
            if mail.text.contains(part) {
                return mail;
            }
        }
    }

    /// The path of the link in the next mail to that address.
    pub(crate) fn link_to(&self, app: &TestApp, recipient: &str) -> String {
        let mail = self.next("/links/");
        assert_eq!(mail.recipient, recipient);
        let path = mail.link().strip_prefix(&app.server.url);
        path.expect("the link leads to the public URL").to_owned()
    }

    /// What has arrived and was not looked at.
    pub(crate) fn rest(&self) -> Vec<ReceivedMail> {
        self.sink.arrived()
    }
}

/// An app with mail.
pub(crate) async fn app_with_mail(database: Database) -> Option<(TestApp, PostOffice)> {
    let app = TestApp::start_with(database, |settings| settings.mail = Mail::Sent).await?;
    let post_office = PostOffice::of(&app);
    Some((app, post_office))
}
