//! The audit log as a file, written while it is read, so that its length does not matter.

use std::mem;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream::try_unfold;
use rollcall_store::Store;
use rollcall_store::audit::{self, Action, Chain, Difference, Entry, Filter, Target};
use rollcall_store::ids::{Id as _, WorkspaceId};
use rollcall_store::page::PageRequest;

use super::filter::Asked;
use super::{csv, list};
use crate::auth::InWorkspace;
use crate::error::PageError;

/// Entries read at once.
const PIECE: i64 = 500;

/// The columns, of both formats.
const COLUMNS: [&str; 16] = [
    "number",
    "id",
    "created_at",
    "created_at_micros",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "target_id",
    "target_name",
    "difference",
    "ip_address",
    "user_agent",
    "request_id",
    "previous_hash",
    "hash",
];

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

/// Exports what the filter wants, newest first. That it was exported is written down first.
pub(crate) async fn export(
    who: InWorkspace,
    asked: web::Form<Asked>,
) -> Result<HttpResponse, PageError> {
    let (filter, form) = asked.resolve();
    if !form.is_valid() {
        return list::refused(&who, &asked, form);
    }
    let (format, extension, kind) = match asked.format.as_str() {
        "json" => (Format::Json, "json", "application/json"),
        _ => (Format::Csv, "csv", "text/csv; charset=utf-8"),
    };
    note(&who, extension, &filter).await?;
    let file = format!("audit-log-{}.{extension}", who.workspace.slug);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file}\""),
        ))
        .streaming(Reader::new(&who, filter, format).into_stream()))
}

async fn note(who: &InWorkspace, format: &'static str, filter: &Filter) -> Result<(), PageError> {
    let difference = Difference::none()
        .set("format", format)
        .set("action", filter.action.map(Action::as_str))
        .set("about", filter.about.clone())
        .set("since", filter.since.map(|at| at.to_string()))
        .set("until", filter.until.map(|at| at.to_string()));
    let (id, slug) = (who.workspace.id.clone(), who.workspace.slug.clone());
    let noted = who.store().write(move |tx| {
        let (chain, target) = (Chain::Workspace(&id), Target::new(&id, slug));
        audit::record(tx, chain, Action::AuditLogExported, target, &difference)
    });
    Ok(noted.await?)
}

/// Where the next piece starts.
enum Next {
    Beginning,
    After(String),
    Nowhere,
}

/// What is left to write.
struct Reader {
    store: Store,
    workspace_id: WorkspaceId,
    filter: Filter,
    format: Format,
    next: Next,
}

impl Reader {
    fn new(who: &InWorkspace, filter: Filter, format: Format) -> Self {
        Self {
            store: who.store().clone(),
            workspace_id: who.workspace.id.clone(),
            filter,
            format,
            next: Next::Beginning,
        }
    }

    fn into_stream(self) -> impl futures_util::Stream<Item = Result<Bytes, PageError>> {
        try_unfold(self, |mut reader| async move {
            Ok(reader.read().await?.map(|piece| (piece, reader)))
        })
    }

    async fn read(&mut self) -> Result<Option<Bytes>, PageError> {
        let cursor = match mem::replace(&mut self.next, Next::Nowhere) {
            Next::Beginning => None,
            Next::After(cursor) => Some(cursor),
            Next::Nowhere => return Ok(None),
        };
        let is_first = cursor.is_none();
        let request = PageRequest {
            after: cursor,
            ..PageRequest::first(PIECE)
        };
        let (workspace_id, filter) = (self.workspace_id.clone(), self.filter.clone());
        let page = self
            .store
            .read(move |conn| audit::page(conn, &workspace_id, &filter, &request))
            .await?;
        let is_last = page.after.is_none();
        self.next = page.after.map_or(Next::Nowhere, Next::After);
        let piece = match self.format {
            Format::Csv => as_csv(&page.items, is_first)?,
            Format::Json => as_json(&page.items, is_first, is_last),
        };
        Ok(Some(Bytes::from(piece)))
    }
}

fn as_csv(entries: &[Entry], is_first: bool) -> Result<Vec<u8>, PageError> {
    let head = is_first.then(|| COLUMNS.map(str::to_owned));
    let rows: Vec<[String; 16]> = head.into_iter().chain(entries.iter().map(cells)).collect();
    csv::rows(rows.iter().map(|row| row.iter().map(String::as_str))).map_err(PageError::from)
}

fn as_json(entries: &[Entry], is_first: bool, is_last: bool) -> Vec<u8> {
    let objects = entries.iter().enumerate().map(|(index, entry)| {
        let between = if is_first && index == 0 { "[\n" } else { ",\n" };
        format!("{between}{}", entry.to_json())
    });
    let mut text: String = objects.collect();
    if is_first && entries.is_empty() {
        text.push('[');
    }
    if is_last {
        text.push_str("\n]\n");
    }
    text.into_bytes()
}

fn cells(entry: &Entry) -> [String; 16] {
    let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        entry.number.to_string(),
        entry.id.as_str().to_owned(),
        entry.created_at.to_string(),
        entry.created_at.micros().to_string(),
        entry.actor_kind.clone(),
        or_empty(&entry.actor_id),
        entry.actor_name.clone(),
        entry.action.clone(),
        or_empty(&entry.target_id),
        entry.target_name.clone(),
        entry.difference.clone(),
        or_empty(&entry.ip_address),
        or_empty(&entry.user_agent),
        or_empty(&entry.request_id),
        entry.previous_hash.clone(),
        entry.hash.clone(),
    ]
}
