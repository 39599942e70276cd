//! Takes a new certificate from the files without a restart: on SIGHUP, and when they have changed.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::pair::Content;
use super::{Files, Pair, PairError, Shown};

/// How often the files are looked at. Reading them costs next to nothing.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// From how many days before its end on a certificate is warned about.
pub(crate) const SHORT: i32 = 14;

/// Keeps what is shown up to date.
pub(super) struct Renewal {
    files: Files,
    shown: Shown,
    /// What was found at the last look, good or bad.
    seen: Seen,
    hangups: Signal,
}

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Content([u8; 32]),
    /// A file could not be read.
    Nothing,
    /// Whatever is found next is new.
    Forgotten,
}

impl Renewal {
    /// Reads the files for the first time, and listens for SIGHUP from now on.
    pub(super) fn begin(files: Files) -> Result<(Self, Pair), TlsError> {
        let content = Content::read(&files)?;
        let pair = Pair::parse(&content, &files)?;
        tell(&pair, "serving https");
        let renewal = Self {
            shown: Shown::new(&pair).map_err(PairError::Refused)?,
            seen: Seen::Content(content.digest()),
            hangups: signal(SignalKind::hangup()).map_err(TlsError::Signal)?,
            files,
        };
        Ok((renewal, pair))
    }

    /// What new connections are shown.
    pub(super) fn shown(&self) -> &Shown {
        &self.shown
    }

    /// Goes on for as long as the process serves.
    pub(super) async fn run(mut self) {
        let mut looks = ticks();
        loop {
            tokio::select! {
                _ = looks.tick() => self.look(),
                _ = self.hangups.recv() => {
                    tracing::info!("asked to read the certificate again");
                    self.seen = Seen::Forgotten;
                    self.look();
                }
            }
        }
    }

    /// Shows what the files hold, if they hold something new that can be shown. A bad pair is told of
    /// once; it may be half of a new one.
    fn look(&mut self) {
        let content = match Content::read(&self.files) {
            Ok(content) => content,
            Err(error) => {
                if self.seen != Seen::Nothing {
                    keep_old(&error);
                }
                self.seen = Seen::Nothing;
                return;
            }
        };
        let found = Seen::Content(content.digest());
        if self.seen == found {
            return;
        }
        self.seen = found;
        let shown = Pair::parse(&content, &self.files).and_then(|pair| {
            self.shown.replace(&pair)?;
            Ok(pair)
        });
        match shown {
            Ok(pair) => tell(
                &pair,
                "new connections get the certificate now in the files",
            ),
            Err(error) => keep_old(&error),
        }
    }
}

/// The first tick is a whole interval away: the files were just read.
fn ticks() -> Interval {
    let mut ticks = interval(LOOK_EVERY);
    ticks.reset();
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn keep_old(error: &PairError) {
    tracing::error!("{error}; the certificate that was there before stays in use");
}

fn tell(pair: &Pair, what: &str) {
    let names = pair.names().join(", ");
    let until = pair.valid_until();
    match pair.days_left() {
        Ok(days) if days < 0 => {
            tracing::error!("{what}, for {names}, but the certificate ended on {until}");
        }
        Ok(days) if days < SHORT => {
            tracing::warn!("{what}, for {names}, but the certificate ends on {until}");
        }
        _ => tracing::info!("{what}, for {names}, with a certificate until {until}"),
    }
}

/// Why TLS cannot begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error(transparent)]
    Pair(#[from] PairError),
    #[error("cannot listen for SIGHUP: {0}")]
    Signal(std::io::Error),
}
