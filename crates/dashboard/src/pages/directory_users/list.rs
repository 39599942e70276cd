//! A directory's people, by name.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory_user::{self, DirectoryUser};
use rollcall_store::ids::DirectoryUserId;
use rollcall_store::membership::{self, GroupRef};

use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::format;
use crate::pages::directories::head::{self, Head, Tab};
use crate::pages::directories::summary::Badge;
use crate::pages::listing::{ListQuery, Listing, map};
use crate::shell::Shell;
use crate::time::When;

/// So many groups are named in a row; of the others only the number is told.
const NAMED_GROUPS: usize = 2;

#[derive(Template)]
#[template(path = "pages/directory_users/list.html")]
struct ListPage {
    shell: Shell,
    head: Head,
    list: Listing<UserRow>,
    path: String,
    connect: String,
}

/// A person in a table.
pub(crate) struct UserRow {
    pub(crate) name: String,
    pub(crate) detail: String,
    pub(crate) initials: String,
    pub(crate) href: String,
    pub(crate) state: Badge,
    pub(crate) active: bool,
    pub(crate) groups: String,
    pub(crate) updated: When,
}

/// The list, or the part of it that matches.
pub(crate) async fn show(
    at: AtDirectory,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, PageError> {
    let query = query.into_inner();
    let head = head::load(&at, Tab::Users).await?;
    let (id, wanted) = (at.directory.id.clone(), query.clone());
    let reading = at.who.store().read(move |conn| {
        let page = directory_user::page(conn, &id, wanted.search().as_deref(), &wanted.page())?;
        let ids: Vec<DirectoryUserId> = page.items.iter().map(|user| user.id.clone()).collect();
        Ok::<_, PageError>((page, membership::groups_of(conn, &id, &ids)?))
    });
    let (page, groups) = reading.await?;
    let path = at.who.links.directory(&at.directory.id);
    let rows = map(page, |user| row(&at, &user, &groups));
    let list = Listing::by_name(rows, &query, &path, "user");
    let connect = at.who.links.connect(&at.directory.id);
    at.who.ok(&ListPage {
        shell: head::shell(&at, None),
        head,
        list,
        path,
        connect,
    })
}

fn row(
    at: &AtDirectory,
    user: &DirectoryUser,
    groups: &HashMap<DirectoryUserId, Vec<GroupRef>>,
) -> UserRow {
    let groups = groups
        .get(&user.id)
        .map_or_else(String::new, |groups| name_some(groups));
    UserRow {
        groups,
        ..UserRow::new(at, user)
    }
}

impl UserRow {
    /// A person's row, without their groups.
    pub(crate) fn new(at: &AtDirectory, user: &DirectoryUser) -> Self {
        let name = user.profile.label();
        let email = user.profile.email.clone().filter(|email| *email != name);
        let detail = email.or_else(|| {
            Some(user.profile.user_name.clone()).filter(|user_name| *user_name != name)
        });
        Self {
            initials: format::initials(&name),
            name,
            detail: detail.unwrap_or_default(),
            href: at.who.links.user(&at.directory.id, &user.id),
            state: Badge::of_user(user),
            active: user.profile.active,
            groups: String::new(),
            updated: When::new(user.updated_at, at.who.now()),
        }
    }
}

fn name_some(groups: &[GroupRef]) -> String {
    let named: Vec<&str> = groups
        .iter()
        .take(NAMED_GROUPS)
        .map(|group| group.display_name.as_str())
        .collect();
    match groups.len().saturating_sub(NAMED_GROUPS) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use rollcall_store::ids::{DirectoryGroupId, Id as _};

    use super::*;

    #[test]
    fn names_a_few_groups_and_counts_the_rest() {
        let group = |name: &str| GroupRef {
            id: DirectoryGroupId::from_text("directory_group_1".into()),
            display_name: name.into(),
        };
        assert_eq!(name_some(&[group("A"), group("B")]), "A, B");
        assert_eq!(
            name_some(&[group("A"), group("B"), group("C")]),
            "A, B and 1 more"
        );
    }
}
