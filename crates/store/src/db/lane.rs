//! SQLite's one writer.
//!
//! A thread with one connection takes all jobs that wait, runs each in a savepoint of its own,
//! commits once and then answers all: one fsync is shared by everybody who waited for it, and a
//! job that is refused takes nobody down with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use diesel::connection::SimpleConnection as _;
use tokio::sync::oneshot;

use super::connection::DbConnection as Connection;
use super::transaction::{Circumstances, Durability, Tx};
use crate::error::Error;

/// More than this in one commit would make the first wait long for the last.
const BATCH: usize = 256;

/// Where jobs for the writer are put. The thread ends when the last one is dropped.
#[derive(Clone)]
pub(crate) struct Lane(Sender<Box<dyn Job>>);

trait Job: Send {
    /// What its commit must outlast.
    fn durability(&self) -> Durability;
    /// Does the work; `true` when it is to be kept.
    fn run(&mut self, connection: &mut Connection) -> bool;
    /// Tells the one who waits, after the commit.
    fn answer(self: Box<Self>, committed: Result<(), Error>);
}

struct WriteJob<F, T, E> {
    work: Option<F>,
    circumstances: Circumstances,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for WriteJob<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn durability(&self) -> Durability {
        self.circumstances.durability
    }

    fn run(&mut self, connection: &mut Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let mut tx = Tx::new(connection, self.circumstances.clone());
        let result = work(&mut tx);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), Error>) {
        let result = match (self.result, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Ok(_)), Err(error)) => Err(error.into()),
            (Some(Err(refusal)), _) => Err(refusal),
            (None, _) => {
                Err(Error::Unavailable("the write did not run to its end".to_owned()).into())
            }
        };
        // Nobody listens any more when the client has hung up.
        let _ = self.reply.send(result);
    }
}

impl Lane {
    /// Starts the writer's thread on `connection`.
    pub(crate) fn start(connection: Connection) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || work(connection, &receiver))?;
        Ok(Self(sender))
    }

    /// Puts a job into the lane; the answer comes after its commit.
    pub(crate) fn put<T, E, F>(
        &self,
        circumstances: Circumstances,
        work: F,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // A lane whose thread is gone drops the job, and with it the reply: the caller sees that.
        let _ = self.0.send(Box::new(WriteJob {
            work: Some(work),
            circumstances,
            result: None,
            reply,
        }));
        answer
    }
}

fn work(mut connection: Connection, jobs: &Receiver<Box<dyn Job>>) {
    // As the connection was opened.
    let mut durability = Durability::Forced;
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        batch.extend(jobs.try_iter().take(BATCH - 1));
        let committed = set_durability(&mut connection, &mut durability, &batch)
            .and_then(|()| run_batch(&mut connection, &mut batch));
        for job in batch {
            job.answer(match &committed {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::Unavailable(error.to_string())),
            });
        }
    }
}

/// One job that must outlast a power failure makes the whole batch do so.
fn set_durability(
    connection: &mut Connection,
    current: &mut Durability,
    batch: &[Box<dyn Job>],
) -> diesel::QueryResult<()> {
    let forced = batch
        .iter()
        .any(|job| job.durability() == Durability::Forced);
    let (wanted, pragma) = if forced {
        (Durability::Forced, "PRAGMA synchronous = FULL")
    } else {
        (Durability::Unforced, "PRAGMA synchronous = NORMAL")
    };
    if *current != wanted {
        connection.batch_execute(pragma)?;
        *current = wanted;
    }
    Ok(())
}

fn run_batch(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> diesel::QueryResult<()> {
    connection.batch_execute("BEGIN IMMEDIATE")?;
    let result = run_jobs(connection, batch).and_then(|()| connection.batch_execute("COMMIT"));
    if result.is_err() {
        // After a failed COMMIT the transaction is still open; after a full disk it is not, and this is refused.
        let _ = connection.batch_execute("ROLLBACK");
    }
    result
}

fn run_jobs(connection: &mut Connection, batch: &mut [Box<dyn Job>]) -> diesel::QueryResult<()> {
    for job in batch {
        connection.batch_execute("SAVEPOINT job")?;
        let kept = catch_unwind(AssertUnwindSafe(|| job.run(connection))).unwrap_or_else(|_| {
            tracing::error!("a write panicked; it was rolled back");
            false
        });
        if !kept {
            connection.batch_execute("ROLLBACK TO job")?;
        }
        connection.batch_execute("RELEASE job")?;
    }
    Ok(())
}
