//! Who calls: the extractor without which no handler can be written.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use rollcall_store::directory::{self, Authentication, Directory, DirectoryState};
use rollcall_store::ids::ProvisioningRequestId;
use rollcall_store::{Store, token};

use crate::error::ScimError;
use crate::ingest::Ingest;
use crate::negotiation;
use crate::request_log::notes_of;
use crate::walks::Walks;

/// An identity provider that proved to be the one of this directory.
#[derive(Debug, Clone)]
pub(crate) struct Provisioner {
    /// The endpoint's directory.
    pub(crate) directory: Directory,
    /// The request's id; events made for it carry it.
    pub(crate) request_id: ProvisioningRequestId,
    /// The database.
    pub(crate) store: Store,
    /// The turns of walks.
    pub(crate) walks: Walks,
    /// The directory's SCIM base URL.
    pub(crate) endpoint: String,
}

impl FromRequest for Provisioner {
    type Error = ScimError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ScimError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticate(&request).await })
    }
}

pub(crate) async fn authenticate(request: &HttpRequest) -> Result<Provisioner, ScimError> {
    let ingest = request
        .app_data::<web::Data<Ingest>>()
        .ok_or_else(|| ScimError::Internal("the ingest is not configured".to_owned()))?;
    let notes = notes_of(request)?;
    let request_id = notes.borrow().id.clone();
    let key = endpoint_key(request);
    let (hash, now) = (token::hash(sent_token(request)), ingest.store.now());
    let found: Authentication = ingest
        .store
        .read_persistently(move |conn| directory::authenticate(conn, &key, &hash, now))
        .await?;
    let (directory, token_id) = match found {
        Authentication::Accepted {
            directory,
            token_id,
        } => (directory, token_id),
        Authentication::Refused { directory } => {
            notes.borrow_mut().directory_id = directory.map(|directory| directory.id);
            return Err(ScimError::Unauthorized);
        }
    };
    notes.borrow_mut().accept(&directory.id, token_id);
    let host = rollcall_http::host(request.head());
    if !ingest.hosts.serves(host.as_deref(), &directory) {
        return Err(ScimError::WrongHost);
    }
    negotiation::check(request)?;
    let directory = linked(&ingest.store, request_id.clone(), directory).await?;
    let endpoint = ingest.hosts.endpoint_url(&directory);
    Ok(Provisioner {
        directory,
        request_id,
        store: ingest.store.clone(),
        walks: ingest.walks.clone(),
        endpoint,
    })
}

/// The provider's first authenticated call links the directory.
async fn linked(
    store: &Store,
    request_id: ProvisioningRequestId,
    directory: Directory,
) -> Result<Directory, ScimError> {
    match directory.state {
        DirectoryState::Linked => Ok(directory),
        DirectoryState::Validating => {
            store
                .write_caused_by(request_id, move |tx| {
                    Ok(directory::activate(tx, &directory)?)
                })
                .await
        }
    }
}

/// The key in the path, without blanks that were pasted with it. No key holds anything but letters and digits, and
/// PostgreSQL could not even be asked for some other characters.
fn endpoint_key(request: &HttpRequest) -> String {
    let key = request.match_info().get("key").unwrap_or_default().trim();
    if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        key.to_owned()
    } else {
        String::new()
    }
}

fn sent_token(request: &HttpRequest) -> &str {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    header.map_or("", token::clean)
}
