//! `/Users` and `/Users/{id}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::directory_user::{self, DirectoryUser};
use rollcall_store::membership;
use rollcall_store::{Connection, Error as StoreError};

use super::{path_id, summary, terms};
use crate::auth::Provisioner;
use crate::body::Push;
use crate::error::ScimError;
use crate::protocol::{list as envelope, paging::ListQuery};
use crate::reply::Reply;
use crate::{lookup, operations, representation};

pub(crate) async fn list(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let query = ListQuery::parse(request.query_string())?;
    let wanted = lookup::users(query.filter.as_ref())?;
    let (directory_id, offset, count) = (
        provisioner.directory.id.clone(),
        query.offset(),
        query.count,
    );
    let read = move |conn: &mut Connection| -> Result<_, StoreError> {
        let total = directory_user::count(conn, &directory_id, &wanted)?;
        let users = if count > 0 && offset < total {
            directory_user::list(conn, &directory_id, &wanted, offset, count)?
        } else {
            Vec::new()
        };
        let ids: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
        let groups = membership::groups_of(conn, &directory_id, &ids)?;
        Ok((total, users, groups))
    };
    let (total, users, groups) = provisioner.store.read(read).await?;
    let groups_of = |user: &DirectoryUser| groups.get(&user.id).map_or(&[][..], Vec::as_slice);
    let resources: Vec<_> = users
        .iter()
        .map(|user| representation::user(&provisioner.endpoint, user, groups_of(user)))
        .collect();
    let summary = summary::listed("users", &query, total, resources.len());
    Ok(Reply::json(
        StatusCode::OK,
        envelope::envelope(&resources, total, query.start_index),
        summary,
    ))
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
