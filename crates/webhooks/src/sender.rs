//! One HTTP try, with everything a receiver can do wrong bounded: time, size, redirects.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, redirect, retry};
use rollcall_store::webhook_delivery::{Claim, Claimed};
use rollcall_store::webhook_target::{self, Networks};
use rollcall_store::{Store, Timestamp};
use secrecy::SecretString;
use tokio::time::timeout;

use crate::guard::{Addresses, Guard, Refused};
use crate::signature;

/// How long a receiver may take to answer, unless something else is said.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer's body that are read and kept.
pub const LONGEST_BODY: usize = 4 * 1024;
/// How long the body may take once the status is there: it changes nothing any more.
const BODY_PATIENCE: Duration = Duration::from_secs(2);
/// Connections to one host that are kept for the next delivery.
const IDLE_CONNECTIONS: usize = 8;
const USER_AGENT: &str = concat!("Rollcall-Webhooks/", env!("CARGO_PKG_VERSION"));

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for webhooks cannot be made: {0}")]
pub struct ClientError(#[from] reqwest::Error);

/// What the receiver said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Status {
        status: u16,
        /// For how long it wants to be left alone.
        retry_after: Option<Duration>,
        body: Option<String>,
    },
    /// Nothing, and why, in plain words.
    Nothing(String),
}

/// A client for https and one for http: each resolves names with a guard of its own.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    with_tls: Client,
    without_tls: Client,
    networks: Arc<Networks>,
    patience: Duration,
}

impl Sender {
    pub(crate) fn new(
        store: &Store,
        addresses: &Arc<dyn Addresses>,
        patience: Duration,
    ) -> Result<Self, ClientError> {
        let networks = Arc::new(store.webhook_networks().clone());
        let guard = |with_tls| Guard::new(Arc::clone(addresses), Arc::clone(&networks), with_tls);
        Ok(Self {
            with_tls: client(guard(true), patience)?,
            without_tls: client(guard(false), patience)?,
            networks,
            patience,
        })
    }

    /// Sends one delivery, signed for this moment.
    pub(crate) async fn send(&self, to: &Target, what: &Claimed, now: Timestamp) -> Answer {
        // Looked at anew, since networks may have been closed after the endpoint was made.
        let url = match webhook_target::parse(&to.url, &self.networks) {
            Ok(url) => url,
            Err(reason) => return Answer::Nothing(format!("The URL cannot be used: {reason}.")),
        };
        let client = if url.scheme() == "https" {
            &self.with_tls
        } else {
            &self.without_tls
        };
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("WorkOS-Signature", to.workos_signature(what, now))
            .header("webhook-id", what.event_id.to_string())
            .header("webhook-timestamp", signature::seconds(now))
            .header("webhook-signature", to.standard_signature(what, now))
            .body(what.body.clone());
        match request.send().await {
            Ok(response) => read(response, now).await,
            Err(error) => Answer::Nothing(explain(&error, self.patience)),
        }
    }
}

/// Where to, and what signs.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    url: String,
    secret: SecretString,
    previous_secret: Option<SecretString>,
}

impl Target {
    pub(crate) fn new(claim: &Claim) -> Self {
        Self {
            url: claim.endpoint.endpoint_url.clone(),
            secret: claim.secret.clone(),
            previous_secret: claim.previous_secret.clone(),
        }
    }

    /// This header holds one signature. While two secrets are valid the attempts take turns,
    /// the previous secret first, so that a receiver that knows either takes the event at its
    /// second attempt at the latest.
    fn workos_signature(&self, what: &Claimed, now: Timestamp) -> String {
        let secret = match &self.previous_secret {
            Some(previous) if what.attempts % 2 == 0 => previous,
            _ => &self.secret,
        };
        signature::workos(secret, now, &what.body)
    }

    fn standard_signature(&self, what: &Claimed, now: Timestamp) -> String {
        let secrets: Vec<_> = [Some(&self.secret), self.previous_secret.as_ref()]
            .into_iter()
            .flatten()
            .collect();
        signature::standard(&secrets, &what.event_id.to_string(), now, &what.body)
    }
}

fn client(guard: Guard, patience: Duration) -> Result<Client, ClientError> {
    Ok(Client::builder()
        .dns_resolver(guard)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_gzip()
        .no_deflate()
        .timeout(patience)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .user_agent(USER_AGENT)
        .build()?)
}

async fn read(mut response: Response, now: Timestamp) -> Answer {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers(), now);
    let mut body = Vec::new();
    // Whatever happens to the body, the receiver has answered.
    let _ = timeout(BODY_PATIENCE, async {
        while let Ok(Some(piece)) = response.chunk().await {
            let room = LONGEST_BODY - body.len();
            body.extend_from_slice(&piece[..piece.len().min(room)]);
            if body.len() == LONGEST_BODY {
                break;
            }
        }
    })
    .await;
    // PostgreSQL keeps no NUL in a text.
    let text = String::from_utf8_lossy(&body).replace('\0', "\u{fffd}");
    Answer::Status {
        status,
        retry_after,
        body: (!text.is_empty()).then_some(text),
    }
}

/// `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()?;
    Some(Timestamp::from_micros(date.as_microsecond()).since(now))
}

/// Why there was no answer, for people who have not read our source.
fn explain(error: &reqwest::Error, patience: Duration) -> String {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(refused) = found.downcast_ref::<Refused>() {
            return sentence(&refused.to_string());
        }
        causes.push(found.to_string());
        cause = found.source();
    }
    if error.is_timeout() {
        return format!("No answer within {} seconds.", patience.as_secs_f32());
    }
    let reason = causes.pop().unwrap_or_else(|| "unknown".to_owned());
    if error.is_connect() {
        sentence(&format!("could not connect: {reason}"))
    } else {
        sentence(&format!("the connection broke: {reason}"))
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    format!(
        "{}{}.",
        first.unwrap_or_default(),
        chars.as_str().trim_end_matches('.').replace('\0', "")
    )
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn reads_both_forms_of_retry_after() {
        let now = Timestamp::parse("2026-01-02T03:04:05Z").unwrap();
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]);
            retry_after(&headers, now)
        };
        assert_eq!(read("120"), Some(Duration::from_mins(2)));
        let date = read("Fri, 02 Jan 2026 03:06:05 GMT");
        assert_eq!(date, Some(Duration::from_mins(2)));
        assert_eq!(read("Thu, 01 Jan 2026 00:00:00 GMT"), Some(Duration::ZERO));
        for text in ["", "-1", "soon", "1.5"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
