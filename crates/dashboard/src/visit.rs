//! One browser's request, and the page that answers it.

use std::future::{Ready, ready};

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;
use rollcall_store::member::Member;
use rollcall_store::session::Device;
use rollcall_store::{Store, Timestamp};

use crate::error::PageError;
use crate::flash::Flash;
use crate::limits::Origin;
use crate::shell::Shell;
use crate::theme::Theme;
use crate::{Dashboard, cookies, visitor};

/// What a request says besides its path and its form.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) app: Data<Dashboard>,
    pub(crate) request: HttpRequest,
    /// The database, for whoever visits.
    store: Store,
    theme: Theme,
    flash: Option<Flash>,
    /// Whether a script asks for a part of the page, which keeps the message for the whole one.
    pub(crate) partial: bool,
}

impl Visit {
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The same visit, once it is known whose it is: what it writes is done on their behalf.
    #[must_use]
    pub(crate) fn of(self, member: &Member) -> Self {
        let context = visitor::stranger(&self.request, self.app.settings());
        Self {
            store: self.store.acting_as(context.by(visitor::actor(member))),
            ..self
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.app.store().now()
    }

    /// The value of one of the browser's cookies.
    pub(crate) fn cookie(&self, kind: cookies::Kind) -> Option<String> {
        let cookie = self.request.cookie(&kind.name(self.app.settings()))?;
        Some(cookie.value().to_owned())
    }

    /// The browser, as its session will describe it.
    pub(crate) fn device(&self) -> Device {
        let agent = self.request.headers().get(USER_AGENT);
        let address = self.app.settings().proxies.client(&self.request);
        Device {
            user_agent: agent
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            ip_address: address.map_or_else(String::new, |address| address.to_string()),
        }
    }

    /// Where the request comes from, as limits count it.
    pub(crate) fn origin(&self) -> Origin {
        let address = self.app.settings().proxies.client(&self.request);
        Origin {
            network: address.map_or_else(String::new, rollcall_http::network),
            device: self.cookie(cookies::Kind::Device),
        }
    }

    /// The surroundings of a page outside any workspace.
    pub(crate) fn plain_shell(&self, title: impl Into<String>) -> Shell {
        let here = self
            .request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        Shell {
            flash: self.flash.clone(),
            here: here.to_owned(),
            ..Shell::plain(self.theme, title)
        }
    }

    /// Answers with a page. A message that it shows is taken away, so that it shows once.
    pub(crate) fn page(
        &self,
        status: StatusCode,
        page: &impl Template,
    ) -> Result<HttpResponse, PageError> {
        let html = page.render()?;
        let mut answer = HttpResponse::build(status);
        answer.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
        if self.flash.is_some() {
            let settings = self.app.settings();
            answer.cookie(cookies::Kind::Flash.removal(settings));
        }
        Ok(answer.body(html))
    }

    /// Answers with a page as it should be.
    pub(crate) fn ok(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        self.page(StatusCode::OK, page)
    }

    /// Answers with the form again, and what is wrong with it.
    pub(crate) fn refused(&self, page: &impl Template) -> Result<HttpResponse, PageError> {
        self.page(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// Sends the browser on, with a message for the next page.
    pub(crate) fn done(&self, location: &str, flash: &Flash) -> HttpResponse {
        see_other(
            location,
            [cookies::Kind::Flash.with(self.app.settings(), flash.encode())],
        )
    }
}

/// Sends the browser on.
pub(crate) fn see_other(
    location: &str,
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, location));
    for cookie in cookies {
        answer.cookie(cookie);
    }
    answer.finish()
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(
            Data::<Dashboard>::from_request(request, payload)
                .into_inner()
                .map(|app| {
                    let partial = request.headers().contains_key("hx-request");
                    let cookie = request
                        .cookie(&cookies::Kind::Flash.name(app.settings()))
                        .filter(|_| !partial);
                    Self {
                        flash: cookie.and_then(|cookie| Flash::decode(cookie.value())),
                        theme: Theme::of(request),
                        store: app
                            .store()
                            .acting_as(visitor::stranger(request, app.settings())),
                        request: request.clone(),
                        partial,
                        app,
                    }
                }),
        )
    }
}
