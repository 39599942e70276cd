//! A page of groups with more members than belong in memory at once: it is answered while it is read, group by group.

use std::collections::VecDeque;

use actix_web::body::BoxBody;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::stream::try_unfold;
use rollcall_store::directory_group::DirectoryGroup;
use rollcall_store::{Connection, Error as StoreError, Store};
use serde_json::Value;

use super::{Groups, Page, shown};
use crate::protocol::list::envelope;
use crate::protocol::paging::ListQuery;
use crate::protocol::projection::Projection;
use crate::reply::Kept;
use crate::{operations, representation};

/// Members that are answered in one piece, all groups of a page together.
const AT_ONCE: i64 = 10_000;

/// Whether a page is to be answered while it is read.
pub(crate) fn is_heavy(page: &Page<DirectoryGroup>, projection: Option<&Projection>) -> bool {
    let shows = projection.is_none_or(|projection| projection.shows("members"));
    shows
        && page
            .items
            .iter()
            .map(|group| group.member_count)
            .sum::<i64>()
            > AT_ONCE
}

/// The answer, to be sent in pieces.
pub(crate) struct Streamed {
    store: Store,
    groups: Groups,
    projection: Option<Projection>,
    /// What stands before the next group.
    before: String,
    /// What stands after the last one.
    end: &'static str,
    left: VecDeque<DirectoryGroup>,
    summary: String,
}

impl Streamed {
    /// The answer that shows `page`.
    pub(crate) fn new(
        store: Store,
        groups: Groups,
        page: Page<DirectoryGroup>,
        query: ListQuery,
        summary: String,
    ) -> Self {
        const END: &str = "]}";
        let mut head = envelope(&[], page.total, query.start_index);
        head["itemsPerPage"] = Value::from(page.items.len());
        let mut before = head.to_string();
        // "Resources" stands last, and is filled from here on.
        before.truncate(before.len() - END.len());
        Self {
            store,
            groups,
            projection: query.projection,
            before,
            end: END,
            left: page.items.into(),
            summary,
        }
    }

    /// The next piece, and the rest. A failure breaks the answer off, which no client takes for its end.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, StoreError> {
        let Some(group) = self.left.pop_front() else {
            let end = std::mem::take(&mut self.end);
            return Ok((!end.is_empty()).then(|| (Bytes::from_static(end.as_bytes()), self)));
        };
        let mut piece = std::mem::replace(&mut self.before, ",".to_owned());
        let (endpoint, projection) = (self.groups.endpoint.clone(), self.projection.clone());
        let read = move |conn: &mut Connection| -> Result<String, StoreError> {
            let members = operations::groups::members_of(conn, &group)?;
            let resource = representation::group(&endpoint, &group, &members);
            Ok(shown(projection.as_ref(), resource).to_string())
        };
        piece.push_str(&self.store.read(read).await?);
        Ok(Some((Bytes::from(piece), self)))
    }
}

impl Responder for Streamed {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let kept = Kept {
            summary: self.summary.clone(),
            body: None,
        };
        let pieces = try_unfold(self, Self::next);
        let mut response = HttpResponse::Ok()
            .content_type("application/json")
            .streaming(Box::pin(pieces));
        response.extensions_mut().insert(kept);
        response
    }
}
