//! What becomes known of a request while it is served.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpMessage as _, HttpRequest};
use rollcall_store::Timestamp;
use rollcall_store::ids::{DirectoryId, DirectoryTokenId, ProvisioningRequestId};
use rollcall_store::provisioning_request::ProvisioningRequest;

use super::Recorder;
use crate::error::ScimError;
use crate::ingest::Ingest;
use crate::protocol::redact;
use crate::reply::Kept;

/// The status recorded when the caller left before the answer; the number nginx made usual.
const HUNG_UP: u16 = 499;
/// The most characters kept of a line that a caller can make as long as they like.
const MAX_LINE: usize = 1_000;

/// Written by the extractors, read by the middleware.
#[derive(Debug)]
pub(crate) struct Notes {
    pub(crate) id: ProvisioningRequestId,
    pub(crate) directory_id: Option<DirectoryId>,
    pub(crate) token_id: Option<DirectoryTokenId>,
    pub(crate) request_body: Option<String>,
}

impl Notes {
    pub(crate) fn accept(&mut self, directory_id: &DirectoryId, token_id: DirectoryTokenId) {
        self.directory_id = Some(directory_id.clone());
        self.token_id = Some(token_id);
    }
}

/// The notes of a request that came through the middleware.
pub(crate) fn notes_of(request: &HttpRequest) -> Result<Rc<RefCell<Notes>>, ScimError> {
    let notes = request.extensions().get::<Rc<RefCell<Notes>>>().cloned();
    notes.ok_or_else(|| {
        ScimError::Internal("the request log does not surround this route".to_owned())
    })
}

/// Watches one request from its arrival. If the caller hangs up, the request is dropped where it stands; what it did
/// by then may be done, so it is recorded all the same.
pub(super) struct Watch {
    notes: Rc<RefCell<Notes>>,
    recorder: Recorder,
    began: Instant,
    created_at: Timestamp,
    method: String,
    path: String,
    query: String,
    user_agent: String,
    finished: bool,
}

impl Watch {
    pub(super) fn start(ingest: &Ingest, request: &ServiceRequest) -> Self {
        let notes = Rc::new(RefCell::new(Notes {
            id: ingest.store.new_id(),
            directory_id: None,
            token_id: None,
            request_body: None,
        }));
        request.extensions_mut().insert(Rc::clone(&notes));
        let user_agent = request
            .headers()
            .get(USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()));
        Self {
            notes,
            recorder: ingest.recorder.clone(),
            began: Instant::now(),
            created_at: ingest.store.now(),
            method: line(request.method().as_str()),
            path: line(below_endpoint(request.uri().path())),
            query: line(&redact::query(request.query_string())),
            user_agent: line(&user_agent.unwrap_or_default()),
            finished: false,
        }
    }

    pub(super) fn id(&self) -> ProvisioningRequestId {
        self.notes.borrow().id.clone()
    }

    pub(super) fn finish(&mut self, status: StatusCode, kept: Option<Kept>) {
        self.put(status.as_u16(), kept);
    }

    fn put(&mut self, status: u16, kept: Option<Kept>) {
        self.finished = true;
        let mut notes = self.notes.borrow_mut();
        // Calls to an endpoint that does not exist are nobody's to see.
        let Some(directory_id) = notes.directory_id.clone() else {
            return;
        };
        let accepted = notes.token_id.is_some();
        let kept = kept.unwrap_or(Kept {
            summary: String::new(),
            body: None,
        });
        self.recorder.put(ProvisioningRequest {
            id: notes.id.clone(),
            directory_id,
            directory_token_id: notes.token_id.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            status: i32::from(status),
            duration_micros: i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX),
            summary: line(&kept.summary),
            request_body: notes.request_body.take(),
            // What a stranger is told says nothing about the directory, and is the same each time.
            response_body: kept.body.filter(|_| accepted),
            user_agent: self.user_agent.clone(),
            created_at: self.created_at,
        });
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.finished {
            let summary = "The caller hung up before the answer".to_owned();
            self.put(
                HUNG_UP,
                Some(Kept {
                    summary,
                    body: None,
                }),
            );
        }
    }
}

/// The path without `/scim/v1.1/{key}`: the key is half of what opens the endpoint.
fn below_endpoint(path: &str) -> &str {
    let key_end = path.match_indices('/').nth(3).map(|(index, _)| index);
    key_end.map_or("/", |index| &path[index..])
}

/// One bounded line that any database can keep.
fn line(text: &str) -> String {
    text.chars()
        .take(MAX_LINE)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_not_part_of_the_recorded_path() {
        assert_eq!(below_endpoint("/scim/v1.1/abc/Users/1"), "/Users/1");
        assert_eq!(below_endpoint("/scim/v1.1/abc//Users"), "//Users");
        assert_eq!(below_endpoint("/scim/v1.1/abc"), "/");
    }
}
