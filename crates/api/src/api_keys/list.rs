//! `GET /api_keys`.

use rollcall_store::api_key;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::reply::Reply;
use crate::representation;

pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let list = ListRequest::read(&params)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| Ok(api_key::page_by_age(conn, workspace_id, &by_age)?))
        .await?;
    Ok(list.answer(page.map(|key| representation::api_key(&key))))
}
