//! All webhook endpoints, newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::webhook_endpoint::{self, WebhookEndpoint};

use super::{events_label, status_badge};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::pages::directories::summary::Badge;
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::{Section, Shell};
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/webhooks/list.html")]
struct ListPage {
    shell: Shell,
    list: Listing<Row>,
}

struct Row {
    url: String,
    description: String,
    href: String,
    events: String,
    state: Badge,
    created: When,
}

/// The list.
pub(crate) async fn show(
    who: InWorkspace,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let (workspace_id, wanted) = (who.workspace.id.clone(), query.page());
    let reading = who
        .store()
        .read(move |conn| webhook_endpoint::page(conn, &workspace_id, &wanted));
    let rows = map(reading.await?, |endpoint| row(&who, endpoint));
    who.ok(&ListPage {
        list: Listing::by_age(rows, &query, &who.links.webhooks(), "endpoint"),
        shell: who.shell("Webhooks").within(Section::Webhooks),
    })
}

fn row(who: &InWorkspace, endpoint: WebhookEndpoint) -> Row {
    Row {
        href: who.links.webhook(&endpoint.id),
        events: events_label(&endpoint),
        state: status_badge(&endpoint),
        created: When::new(endpoint.created_at, who.now()),
        url: endpoint.endpoint_url,
        description: endpoint.description,
    }
}
