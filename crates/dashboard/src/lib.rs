//! The dashboard: pages rendered here, forms that work without a script, htmx where a part of a
//! page is enough. It reads and writes through `rollcall_store` and holds no SQL.
//!
//! A request passes [`headers`], [`error`] and [`csrf`], then an extractor of [`auth`] loads the
//! member, the workspace and the row that the path names; only then a handler of [`pages`] runs.

mod assets;
mod auth;
mod cookies;
mod csrf;
mod curl;
mod error;
mod flash;
mod format;
mod forms;
mod headers;
mod json;
mod limits;
mod pages;
mod passwords;
mod reauthenticated;
mod rights;
mod routes;
mod settings;
mod shell;
mod signing_in;
mod theme;
mod time;
mod urls;
mod visit;
mod visitor;

use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, FormConfig, ServiceConfig};
use rollcall_store::Store;
use rollcall_store::password::Hasher;

pub use crate::routes::{ROUTES, Route, Who};
pub use crate::settings::{Mail, Settings, SignUp};

use crate::error::PageError;

/// No form of ours is longer.
const LARGEST_FORM: usize = 64 * 1024;

/// What all workers of a process share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dashboard(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    hasher: Hasher,
    settings: Settings,
}

impl Dashboard {
    /// A dashboard over `store`. One serves the whole process.
    pub fn new(store: Store, hasher: Hasher, settings: Settings) -> Self {
        Self(Arc::new(Shared {
            store,
            hasher,
            settings,
        }))
    }

    /// Adds the dashboard to an application. Call it last: it also answers every path that
    /// nothing before it took, with its 404 page.
    pub fn configure(&self, config: &mut ServiceConfig) {
        let scope = routes::register(web::scope(""))
            .app_data(Data::new(self.clone()))
            .app_data(FormConfig::default().limit(LARGEST_FORM))
            .wrap(from_fn(csrf::check))
            .wrap(from_fn(error::dress))
            .wrap(from_fn(headers::add))
            .default_service(web::to(async || Err::<&str, _>(PageError::NotFound)));
        config.service(scope);
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }
}
