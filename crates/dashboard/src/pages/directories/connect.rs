//! Where Okta's admin pastes what, and how far they have come.

use actix_web::HttpResponse;
use askama::Template;
use rollcall_store::page::PageRequest;
use rollcall_store::{directory_token, provisioning_request};

use super::head::{self, Head, Tab};
use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::pages::tokens::TokenRow;
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/directories/connect.html")]
struct ConnectPage {
    shell: Shell,
    head: Head,
    endpoint: String,
    tokens: Vec<TokenRow>,
    settings: String,
    trouble: Option<Trouble>,
}

/// The last refused request, while nothing else has come through.
struct Trouble {
    status: i32,
    summary: String,
    when: When,
    href: String,
}

/// The page.
pub(crate) async fn show(at: AtDirectory) -> Result<HttpResponse, PageError> {
    let head = head::load(&at, Tab::Connect).await?;
    let (id, now) = (at.directory.id.clone(), at.who.now());
    let reading = at.who.store().read(move |conn| {
        let tokens = directory_token::live(conn, &id, now)?;
        let refused = provisioning_request::page(conn, &id, true, &PageRequest::first(1))?;
        Ok::<_, PageError>((tokens, refused.items.into_iter().next()))
    });
    let (tokens, refused) = reading.await?;
    let links = &at.who.links;
    let trouble = refused
        .filter(|_| head.latest.as_ref().is_some_and(|latest| latest.refused))
        .map(|request| Trouble {
            status: request.status,
            summary: request.summary,
            when: When::new(request.created_at, now),
            href: links.request(&at.directory.id, &request.id),
        });
    let hosts = &at.who.visit.app.settings().endpoint_hosts;
    let page = ConnectPage {
        shell: head::shell(&at, Some(head.guide.connect)),
        endpoint: hosts.endpoint_url(&at.directory),
        tokens: tokens
            .iter()
            .map(|token| TokenRow::new(token, links, now))
            .collect(),
        settings: links.directory_settings(&at.directory.id),
        trouble,
        head,
    };
    at.who.ok(&page)
}
