//! The HTTP client of Okta: its headers, its patience, its timing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HeaderMap,
    HeaderValue, RETRY_AFTER, USER_AGENT,
};
use reqwest::{Method, Response, StatusCode, redirect};
use secrecy::ExposeSecret;

use crate::answer::Answer;
use crate::progress::Progress;
use crate::request::Request;
use crate::retry::{Pauses, Sleeper};
use crate::settings::{Settings, SettingsError};
use crate::surprise::{Fault, Trouble};
use crate::tally::Tally;

/// Okta closes the connection when nothing has come for so long (Okta: "SCIM concepts").
const PATIENCE: Duration = Duration::from_mins(1);
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

pub(crate) struct Client {
    http: reqwest::Client,
    endpoint: String,
    pub(crate) sleeper: Arc<dyn Sleeper>,
    pub(crate) progress: Arc<dyn Progress>,
    pub(crate) tally: Arc<Tally>,
}

/// An answer and its `Retry-After`.
struct Received {
    answer: Answer,
    retry_after: Option<String>,
}

impl Client {
    pub(crate) fn new(
        settings: &Settings,
        sleeper: Arc<dyn Sleeper>,
        progress: Arc<dyn Progress>,
    ) -> Result<Self, SettingsError> {
        settings.check_endpoint()?;
        let http = reqwest::Client::builder()
            .default_headers(headers(settings)?)
            .http1_title_case_headers()
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        let endpoint = settings.endpoint.clone();
        Ok(Self {
            http,
            endpoint,
            sleeper,
            progress,
            tally: Arc::new(Tally::new()),
        })
    }

    /// Sends the request, again after each 429, and gives the answer if its status is one that Okta wants.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Trouble> {
        let mut pauses = Pauses::default();
        loop {
            let received = self.send_once(&request).await.map_err(|fault| Trouble {
                request: request.line(),
                fault,
            })?;
            if received.answer.status != StatusCode::TOO_MANY_REQUESTS.as_u16() {
                return received.answer.with_status_in(request.want);
            }
            self.tally.throttled();
            let Some(wait) = pauses.next(received.retry_after.as_deref()) else {
                let fault = Fault::Throttled {
                    tries: pauses.tries(),
                };
                return Err(Trouble {
                    request: request.line(),
                    fault,
                });
            };
            self.progress.paused(wait);
            self.sleeper.sleep(wait).await;
        }
    }

    async fn send_once(&self, request: &Request) -> Result<Received, Fault> {
        let url = format!("{}{}", self.endpoint, request.path);
        let mut outgoing = self.http.request(request.method.clone(), url);
        if request.body.is_some() || request.method == Method::DELETE {
            outgoing = outgoing.header(CONTENT_TYPE, JSON);
        }
        if let Some(body) = &request.body {
            outgoing = outgoing.body(body.to_string());
        }
        let sent = Instant::now();
        let response = outgoing.send().await.map_err(|error| unreachable(&error))?;
        let received = read(response, request.line()).await;
        self.tally.request(request.pattern, sent.elapsed());
        received
    }
}

async fn read(response: Response, request: String) -> Result<Received, Fault> {
    let status = response.status().as_u16();
    let header = |name| {
        let value: Option<&HeaderValue> = response.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (retry_after, media_type) = (header(RETRY_AFTER), header(CONTENT_TYPE));
    let text = response.text().await.map_err(|error| unreachable(&error))?;
    let answer = Answer::new(request, status, media_type.as_deref(), text);
    Ok(Received {
        answer,
        retry_after,
    })
}

/// The innermost cause says most ("connection refused"); the URL would only repeat the request.
fn unreachable(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::Unreachable(format!("within {} s", PATIENCE.as_secs()));
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Fault::Unreachable(cause.to_string())
}

/// The headers on every request of Okta's SCIM 1.1 client (Okta: "SCIM", the requests of version 1.1).
fn headers(settings: &Settings) -> Result<HeaderMap, SettingsError> {
    let bearer = format!("Bearer {}", settings.token.expose_secret());
    let mut authorization = HeaderValue::try_from(bearer).map_err(|_| SettingsError::Token)?;
    authorization.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ACCEPT_CHARSET, HeaderValue::from_static("utf-8")),
        (
            USER_AGENT,
            HeaderValue::from_static("Okta SCIM Client 1.0.0"),
        ),
        (AUTHORIZATION, authorization),
        (CONNECTION, HeaderValue::from_static("Keep-Alive")),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip,deflate")),
    ]))
}
