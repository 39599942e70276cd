//! The task that empties the outbox.

use std::time::{Duration, Instant};

use rollcall_store::mail::{self, Kind, Mail};
use rollcall_store::seal::SealError;
use rollcall_store::{Error, Store, known_device, throttle};
use secrecy::ExposeSecret as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Settings;
use crate::compose::{Letter, compose};
use crate::transport::{SendError, Smtp};

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to leave the database alone after it failed.
const AWAY: Duration = Duration::from_secs(5);
/// How often what is forgiven and forgotten is removed.
const TIDY_EVERY: Duration = Duration::from_hours(1);

/// The running task.
#[derive(Debug)]
pub struct Sender {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Sender {
    /// Starts sending. Several processes may: each mail goes to one of them.
    pub fn start(store: Store, settings: Settings) -> Self {
        let (stop, stopped) = watch::channel(false);
        if settings.smtp.is_none() {
            tracing::info!("no SMTP server is set: mails are written to this log instead");
        }
        let task = tokio::spawn(run(store, settings, stopped));
        Self { stop, task }
    }

    /// Finishes the mail under way, then ends.
    pub async fn stop(self) {
        // Both fail only when the task is gone already.
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

async fn run(store: Store, settings: Settings, mut stopped: watch::Receiver<bool>) {
    let mut tidied: Option<Instant> = None;
    while !*stopped.borrow() {
        let pause = match empty(&store, &settings, &stopped).await {
            Ok(()) => PAUSE,
            Err(error) => {
                tracing::warn!(%error, "the outbox is out of reach");
                AWAY
            }
        };
        if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
            tidied = Some(Instant::now());
            tidy(&store).await;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Sends what is due, one mail after the other.
async fn empty(
    store: &Store,
    settings: &Settings,
    stopped: &watch::Receiver<bool>,
) -> Result<(), Error> {
    loop {
        let now = store.now();
        let due = store.read(move |conn| mail::is_due(conn, now)).await?;
        if !due || *stopped.borrow() {
            return Ok(());
        }
        if let Some(mail) = store.write(mail::claim).await? {
            handle(store, settings, mail).await?;
        }
    }
}

async fn handle(store: &Store, settings: &Settings, mail: Mail) -> Result<(), Error> {
    let letter = match written(store, settings, &mail).await? {
        Written::Letter(letter) => letter,
        Written::Nothing => return drop_mail(store, mail).await,
        Written::Locked(reason) => return postpone(store, mail, &reason).await,
    };
    let sent = if let Some(smtp) = &settings.smtp {
        deliver(smtp, &mail, &letter).await
    } else {
        log(&letter);
        Ok(())
    };
    match sent {
        Ok(()) => drop_mail(store, mail).await,
        Err(SendError::Never(reason)) => {
            tracing::error!(mail = %mail.id, kind = ?mail.kind, reason, "a mail is given up");
            drop_mail(store, mail).await
        }
        Err(SendError::NotNow(reason)) => postpone(store, mail, &reason).await,
    }
}

/// What came of writing a mail's text.
enum Written {
    Letter(Letter),
    /// There is nothing to say any more.
    Nothing,
    /// The text does not open here and now.
    Locked(String),
}

async fn written(store: &Store, settings: &Settings, mail: &Mail) -> Result<Written, Error> {
    if mail.kind == Kind::Text {
        return Ok(match mail::text(store.sealer(), mail) {
            Ok(text) => Written::Letter(Letter {
                to: mail.recipient.clone(),
                text,
            }),
            Err(SealError::Broken) => {
                tracing::error!(mail = %mail.id, "a mail does not open and is dropped");
                Written::Nothing
            }
            // Another process may have the key, or this one in a moment.
            Err(error) => Written::Locked(error.to_string()),
        });
    }
    let (mail, public_url) = (mail.clone(), settings.public_url.clone());
    let letter = store.write(move |tx| compose(tx, &mail, &public_url));
    Ok(letter.await?.map_or(Written::Nothing, Written::Letter))
}

async fn deliver(smtp: &Smtp, mail: &Mail, letter: &Letter) -> Result<(), SendError> {
    smtp.send(&mail.id.to_string(), &letter.to, &letter.text)
        .await
}

/// The only way of a mail where there is no server. Its link is a secret in the log, for a short time.
fn log(letter: &Letter) {
    tracing::info!(
        to = letter.to,
        subject = letter.text.subject,
        "mail, not sent for want of an SMTP server:\n{}",
        letter.text.body.expose_secret()
    );
}

async fn drop_mail(store: &Store, mail: Mail) -> Result<(), Error> {
    store.write(move |tx| mail::remove(tx, &mail.id)).await
}

async fn postpone(store: &Store, mail: Mail, reason: &str) -> Result<(), Error> {
    let (id, kind) = (mail.id.clone(), mail.kind);
    if store.write(move |tx| mail::postpone(tx, &mail)).await? {
        tracing::warn!(mail = %id, ?kind, reason, "a mail is tried again later");
    } else {
        tracing::error!(mail = %id, ?kind, reason, "a mail is given up");
    }
    Ok(())
}

async fn tidy(store: &Store) {
    let tidied: Result<(), Error> = store
        .write(|tx| {
            throttle::prune(tx)?;
            known_device::prune(tx)?;
            Ok(())
        })
        .await;
    if let Err(error) = tidied {
        tracing::warn!(%error, "what is forgiven was not removed");
    }
}
