//! All API keys, newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::api_key::{self, ApiKey};
use rollcall_store::ids::MemberId;

use crate::auth::InWorkspace;
use crate::curl;
use crate::error::PageError;
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::{Section, Shell};
use crate::time::When;

/// What the command on the page asks for.
const EXAMPLE: &str = "/directories?limit=10";

#[derive(Template)]
#[template(path = "pages/api_keys/list.html")]
struct ListPage {
    shell: Shell,
    list: Listing<Row>,
    curl: String,
}

struct Row {
    name: String,
    suffix: String,
    creator: Option<String>,
    created: When,
    last_used: Option<When>,
    expires: Option<When>,
    expired: bool,
    revoke: String,
}

/// The list.
pub(crate) async fn show(
    who: InWorkspace,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let (workspace_id, wanted) = (who.workspace.id.clone(), query.page());
    let reading = who.store().read(move |conn| {
        let page = api_key::page(conn, &workspace_id, &wanted)?;
        let creators = api_key::creators(conn, &page.items)?;
        Ok::<_, PageError>((page, creators))
    });
    let (page, creators) = reading.await?;
    let rows = map(page, |key| row(&who, key, &creators));
    who.ok(&ListPage {
        list: Listing::by_age(rows, &query, &who.links.api_keys(), "key"),
        curl: example(&who),
        shell: who.shell("API keys").within(Section::ApiKeys),
    })
}

fn row(who: &InWorkspace, key: ApiKey, creators: &[(MemberId, String)]) -> Row {
    let now = who.now();
    let creator = key
        .created_by
        .as_ref()
        .and_then(|id| creators.iter().find(|(member, _)| member == id));
    Row {
        revoke: who.links.revoke_api_key(&key.id),
        creator: creator.map(|(_, name)| name.clone()),
        created: When::new(key.created_at, now),
        last_used: key.last_used_at.map(|at| When::new(at, now)),
        expires: key.expires_at.map(|at| When::new(at, now)),
        expired: key.expires_at.is_some_and(|at| at <= now),
        name: key.name,
        suffix: key.suffix,
    }
}

/// The command that the pages about keys show.
pub(crate) fn example(who: &InWorkspace) -> String {
    curl::api(&who.visit.app.settings().public_url, EXAMPLE)
}
