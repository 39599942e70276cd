//! One entry of the audit log with everything that is known of it.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::audit::{self, Entry};
use serde::Deserialize;

use super::words::{self, Change};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::format;
use crate::shell::{Section, Shell};
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/audit_log/show.html")]
struct EntryPage {
    shell: Shell,
    entry: Entry,
    number: String,
    changes: Vec<Change>,
    when: When,
}

/// Which entry.
#[derive(Deserialize)]
pub(crate) struct EntryPath {
    entry: String,
}

/// The entry.
pub(crate) async fn show(
    who: InWorkspace,
    path: web::Path<EntryPath>,
) -> Result<HttpResponse, PageError> {
    let number: i64 = path.entry.parse().map_err(|_| PageError::NotFound)?;
    let workspace_id = who.workspace.id.clone();
    let found = who
        .store()
        .read(move |conn| audit::find(conn, &workspace_id, number));
    let entry = found.await?.ok_or(PageError::NotFound)?;
    let shell = who
        .shell(words::deed(&entry))
        .within(Section::AuditLog)
        .crumb("Audit log", who.links.audit_log());
    who.ok(&EntryPage {
        shell,
        number: format::number(entry.number),
        changes: words::changes(&entry),
        when: When::new(entry.created_at, who.now()),
        entry,
    })
}
