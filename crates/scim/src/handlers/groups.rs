//! `/Groups` and `/Groups/{id}`.

use actix_web::http::StatusCode;
use actix_web::{Either, HttpRequest};
use rollcall_store::directory_group;
use rollcall_store::{Connection, Error as StoreError};

use super::{path_id, summary, terms};
use crate::auth::Provisioner;
use crate::body::Push;
use crate::error::ScimError;
use crate::listing::{self, Groups, Streamed};
use crate::protocol::matcher::Matcher;
use crate::protocol::schema::GROUP;
use crate::protocol::{list as envelope, paging, paging::ListQuery};
use crate::reply::Reply;
use crate::{lookup, operations};

pub(crate) async fn list(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Either<Reply, Streamed>, ScimError> {
    let query = ListQuery::parse(request.query_string(), &GROUP)?;
    let plan = lookup::groups(query.filter.as_ref().map(Matcher::filter));
    let groups = Groups {
        directory_id: provisioner.directory.id.clone(),
        endpoint: provisioner.endpoint.clone(),
    };
    let turn = listing::turn(&provisioner, &plan, &query).await?;
    let read = move |conn: &mut Connection| -> Result<_, StoreError> {
        // Until the walk ends, also if the caller hangs up.
        let _turn = turn;
        let page = listing::find(&groups, conn, &plan, &query)?;
        if listing::is_heavy(&page, query.projection.as_ref()) {
            return Ok((groups, query, Err(page)));
        }
        let page = listing::show(&groups, conn, &page, &query)?;
        Ok((groups, query, Ok(page)))
    };
    let (groups, query, page) = provisioner.store.read(read).await?;
    let summary = |total, shown| summary::listed("groups", &query, total, shown);
    Ok(match page {
        Ok(page) => {
            let list = envelope::envelope(&page.items, page.total, query.start_index);
            let summary = summary(page.total, page.items.len());
            Either::Left(Reply::json(StatusCode::OK, list, summary))
        }
        Err(page) => {
            let summary = summary(page.total, page.items.len());
            let store = provisioner.store.clone();
            Either::Right(Streamed::new(store, groups, page, query, summary))
        }
    })
}

pub(crate) async fn create(Push { provisioner, body }: Push) -> Result<Reply, ScimError> {
    operations::groups::create(&provisioner, body).await
}

pub(crate) async fn read(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let directory_id = provisioner.directory.id.clone();
    let id = operations::groups::known(path_id(&request))?;
    let read = move |conn: &mut Connection| -> Result<_, ScimError> {
        let group =
            directory_group::find(conn, &directory_id, &id)?.ok_or(ScimError::GroupNotFound)?;
        let members = operations::groups::members_of(conn, &group)?;
        Ok((group, members))
    };
    let (group, members) = provisioner.store.read(read).await?;
    let summary = format!("Read {}", group.profile.display_name);
    Ok(operations::groups::answer(
        &provisioner,
        StatusCode::OK,
        &group,
        &members,
        summary,
    ))
}

pub(crate) async fn replace(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (id, terms) = (path_id(&request), terms(&request, true));
    operations::groups::replace(&provisioner, id, terms, body).await
}

/// 204 without a body, unless the request names `attributes` to be answered with (draft-scim-api-01 §3.3.2).
pub(crate) async fn patch(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (id, terms) = (
        path_id(&request),
        terms(&request, names_attributes(&request)),
    );
    operations::groups::patch(&provisioner, id, terms, body).await
}

pub(crate) async fn delete(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (id, terms) = (path_id(&request), terms(&request, false));
    operations::groups::delete(&provisioner, id, terms).await
}

fn names_attributes(request: &HttpRequest) -> bool {
    paging::pairs(request.query_string()).any(|(name, _)| name.eq_ignore_ascii_case("attributes"))
}
