//! A workspace's audit log, newest first, filtered.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::audit::{self, Action, Entry};
use rollcall_store::page::Page;

use super::filter::Asked;
use super::words;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::forms::FormState;
use crate::pages::listing::Pager;
use crate::shell::{Section, Shell};
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/audit_log/list.html")]
struct ListPage {
    shell: Shell,
    form: FormState,
    is_filtered: bool,
    actions: &'static [Action],
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    deed: String,
    target: String,
    href: String,
    actor: String,
    when: When,
}

/// The list, or the part of it that is asked for.
pub(crate) async fn show(
    who: InWorkspace,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, PageError> {
    let (filter, form) = asked.resolve();
    if !form.is_valid() {
        return refused(&who, &asked, form);
    }
    let (workspace_id, wanted) = (who.workspace.id.clone(), asked.page());
    let reading = who
        .store()
        .read(move |conn| audit::page(conn, &workspace_id, &filter, &wanted));
    who.ok(&page(&who, &asked, form, reading.await?))
}

/// The page with what is wrong with the filter.
pub(super) fn refused(
    who: &InWorkspace,
    asked: &Asked,
    form: FormState,
) -> Result<HttpResponse, PageError> {
    let nothing = Page {
        items: Vec::new(),
        before: None,
        after: None,
    };
    who.refused(&page(who, asked, form, nothing))
}

fn page(who: &InWorkspace, asked: &Asked, form: FormState, found: Page<Entry>) -> ListPage {
    let path = who.links.audit_log();
    let address = |edge, cursor: String| asked.address(&path, edge, &cursor);
    ListPage {
        shell: who.shell("Audit log").within(Section::AuditLog),
        form,
        is_filtered: !asked.is_empty(),
        actions: Action::ALL,
        rows: found.items.iter().map(|entry| row(who, entry)).collect(),
        pager: Pager {
            before: found.before.map(|cursor| address("before", cursor)),
            after: found.after.map(|cursor| address("after", cursor)),
            before_label: "Newer",
            after_label: "Older",
        },
    }
}

fn row(who: &InWorkspace, entry: &Entry) -> Row {
    Row {
        deed: words::deed(entry),
        target: entry.target_name.clone(),
        href: who.links.audit_entry(entry.number),
        actor: entry.actor_name.clone(),
        when: When::new(entry.created_at, who.now()),
    }
}
