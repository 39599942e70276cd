//! `/ServiceProviderConfigs`, `/ResourceTypes`, `/Schemas`: the same for every directory.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use super::path_id;
use crate::auth::Provisioner;
use crate::error::ScimError;
use crate::protocol::discovery;
use crate::reply::Reply;

pub(crate) async fn service_provider_configs(_: Provisioner) -> Reply {
    Reply::json(
        StatusCode::OK,
        discovery::service_provider_configs(),
        "Read what this server can do",
    )
}

pub(crate) async fn resource_types(_: Provisioner) -> Reply {
    Reply::json(
        StatusCode::OK,
        discovery::resource_types(),
        "Read the resource types",
    )
}

pub(crate) async fn schemas(_: Provisioner) -> Reply {
    Reply::json(StatusCode::OK, discovery::schemas(), "Read the schemas")
}

pub(crate) async fn schema(_: Provisioner, request: HttpRequest) -> Result<Reply, ScimError> {
    let schema = discovery::schema_of(path_id(&request)).ok_or(ScimError::SchemaNotFound)?;
    Ok(Reply::json(StatusCode::OK, schema, "Read a schema"))
}
