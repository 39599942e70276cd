//! Carrying out a bulk: one write after the other, each whole or not at all, through the functions of single requests.

use std::collections::HashMap;

use actix_web::ResponseError as _;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::{Terms, groups, users};
use crate::auth::Provisioner;
use crate::conditions::Versions;
use crate::error::ScimError;
use crate::protocol::bulk::{Bulk, Command, Kind, References, Verb, order, resolve, split};
use crate::protocol::{CORE, Object};
use crate::reply::{Place, Reply};

/// A bulk under way.
pub(crate) struct Run<'a> {
    by: &'a Provisioner,
    bulk: Bulk,
    creates: HashMap<String, usize>,
    ids: References,
    unfinished: Vec<Unfinished>,
    outcomes: Vec<Option<Outcome>>,
    failures: u64,
}

/// What was created without references to what did not exist yet.
struct Unfinished {
    place: usize,
    command: Command,
}

/// What became of one operation.
struct Outcome {
    method: Option<String>,
    bulk_id: Option<String>,
    location: Option<String>,
    version: Option<String>,
    status: StatusCode,
    description: Option<String>,
}

/// A bulk that was carried out.
pub(crate) struct Done(Vec<Outcome>);

impl<'a> Run<'a> {
    pub(crate) fn new(by: &'a Provisioner, bulk: Bulk) -> Self {
        let places = bulk.operations.iter().enumerate();
        let creates = places
            .filter_map(|(place, operation)| Some((operation.creates()?.to_owned(), place)))
            .collect();
        Self {
            by,
            creates,
            ids: References::new(),
            unfinished: Vec::new(),
            outcomes: bulk.operations.iter().map(|_| None).collect(),
            failures: 0,
            bulk,
        }
    }

    /// Does all there is to do, or as much as the bulk's limit of failures lets it.
    pub(crate) async fn finish(mut self) -> Done {
        for place in order(&self.bulk.operations) {
            let result = self.one(place).await;
            let away = matches!(result, Err(ScimError::Unavailable(_)));
            self.settle(place, result);
            let limit = self.bulk.fail_on_errors;
            // Without its database no other operation would fare better.
            if away || limit.is_some_and(|limit| self.failures >= limit) {
                break;
            }
        }
        for unfinished in std::mem::take(&mut self.unfinished) {
            let place = unfinished.place;
            let result = self.complete(unfinished).await;
            self.settle(place, result);
        }
        Done(self.outcomes.into_iter().flatten().collect())
    }

    async fn one(&mut self, place: usize) -> Result<Reply, ScimError> {
        let mut command = self.take_command(place)?;
        let operation = &self.bulk.operations[place];
        let terms = Terms {
            if_match: operation.version.as_deref().map(Versions::parse),
            shown: false,
        };
        let bulk_id = operation.creates().map(str::to_owned);
        let later = bulk_id.is_some().then(|| self.set_aside(&mut command));
        resolve(&mut command, &self.ids).map_err(|bulk_id| self.unresolved(bulk_id))?;
        let kind = command.kind;
        let reply = perform(self.by, command, terms).await?;
        if let (Some(bulk_id), Some(id)) = (bulk_id, reply.place().and_then(Place::id)) {
            self.ids.insert(bulk_id, id.to_owned());
            let later = later.filter(|later| !later.is_empty());
            self.unfinished.extend(later.map(|data| Unfinished {
                place,
                command: Command {
                    verb: Verb::Patch,
                    kind,
                    id: id.to_owned(),
                    data,
                },
            }));
        }
        Ok(reply)
    }

    /// An operation's command with its body, which is left empty: it may be nearly all of the request.
    fn take_command(&mut self, place: usize) -> Result<Command, ScimError> {
        let operation = &mut self.bulk.operations[place];
        let command = operation.command.as_mut();
        let command = command.map_err(|invalid| invalid.clone())?;
        let data = std::mem::take(&mut command.data);
        Ok(Command {
            data,
            ..command.clone()
        })
    }

    /// Takes references out of a create that only something created later can fill: those of a circle.
    fn set_aside(&self, command: &mut Command) -> Object {
        let pending = |bulk_id: &str| self.is_pending(bulk_id);
        let split = split(std::mem::take(&mut command.data), &pending);
        command.data = split.now;
        split.later
    }

    fn is_pending(&self, bulk_id: &str) -> bool {
        let creator = self.creates.get(bulk_id);
        creator.is_some_and(|place| self.outcomes[*place].is_none())
    }

    /// Adds the references that had to wait; where that fails, what was created is taken back.
    async fn complete(&mut self, unfinished: Unfinished) -> Result<Reply, ScimError> {
        let Unfinished { mut command, .. } = unfinished;
        let created = Command {
            verb: Verb::Delete,
            data: Object::new(),
            ..command.clone()
        };
        let completed = match resolve(&mut command, &self.ids) {
            Ok(()) => perform(self.by, command, ANY).await,
            Err(bulk_id) => Err(self.unresolved(bulk_id)),
        };
        match completed {
            Ok(reply) => Ok(reply.with_status(StatusCode::CREATED)),
            Err(error) => {
                perform(self.by, created, ANY).await?;
                Err(error)
            }
        }
    }

    fn unresolved(&self, bulk_id: String) -> ScimError {
        let reason = if self.creates.contains_key(&bulk_id) {
            "the operation that creates it failed or was left undone"
        } else {
            "no operation of this request creates it"
        };
        ScimError::UnresolvedReference { bulk_id, reason }
    }

    fn settle(&mut self, place: usize, result: Result<Reply, ScimError>) {
        let operation = &self.bulk.operations[place];
        let target = operation
            .command
            .as_ref()
            .ok()
            .filter(|command| command.verb != Verb::Create);
        let mut outcome = Outcome {
            method: operation.method.clone(),
            bulk_id: operation.bulk_id.clone(),
            location: target.map(|command| format!("{}{}", self.by.endpoint, command.path())),
            version: None,
            status: StatusCode::OK,
            description: None,
        };
        match result {
            Ok(reply) => {
                if reply.status() == StatusCode::CREATED {
                    outcome.status = StatusCode::CREATED;
                }
                if let Some(found) = reply.place() {
                    outcome.location = Some(found.location.clone());
                    outcome.version = Some(found.version.clone());
                }
            }
            Err(error) => {
                if let Some(cause) = error.cause() {
                    tracing::error!(cause, "an operation of a bulk failed");
                }
                self.failures += 1;
                self.ids
                    .retain(|bulk_id, _| operation.creates() != Some(bulk_id));
                outcome.status = error.status_code();
                outcome.description = Some(error.to_string());
            }
        }
        self.outcomes[place] = Some(outcome);
    }
}

/// Any version will do, and nothing needs to be shown.
const ANY: Terms = Terms {
    if_match: None,
    shown: false,
};

async fn perform(by: &Provisioner, command: Command, terms: Terms) -> Result<Reply, ScimError> {
    let Command {
        verb,
        kind,
        id,
        data,
    } = command;
    match (kind, verb) {
        (Kind::User, Verb::Create) => users::create(by, data).await,
        (Kind::User, Verb::Replace) => users::replace(by, &id, terms, data).await,
        (Kind::User, Verb::Patch) => users::patch(by, &id, terms, data).await,
        (Kind::User, Verb::Delete) => users::delete(by, &id, terms).await,
        (Kind::Group, Verb::Create) => groups::create(by, data).await,
        (Kind::Group, Verb::Replace) => groups::replace(by, &id, terms, data).await,
        (Kind::Group, Verb::Patch) => groups::patch(by, &id, terms, data).await,
        (Kind::Group, Verb::Delete) => groups::delete(by, &id, terms).await,
    }
}

impl Done {
    /// One line for the dashboard.
    pub(crate) fn summary(&self, sent: usize) -> String {
        let failed = self
            .0
            .iter()
            .filter(|outcome| outcome.description.is_some());
        let failed = failed.count();
        let (done, left) = (self.0.len() - failed, sent - self.0.len());
        let mut parts = vec![format!("{done} done")];
        if failed > 0 {
            parts.push(format!("{failed} failed"));
        }
        if left > 0 {
            parts.push(format!("{left} left undone"));
        }
        format!("Bulk of {sent}: {}", parts.join(", "))
    }

    /// The answer's body.
    pub(crate) fn body(&self) -> Value {
        let operations: Vec<Value> = self.0.iter().map(Outcome::body).collect();
        json!({ "schemas": [CORE], "Operations": operations })
    }
}

impl Outcome {
    fn body(&self) -> Value {
        let mut body = Object::new();
        let texts = [
            ("method", &self.method),
            ("bulkId", &self.bulk_id),
            ("version", &self.version),
            ("location", &self.location),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                body.insert(name.to_owned(), json!(text));
            }
        }
        let mut status = json!({ "code": self.status.as_str() });
        if let Some(description) = &self.description {
            status["description"] = json!(description);
        }
        body.insert("status".to_owned(), status);
        Value::Object(body)
    }
}
