//! What all lists and refusals have in common.
#![expect(dead_code, reason = "the document alone reads it")]
#![expect(clippy::struct_field_names, reason = "the names are those of the wire")]

use utoipa::{IntoParams, ToSchema};

/// The page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// How many objects at most.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<u32>,
    /// `desc` for the newest first, `asc` for the oldest first, or `normal`: the newest first, but `before` leads to
    /// what is older and `after` to what is newer.
    #[param(pattern = "^(asc|desc|normal)$")]
    order: Option<String>,
    /// The objects that precede the one with this id.
    before: Option<String>,
    /// The objects that follow the one with this id.
    after: Option<String>,
}

/// A page of a list.
#[derive(ToSchema)]
pub(crate) struct List<T> {
    /// `list`.
    object: String,
    /// The objects, in order.
    data: Vec<T>,
    /// Where the list goes on.
    list_metadata: ListMetadata,
}

/// Where a list goes on.
#[derive(ToSchema)]
pub(crate) struct ListMetadata {
    /// What to send as `before` for the page before this one; null when there is none.
    before: Option<String>,
    /// What to send as `after` for the page after this one; null when there is none.
    after: Option<String>,
}

/// Why a request was not carried out.
#[derive(ToSchema)]
pub(crate) struct Refusal {
    /// What is wrong, for people.
    message: String,
    /// What is wrong, for programs; not with every status.
    #[schema(required = false)]
    code: String,
    /// The id that nothing was found of; with 404 alone.
    #[schema(required = false)]
    entity_id: String,
    /// The parameters that are wrong; with 422 alone.
    #[schema(required = false)]
    errors: Vec<Problem>,
}

/// What is wrong with one parameter.
#[derive(ToSchema)]
pub(crate) struct Problem {
    /// What is wrong, for programs, as in `name_required`.
    code: String,
    /// The parameter.
    field: String,
    /// What is wrong, for people.
    message: String,
}
