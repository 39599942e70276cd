//! The end of an API key. One that is in use asks for its name, since something stops working.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::api_key::{self, ApiKey};
use rollcall_store::ids::{ApiKeyId, Id as _};
use serde::Deserialize;

use super::new::shell;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::{Confirmation, FormState};
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;
use crate::time::When;

/// A key used since then is in use.
const RECENTLY: Duration = Duration::from_hours(7 * 24);

#[derive(Template)]
#[template(path = "pages/api_keys/revoke.html")]
struct RevokePage {
    shell: Shell,
    key: ApiKey,
    last_used: Option<When>,
    in_use: bool,
    action: String,
    form: FormState,
}

/// Which key.
#[derive(Deserialize)]
pub(crate) struct KeyPath {
    api_key: String,
}

/// The question.
pub(crate) async fn show(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<KeyPath>,
) -> Result<HttpResponse, PageError> {
    let key = find(&who, &path).await?;
    who.ok(&page(&who, key, FormState::default()))
}

/// Ends the key at once.
pub(crate) async fn revoke(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<KeyPath>,
    form: web::Form<Confirmation>,
) -> Result<HttpResponse, PageError> {
    let key = find(&who, &path).await?;
    if is_in_use(&who, &key) {
        let state = form.check(&key.name, "revoked");
        if !state.is_valid() {
            return who.refused(&page(&who, key, state));
        }
    }
    let (workspace_id, id) = (who.workspace.id.clone(), key.id);
    let revoked = who
        .store()
        .write(move |tx| api_key::revoke(tx, &workspace_id, &id));
    if !revoked.await? {
        return Err(PageError::NotFound);
    }
    let flash = Flash::new(Deed::ApiKeyRevoked, key.name);
    Ok(who.done(&who.links.api_keys(), &flash))
}

async fn find(who: &InWorkspace, path: &KeyPath) -> Result<ApiKey, PageError> {
    let id = ApiKeyId::parse(&path.api_key).ok_or(PageError::NotFound)?;
    let workspace_id = who.workspace.id.clone();
    let found = who
        .store()
        .read(move |conn| api_key::find(conn, &workspace_id, &id));
    found.await?.ok_or(PageError::NotFound)
}

fn is_in_use(who: &InWorkspace, key: &ApiKey) -> bool {
    key.last_used_at
        .is_some_and(|at| who.now().since(at) < RECENTLY)
}

fn page(who: &InWorkspace, key: ApiKey, form: FormState) -> RevokePage {
    RevokePage {
        shell: shell(who, "Revoke API key"),
        last_used: key.last_used_at.map(|at| When::new(at, who.now())),
        in_use: is_in_use(who, &key),
        action: who.links.revoke_api_key(&key.id),
        form,
        key,
    }
}
