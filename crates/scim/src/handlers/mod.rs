//! One file per resource; in each the handlers in the order of their methods.

pub(crate) mod bulk;
pub(crate) mod discovery;
pub(crate) mod fallback;
pub(crate) mod groups;
pub(crate) mod summary;
pub(crate) mod users;

use actix_web::HttpRequest;

use crate::conditions;
use crate::operations::Terms;

/// The id in the path. `.json` may follow it (draft-scim-api-01 §3.4); no id of ours holds a dot.
pub(crate) fn path_id(request: &HttpRequest) -> &str {
    let id = request.match_info().get("id").unwrap_or_default();
    id.strip_suffix(".json").unwrap_or(id)
}

fn terms(request: &HttpRequest, shown: bool) -> Terms {
    Terms {
        if_match: conditions::if_match(request),
        shown,
    }
}
