//! The dispatcher: sees which endpoints have deliveries due, and gives each a task of its own.

mod endpoint;
mod judge;
mod recorder;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::{Backend, Error, Store, webhook_delivery};
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use self::endpoint::{EndpointTask, Mode};
use self::recorder::Recorder;
use crate::guard::{Addresses, OfSystem};
use crate::sender::{ClientError, Sender};

/// Attempts of this process at a time, besides one for each endpoint.
const PLACES: usize = 256;
/// How often to look for what other processes published, and for retries that became due.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// The same for SQLite, where there is no other process.
const LOOK_EVERY_ALONE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_secs(1);
const QUIET: Duration = Duration::from_secs(1);

/// Delivers what is due. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    shared: Arc<Shared>,
    wakes: mpsc::UnboundedSender<Wake>,
}

/// What all endpoints' tasks use.
#[derive(Debug)]
pub(crate) struct Shared {
    store: Store,
    sender: Sender,
    recorder: Recorder,
    places: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Shared {
    fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until the process is to end.
    async fn stopped(&self) {
        // It cannot fail: the sender is in here.
        let _ = self.stopping.subscribe().wait_for(|stop| *stop).await;
    }
}

enum Wake {
    /// These endpoints were given deliveries.
    Endpoints(BTreeSet<WebhookEndpointId>),
    /// Some endpoint was.
    Look,
    Stop,
}

/// What [`Dispatcher::new`] returns beside the dispatcher: its work, to be run as a task.
#[derive(Debug)]
pub(crate) struct Rounds {
    shared: Arc<Shared>,
    wakes: mpsc::UnboundedReceiver<Wake>,
}

impl Dispatcher {
    /// A dispatcher that works only when told to [settle](Self::settle). Needs a runtime.
    /// `patience` is how long a receiver may take to answer.
    pub fn new(store: Store, patience: Duration) -> Result<Self, ClientError> {
        let addresses: Arc<dyn Addresses> = Arc::new(OfSystem);
        Self::with_addresses(store, patience, &addresses)
    }

    /// The same, which finds the addresses of receivers in `addresses`.
    pub fn with_addresses(
        store: Store,
        patience: Duration,
        addresses: &Arc<dyn Addresses>,
    ) -> Result<Self, ClientError> {
        Ok(Self::with_rounds(store, patience, addresses)?.0)
    }

    pub(crate) fn with_rounds(
        store: Store,
        patience: Duration,
        addresses: &Arc<dyn Addresses>,
    ) -> Result<(Self, Rounds), ClientError> {
        let shared = Arc::new(Shared {
            sender: Sender::new(&store, addresses, patience)?,
            recorder: Recorder::start(store.clone()),
            places: Arc::new(Semaphore::new(PLACES)),
            stopping: watch::Sender::new(false),
            store,
        });
        let (wakes, receiver) = mpsc::unbounded_channel();
        let rounds = Rounds {
            shared: Arc::clone(&shared),
            wakes: receiver,
        };
        Ok((Self { shared, wakes }, rounds))
    }

    /// Sends what is due at this moment of the store's clock, as far as the endpoints' pace allows,
    /// and returns when the outcomes are written down.
    pub async fn settle(&self) -> Result<(), Error> {
        let now = self.shared.store.now();
        let due = self
            .shared
            .store
            .read(move |conn| webhook_delivery::endpoints_due(conn, now))
            .await?;
        let mut tasks = JoinSet::new();
        for id in due {
            tasks.spawn(task(&self.shared, id, Mode::Settle).run());
        }
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    /// Says that these endpoints were given deliveries.
    pub(crate) fn wake(&self, endpoints: BTreeSet<WebhookEndpointId>) {
        self.tell(Wake::Endpoints(endpoints));
    }

    /// Says that some endpoint may have been given deliveries.
    pub(crate) fn look(&self) {
        self.tell(Wake::Look);
    }

    /// Has the rounds end once the attempts under way are over.
    pub(crate) fn stop(&self) {
        self.shared.stopping.send_replace(true);
        self.tell(Wake::Stop);
    }

    fn tell(&self, wake: Wake) {
        // Nobody listens once the rounds have ended.
        let _ = self.wakes.send(wake);
    }
}

fn task(shared: &Arc<Shared>, id: WebhookEndpointId, mode: Mode) -> EndpointTask {
    EndpointTask {
        shared: Arc::clone(shared),
        id,
        mode,
        wake: Arc::default(),
    }
}

impl Rounds {
    /// Looks around until told to stop, then waits for the attempts under way.
    pub(crate) async fn run(mut self) {
        let every = match self.shared.store.backend() {
            Backend::Postgres => LOOK_EVERY,
            Backend::Sqlite => LOOK_EVERY_ALONE,
        };
        let mut tasks = Tasks::default();
        loop {
            tokio::select! {
                wake = self.wakes.recv() => match wake {
                    Some(Wake::Endpoints(ids)) => tasks.start(&self.shared, ids),
                    Some(Wake::Look) => self.look(&mut tasks).await,
                    Some(Wake::Stop) | None => break,
                },
                () = sleep(every) => self.look(&mut tasks).await,
                Some(ended) = tasks.running.join_next() => tasks.end(&self.shared, ended),
            }
        }
        while tasks.running.join_next().await.is_some() {}
    }

    async fn look(&self, tasks: &mut Tasks) {
        let now = self.shared.store.now();
        let due = self
            .shared
            .store
            .read(move |conn| webhook_delivery::endpoints_due(conn, now))
            .await;
        match due {
            Ok(due) => tasks.start_restless(&self.shared, due),
            Err(error) => {
                tracing::warn!(%error, "due webhooks cannot be read");
                sleep(PAUSE).await;
            }
        }
    }
}

/// The endpoints that are being served.
#[derive(Default)]
struct Tasks {
    running: JoinSet<(WebhookEndpointId, bool)>,
    wakes: HashMap<WebhookEndpointId, Arc<Notify>>,
    /// Endpoints that could be sent nothing although something is due, and until when to believe it.
    quiet: HashMap<WebhookEndpointId, Instant>,
}

impl Tasks {
    /// Starts those that were not just found to be blocked: in order, a delivery that waits for its
    /// predecessor is due all the while.
    fn start_restless(&mut self, shared: &Arc<Shared>, ids: Vec<WebhookEndpointId>) {
        let now = Instant::now();
        self.quiet.retain(|_, until| *until > now);
        let restless: Vec<_> = ids
            .into_iter()
            .filter(|id| !self.quiet.contains_key(id))
            .collect();
        self.start(shared, restless);
    }

    fn start(&mut self, shared: &Arc<Shared>, ids: impl IntoIterator<Item = WebhookEndpointId>) {
        for id in ids {
            if let Some(wake) = self.wakes.get(&id) {
                wake.notify_one();
                continue;
            }
            let task = task(shared, id.clone(), Mode::Live);
            self.wakes.insert(id, Arc::clone(&task.wake));
            self.running.spawn(task.run());
        }
    }

    fn end(&mut self, shared: &Arc<Shared>, ended: Result<(WebhookEndpointId, bool), JoinError>) {
        let (id, sent) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, "an endpoint's task broke");
                // Whose it was is not known; those that still run will be found to be due again.
                self.wakes.clear();
                return;
            }
        };
        let wake = self.wakes.remove(&id);
        // Woken after it had looked for the last time.
        if wake.is_some_and(|wake| wake.notified().now_or_never().is_some()) {
            self.start(shared, [id]);
        } else if !sent {
            self.quiet.insert(id, Instant::now() + QUIET);
        }
    }
}
