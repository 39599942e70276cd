//! `/Users` and `/Users/{id}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::directory_user;
use rollcall_store::{Connection, Error as StoreError};

use super::{path_id, summary, terms};
use crate::auth::Provisioner;
use crate::body::Push;
use crate::error::ScimError;
use crate::listing::{self, Users};
use crate::protocol::matcher::Matcher;
use crate::protocol::schema::USER;
use crate::protocol::{list as envelope, paging::ListQuery};
use crate::reply::Reply;
use crate::{lookup, operations};

pub(crate) async fn list(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let query = ListQuery::parse(request.query_string(), &USER)?;
    let plan = lookup::users(query.filter.as_ref().map(Matcher::filter));
    let users = Users {
        directory_id: provisioner.directory.id.clone(),
        endpoint: provisioner.endpoint.clone(),
    };
    let turn = listing::turn(&provisioner, &plan, &query).await?;
    let read = move |conn: &mut Connection| -> Result<_, StoreError> {
        // Until the walk ends, also if the caller hangs up.
        let _turn = turn;
        Ok((listing::answer(&users, conn, &plan, &query)?, query))
    };
    let (page, query) = provisioner.store.read(read).await?;
    let summary = summary::listed("users", &query, page.total, page.items.len());
    let list = envelope::envelope(&page.items, page.total, query.start_index);
    Ok(Reply::json(StatusCode::OK, list, summary))
}

pub(crate) async fn create(Push { provisioner, body }: Push) -> Result<Reply, ScimError> {
    operations::users::create(&provisioner, body).await
}

pub(crate) async fn read(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let directory_id = provisioner.directory.id.clone();
    let id = operations::users::known(path_id(&request))?;
    let read = move |conn: &mut Connection| -> Result<_, ScimError> {
        let user =
            directory_user::find(conn, &directory_id, &id)?.ok_or(ScimError::UserNotFound)?;
        let groups = operations::users::groups_of(conn, &directory_id, &id)?;
        Ok((user, groups))
    };
    let (user, groups) = provisioner.store.read(read).await?;
    let summary = format!("Read {}", user.profile.label());
    Ok(operations::users::answer(
        &provisioner,
        StatusCode::OK,
        &user,
        &groups,
        summary,
    ))
}

pub(crate) async fn replace(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (id, terms) = (path_id(&request), terms(&request, true));
    operations::users::replace(&provisioner, id, terms, body).await
}

pub(crate) async fn patch(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (id, terms) = (path_id(&request), terms(&request, true));
    operations::users::patch(&provisioner, id, terms, body).await
}

pub(crate) async fn delete(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (id, terms) = (path_id(&request), terms(&request, false));
    operations::users::delete(&provisioner, id, terms).await
}
