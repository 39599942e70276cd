//! The REST API for the team's application: the paths, shapes and errors of WorkOS Directory Sync, so that
//! its official SDKs work with another base URL and nothing else, and some calls of our own in the same style.
//!
//! A request passes [`frame`], which gives it its id; the extractor [`caller::Caller`] finds the workspace that
//! the API key opens; only then a handler runs. It reads or writes through `rollcall_store` and holds no SQL.

mod api_keys;
mod body;
mod caller;
mod directories;
mod directory_groups;
mod directory_tokens;
mod directory_users;
mod docs;
mod error;
mod events;
mod fields;
mod frame;
mod idempotency;
mod list;
mod organization_domains;
mod organizations;
mod params;
mod path;
mod provisioning_requests;
mod rate_limit;
mod reply;
mod representation;
mod routes;
mod settings;
mod uses;
mod webhook_deliveries;
mod webhook_endpoints;

use std::sync::Arc;

use actix_web::guard::fn_guard;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use rollcall_store::Store;

pub use crate::routes::{ROUTES, Route};
pub use crate::settings::{REQUESTS_PER_MINUTE, Settings};

use crate::docs::Docs;
use crate::rate_limit::RateLimit;
use crate::uses::Uses;

/// What all workers of a process share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Api(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    settings: Settings,
    rate_limit: RateLimit,
    uses: Uses,
    docs: Docs,
}

impl Api {
    /// An API over `store`. Make one for the whole process: the rate limits live in it.
    pub fn new(store: Store, settings: Settings) -> Self {
        let rate_limit = RateLimit::per_minute(settings.requests_per_minute);
        Self(Arc::new(Shared {
            store,
            settings,
            rate_limit,
            uses: Uses::default(),
            docs: Docs::default(),
        }))
    }

    /// Adds the API to an application. Call it before whatever answers all other paths: of those, it
    /// takes only the calls that come from a program, to answer them in JSON.
    pub fn configure(&self, config: &mut ServiceConfig) {
        config.app_data(Data::new(self.clone()));
        routes::register(config);
        config.service(
            web::scope("")
                .guard(fn_guard(|context| frame::is_program(context.head())))
                .wrap(from_fn(frame::surround))
                .default_service(web::to(frame::unknown_path)),
        );
    }

    /// Writes down, about each minute, when keys were last used. Runs for as long as the process serves.
    pub async fn remember_uses(&self) {
        self.0.uses.keep_writing(&self.0.store).await;
    }

    /// Writes down the uses that are still in memory; for the end of the process.
    pub async fn flush(&self) {
        self.0.uses.write(&self.0.store).await;
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn rate_limit(&self) -> &RateLimit {
        &self.0.rate_limit
    }

    pub(crate) fn docs(&self) -> &Docs {
        &self.0.docs
    }

    pub(crate) fn uses(&self) -> &Uses {
        &self.0.uses
    }
}
