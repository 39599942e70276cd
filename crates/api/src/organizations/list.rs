//! `GET /organizations`.

use rollcall_store::organization::{self, Filter, Organization};
use rollcall_store::organization_domain::{self, DomainName};

use super::with_domains;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::reply::Reply;

fn filter(params: &Params) -> Result<Filter, ApiError> {
    let named = params.list("domains");
    let domains = named.iter().flat_map(|text| DomainName::parse(text));
    Ok(Filter {
        domains: (!named.is_empty()).then(|| domains.collect()),
        search: params.text("search")?.map(str::to_owned),
    })
}

/// List organizations
#[utoipa::path(
    get,
    path = "/organizations",
    operation_id = "listOrganizations",
    tag = "Organizations",
    params(
        schemas::ListParams,
        ("domains" = Option<Vec<String>>, Query, style = Form, explode = false, description = "Organizations with any of these domains."),
        ("search" = Option<String>, Query, description = "A part of the name."),
    ),
    responses(
        (status = 200, description = "A page of organizations.", body = schemas::List<schemas::Organization>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let request = ListRequest::read(&params)?;
    let filter = filter(&params)?;
    caller
        .read(move |conn, workspace_id| {
            let page = organization::by_age(conn, workspace_id, &filter, &request.by_age)?;
            let ids: Vec<_> = page.items.iter().map(|each| each.id.clone()).collect();
            let domains = organization_domain::for_organizations(conn, &ids)?;
            let show = |each: Organization| Ok::<_, ApiError>(with_domains(&each, &domains));
            Ok(request.answer(page.try_map(show)?))
        })
        .await
}
