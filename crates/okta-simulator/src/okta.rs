//! One connected app: the client, what it believes the directory holds, and what it has measured.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::client::Client;
use crate::matching::differences;
use crate::model::Directory;
use crate::operation::Operation;
use crate::people::{Person, letters};
use crate::request::{Request, Resource, Space};
use crate::settings::AppKind;
use crate::surprise::{Fault, Surprise, Trouble};
use crate::wire::Member;

/// A person whom the app knows.
#[derive(Debug, Clone)]
pub(crate) struct AppUser {
    pub(crate) person: Person,
    /// Our id for them, once they were pushed. Okta sends nothing about a person without one, but for the assignment.
    pub(crate) id: Option<String>,
    pub(crate) assigned: bool,
}

/// A group that is pushed.
#[derive(Debug, Clone)]
pub(crate) struct AppGroup {
    pub(crate) name: String,
    pub(crate) description: Option<&'static str>,
    pub(crate) members: BTreeSet<Member>,
    /// Our id for it, once it was pushed or linked.
    pub(crate) id: Option<String>,
}

pub(crate) struct Okta {
    pub(crate) client: Client,
    pub(crate) app: AppKind,
    directory: Mutex<Directory>,
    passwords: Mutex<StdRng>,
}

impl AppUser {
    pub(crate) fn new(person: Person) -> Self {
        Self {
            person,
            id: None,
            assigned: false,
        }
    }

    /// As a member of a group, if Okta may send them: provisioned and still assigned.
    pub(crate) fn as_member(&self) -> Option<Member> {
        let id = self.id.clone().filter(|_| self.assigned)?;
        Some(Member {
            id,
            display: self.person.user_name().to_owned(),
        })
    }
}

impl Okta {
    pub(crate) fn new(client: Client, app: AppKind, seed: u64) -> Self {
        let passwords = Mutex::new(StdRng::seed_from_u64(seed.wrapping_add(1)));
        Self {
            client,
            app,
            directory: Mutex::default(),
            passwords,
        }
    }

    /// What the directory must hold. Never held while waiting for an answer.
    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The throw-away password that Okta makes for every person.
    pub(crate) fn password(&self) -> String {
        letters(
            &mut *self
                .passwords
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
            8,
        )
    }

    /// Runs one operation: measures it and notes what went wrong.
    pub(crate) async fn perform<T>(
        &self,
        operation: Operation,
        job: impl Future<Output = Result<T, Trouble>>,
    ) -> Option<T> {
        let started = Instant::now();
        let result = job.await;
        self.client.tally.operation(operation, started.elapsed());
        self.client.progress.advance();
        result.map_err(|trouble| self.note(operation, trouble)).ok()
    }

    pub(crate) fn note(&self, operation: Operation, trouble: Trouble) {
        let Trouble { request, fault } = trouble;
        self.client.tally.surprise(Surprise {
            operation,
            request,
            fault,
        });
    }

    /// Looks one up by `userName` or `displayName`, and gives the ids found.
    pub(crate) async fn find(
        &self,
        resource: Resource,
        name: &str,
        space: Space,
    ) -> Result<(Answer, Vec<String>), Trouble> {
        let answer = self
            .client
            .send(Request::find(resource, name, space))
            .await?;
        let page = answer.page(1, crate::request::PAGE)?;
        let ids = page
            .rows
            .iter()
            .filter_map(|row| row.get("id")?.as_str())
            .map(str::to_owned);
        let ids = ids.collect();
        Ok((answer, ids))
    }

    /// Looks a person up; what is found must be what was pushed, an inactive person too.
    pub(crate) async fn find_user(
        &self,
        user_name: &str,
        space: Space,
    ) -> Result<Option<String>, Trouble> {
        let (answer, found) = self.find(Resource::Users, user_name, space).await?;
        let known = self
            .directory()
            .id_by_user_name(user_name)
            .map(str::to_owned);
        let wanted: Vec<_> = known.iter().cloned().collect();
        if wanted == found {
            return Ok(known);
        }
        Err(answer.trouble(Fault::Lookup {
            name: user_name.to_owned(),
            wanted: list(&wanted),
            got: list(&found),
        }))
    }

    /// Reads a user, who must be as pushed, and gives the answer's body as Okta will echo it.
    pub(crate) async fn read_user(&self, id: &str) -> Result<Map<String, Value>, Trouble> {
        let answer = self.client.send(Request::read(Resource::Users, id)).await?;
        self.check_user(&answer, id, answer.resource()?)?;
        Ok(answer.resource()?.clone())
    }

    /// Compares a returned user with what was pushed.
    pub(crate) fn check_user(
        &self,
        answer: &Answer,
        id: &str,
        found: &Map<String, Value>,
    ) -> Result<(), Trouble> {
        let directory = self.directory();
        let faults = directory
            .user(id)
            .map(|pushed| differences(pushed, found))
            .unwrap_or_default();
        let other_id = found
            .get("id")
            .and_then(Value::as_str)
            .filter(|found| *found != id);
        if let Some(got) = other_id {
            let fault = Fault::Attribute {
                attribute: "id".to_owned(),
                wanted: id.to_owned(),
                got: got.to_owned(),
            };
            return Err(answer.trouble(fault));
        }
        faults
            .into_iter()
            .next()
            .map_or(Ok(()), |fault| Err(answer.trouble(fault)))
    }

    /// Sends a whole user by PUT; from then on the directory must hold exactly that.
    pub(crate) async fn put_user(&self, id: &str, body: Map<String, Value>) -> Result<(), Trouble> {
        let request = Request::replace(Resource::Users, id, Value::Object(body.clone()));
        let answer = self.client.send(request).await?;
        self.directory().put_user(id, &body);
        self.check_user(&answer, id, answer.resource()?)
    }
}

/// Ids for a message.
pub(crate) fn list(ids: &[String]) -> String {
    if ids.is_empty() {
        "nobody".to_owned()
    } else {
        ids.join(", ")
    }
}
