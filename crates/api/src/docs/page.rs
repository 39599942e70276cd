//! `GET /api-reference`: the document for people, without a script.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use askama::Template;

use super::complete::DESCRIPTION;
use super::document;
use super::reference::{self, Shape, Subject};
use crate::Api;
use crate::error::ApiError;

/// As strict as the dashboard's, and without scripts.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

#[derive(Template)]
#[template(path = "api_reference.html")]
struct Page {
    base_url: String,
    description: &'static str,
    subjects: Vec<Subject>,
    shapes: Vec<Shape>,
}

fn render(base_url: &str) -> Result<String, Box<dyn std::error::Error>> {
    let document = serde_json::to_value(document::of(base_url))?;
    let page = Page {
        base_url: base_url.to_owned(),
        description: DESCRIPTION,
        subjects: reference::subjects(&document),
        shapes: reference::shapes(&document),
    };
    Ok(page.render()?)
}

pub(crate) async fn show(api: Data<Api>) -> Result<HttpResponse, ApiError> {
    let make = || render(&api.settings().public_url);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(api.docs().page.get(make)?))
}

/// The files of the page. The dashboard has them too, but may run in another process.
const FILES: [(&str, &str, &[u8]); 6] = [
    (
        "css/base.css",
        "text/css; charset=utf-8",
        include_bytes!("../../../../static/css/base.css"),
    ),
    (
        "css/reference.css",
        "text/css; charset=utf-8",
        include_bytes!("../../../../static/css/reference.css"),
    ),
    (
        "img/favicon.svg",
        "image/svg+xml",
        include_bytes!("../../../../static/img/favicon.svg"),
    ),
    (
        "vendor/inter-latin.woff2",
        "font/woff2",
        include_bytes!("../../../../static/vendor/inter-latin.woff2"),
    ),
    (
        "vendor/inter-latin-ext.woff2",
        "font/woff2",
        include_bytes!("../../../../static/vendor/inter-latin-ext.woff2"),
    ),
    (
        "vendor/jetbrains-mono-latin.woff2",
        "font/woff2",
        include_bytes!("../../../../static/vendor/jetbrains-mono-latin.woff2"),
    ),
];

pub(crate) async fn file(path: Path<String>) -> Result<HttpResponse, ApiError> {
    let wanted = FILES.iter().find(|(name, ..)| *name == path.as_str());
    let (_, kind, content) = wanted.ok_or(ApiError::UnknownPath)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, *kind))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .body(*content))
}
