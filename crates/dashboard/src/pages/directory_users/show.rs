//! One person: who they are, which groups they are in, and what exactly the provider sent.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory_user::{self, DirectoryUser};
use rollcall_store::ids::{DirectoryUserId, Id as _};
use rollcall_store::membership;
use serde::Deserialize;
use serde_json::{Value, json};

use super::attributes::{Section, sections};
use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::json::{self, Token};
use crate::pages::directories::summary::Badge;
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/directory_users/show.html")]
struct ShowPage {
    shell: Shell,
    user: DirectoryUser,
    state: Badge,
    sections: Vec<Section>,
    groups: Vec<GroupLink>,
    created: When,
    updated: When,
    /// Since when they are deleted for the application alone.
    hidden: Option<When>,
    raw: Vec<Token>,
}

struct GroupLink {
    name: String,
    href: String,
}

/// Which person.
#[derive(Deserialize)]
pub(crate) struct UserPath {
    user: String,
}

/// The page.
pub(crate) async fn show(
    at: AtDirectory,
    path: web::Path<UserPath>,
) -> Result<HttpResponse, PageError> {
    let id = DirectoryUserId::parse(&path.user).ok_or(PageError::NotFound)?;
    let directory_id = at.directory.id.clone();
    let reading = at.who.store().read(move |conn| {
        let Some(user) = directory_user::find(conn, &directory_id, &id)? else {
            return Err(PageError::NotFound);
        };
        let groups =
            membership::groups_of(conn, &directory_id, std::slice::from_ref(&id))?.remove(&id);
        Ok((user, groups.unwrap_or_default()))
    });
    let (user, groups) = reading.await?;
    let link = |group: membership::GroupRef| GroupLink {
        href: at.who.links.group(&at.directory.id, &group.id),
        name: group.display_name,
    };
    let now = at.who.now();
    let page = ShowPage {
        shell: at.shell_below(user.profile.label()),
        state: Badge::of_user(&user),
        sections: sections(&user.profile.resource),
        groups: groups.into_iter().map(link).collect(),
        created: When::new(user.created_at, now),
        updated: When::new(user.updated_at, now),
        hidden: user.hidden_at.map(|at| When::new(at, now)),
        raw: json::of_value(&raw(user.id.as_str(), &user.profile.resource)),
        user,
    };
    at.who.ok(&page)
}

/// The resource as it was sent, under the id it got here.
pub(crate) fn raw(id: &str, resource: &serde_json::Map<String, Value>) -> Value {
    let mut raw = json!({ "id": id });
    if let Some(members) = raw.as_object_mut() {
        members.extend(resource.clone());
    }
    raw
}
