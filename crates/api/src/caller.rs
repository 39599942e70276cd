//! Who calls: the extractor without which no handler can be written.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use rollcall_store::audit::{Actor, Context};
use rollcall_store::ids::{ApiKeyId, ApiRequestId, WorkspaceId};
use rollcall_store::{Connection, Store, Timestamp, Tx, api_key, token};
use tracing::field::display;

use crate::Api;
use crate::error::ApiError;

/// An application that proved to hold an API key of this workspace.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The workspace that the key opens.
    pub(crate) workspace_id: WorkspaceId,
    /// The key.
    pub(crate) key_id: ApiKeyId,
    /// The key again, and where the call comes from.
    context: Context,
    /// The API.
    pub(crate) api: Api,
}

impl Caller {
    /// The database.
    pub(crate) fn store(&self) -> &Store {
        self.api.store()
    }

    /// The time of the request.
    pub(crate) fn now(&self) -> Timestamp {
        self.store().now()
    }

    /// Reads what belongs to the workspace.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        F: FnOnce(&mut Connection, &WorkspaceId) -> Result<T, ApiError> + Send + 'static,
        T: Send + 'static,
    {
        let workspace_id = self.workspace_id.clone();
        self.store()
            .read(move |conn| work(conn, &workspace_id))
            .await
    }

    /// Changes what belongs to the workspace: all of it when `work` answers `Ok`, and otherwise nothing.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        F: FnOnce(&mut Tx<'_>, &WorkspaceId) -> Result<T, ApiError> + Send + 'static,
        T: Send + 'static,
    {
        let workspace_id = self.workspace_id.clone();
        self.store()
            .write_as(self.context.clone(), move |tx| work(tx, &workspace_id))
            .await
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticate(&request).await })
    }
}

pub(crate) async fn authenticate(request: &HttpRequest) -> Result<Caller, ApiError> {
    let api = request
        .app_data::<Data<Api>>()
        .map(|api| Api::clone(api))
        .ok_or_else(|| ApiError::Internal("the API is not configured".to_owned()))?;
    let key = sent_key(request);
    if !token::is_well_formed(token::API_KEY_PREFIX, key) {
        return Err(unauthorized(request, &api));
    }
    let (hash, now) = (token::hash(key), api.store().now());
    let found = api
        .store()
        .read_persistently(move |conn| api_key::authenticate(conn, &hash, now))
        .await?;
    let key = found.ok_or_else(|| unauthorized(request, &api))?;
    api.rate_limit().count(&key.id)?;
    api.uses().note(&key.id, now);
    let context = context(request, &api, key.id.clone(), key.name);
    Ok(Caller {
        workspace_id: key.workspace_id,
        key_id: key.id,
        context,
        api,
    })
}

/// Refuses whoever has no key that works; the log says where they are.
fn unauthorized(request: &HttpRequest, api: &Api) -> ApiError {
    let extensions = request.extensions();
    let id = extensions.get::<ApiRequestId>().map(display);
    let address = api.settings().proxies.client(request).map(display);
    let path = request.path();
    tracing::info!(
        request_id = id,
        path,
        address,
        "a call without a key that works was refused"
    );
    ApiError::Unauthorized
}

fn context(request: &HttpRequest, api: &Api, id: ApiKeyId, name: String) -> Context {
    let agent = request.headers().get(USER_AGENT);
    let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let request_id = request.extensions().get::<ApiRequestId>().cloned();
    let address = api.settings().proxies.client(request);
    Context {
        actor: Actor::ApiKey { id, name },
        ip_address: address.map(|address| address.to_string()),
        user_agent: agent,
        request_id: request_id.map(|id| id.to_string()),
    }
}

pub(crate) fn sent_key(request: &HttpRequest) -> &str {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    header.map_or("", token::clean)
}
