//! A receiver of webhooks that does as it is told and remembers what it got.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, rt};
use serde_json::Value;
use tokio::sync::watch;

use crate::TestServer;

/// How long a test waits for what must come: far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the sink does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers with this status.
    Status(u16),
    /// Answers with this status, one header and a body.
    Full(u16, &'static str, String, String),
    /// Answers with 200 after this time.
    After(Duration),
    /// Never answers.
    Hang,
    /// Answers with 200 and a body that never ends.
    Endless,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its headers, names in lower case.
    pub headers: HashMap<String, String>,
    /// Its body.
    pub body: String,
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("webhooks are JSON")
    }

    /// The id of the event it carries.
    pub fn event_id(&self) -> String {
        self.json()["id"]
            .as_str()
            .expect("an event has an id")
            .to_owned()
    }
}

#[derive(Debug)]
struct State {
    replies: Mutex<VecDeque<Reply>>,
    otherwise: Mutex<Reply>,
    received: watch::Sender<Vec<Received>>,
}

/// A receiver on a free port. It answers 200 unless told otherwise.
#[derive(Debug)]
pub struct WebhookSink {
    /// Where it listens.
    pub url: String,
    state: Arc<State>,
    _server: TestServer,
}

impl WebhookSink {
    /// Starts one.
    pub fn start() -> Self {
        let state = Arc::new(State {
            replies: Mutex::default(),
            otherwise: Mutex::new(Reply::Status(200)),
            received: watch::Sender::new(Vec::new()),
        });
        let data = Data::from(Arc::clone(&state));
        let server = TestServer::start(|_| {
            move |config: &mut web::ServiceConfig| {
                config
                    .app_data(data.clone())
                    .default_service(web::to(receive));
            }
        });
        Self {
            url: format!("{}/hooks", server.url),
            state,
            _server: server,
        }
    }

    /// Does these things with the next requests, one each.
    pub fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state.replies).extend(replies);
    }

    /// Does this from now on, with the requests that [`next`](Self::next) says nothing of.
    pub fn always(&self, reply: Reply) {
        *lock(&self.state.otherwise) = reply;
    }

    /// What came so far, in order.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.borrow().clone()
    }

    /// The ids of the events that came so far, in order.
    pub fn event_ids(&self) -> Vec<String> {
        self.received().iter().map(Received::event_id).collect()
    }

    /// Waits until this many requests came.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let mut received = self.state.received.subscribe();
        let enough = received.wait_for(|received| received.len() >= count);
        let enough = tokio::time::timeout(PATIENCE, enough).await;
        enough
            .unwrap_or_else(|_| panic!("{count} requests did not come"))
            .expect("the sink lives")
            .clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn receive(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let received = Received {
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    // The reply is chosen before the test can see the request, and say what comes next.
    let reply = lock(&state.replies).pop_front();
    let reply = reply.unwrap_or_else(|| lock(&state.otherwise).clone());
    state.received.send_modify(|all| all.push(received));
    answer(reply).await
}

async fn answer(reply: Reply) -> HttpResponse {
    let status = |status| StatusCode::from_u16(status).expect("a status");
    match reply {
        Reply::Status(code) => HttpResponse::new(status(code)),
        Reply::Full(code, name, value, body) => HttpResponse::build(status(code))
            .insert_header((name, value))
            .body(body),
        Reply::After(time) => {
            rt::time::sleep(time).await;
            HttpResponse::Ok().finish()
        }
        Reply::Hang => std::future::pending().await,
        Reply::Endless => {
            let pieces =
                std::iter::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 65_536])));
            HttpResponse::Ok().streaming(futures_util::stream::iter(pieces))
        }
    }
}
