//! Finding people.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{DirectoryUser, Row};
use crate::Connection;
use crate::db::schema::{directory_user_emails, directory_users};
use crate::error::Result;
use crate::fold::{contains_pattern, fold};
use crate::ids::{DirectoryId, DirectoryUserId};
use crate::page::{Page, PageRequest, load_page};

/// Ids bound in one statement. SQLite allows 32,766 values.
const CHUNK: usize = 1000;

type Boxed<'a> = directory_users::BoxedQuery<'a, <Connection as diesel::Connection>::Backend>;

/// What a provider looks people up by. Names and addresses compare folded, ids exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Everybody.
    All,
    /// By `userName`.
    UserName(String),
    /// By `externalId`.
    ExternalId(String),
    /// By our id.
    Id(String),
    /// By any e-mail address.
    Email(String),
    /// By `displayName`.
    DisplayName(String),
    /// By `active`.
    Active(bool),
}

fn matching<'a>(directory_id: &'a DirectoryId, lookup: &'a Lookup) -> Boxed<'a> {
    let all = directory_users::table
        .filter(directory_users::directory_id.eq(directory_id))
        .into_boxed();
    match lookup {
        Lookup::All => all,
        Lookup::UserName(name) => all.filter(directory_users::user_name_folded.eq(fold(name))),
        Lookup::ExternalId(id) => all.filter(directory_users::external_id.eq(id)),
        Lookup::Id(id) => all.filter(directory_users::id.eq(id)),
        Lookup::Email(email) => {
            let secondary = directory_user_emails::table
                .filter(directory_user_emails::directory_id.eq(directory_id))
                .filter(directory_user_emails::email_folded.eq(fold(email)))
                .select(directory_user_emails::directory_user_id);
            let primary = directory_users::email_folded.eq(fold(email));
            all.filter(primary.or(directory_users::id.eq_any(secondary)))
        }
        Lookup::DisplayName(name) => {
            all.filter(directory_users::display_name_folded.eq(fold(name)))
        }
        Lookup::Active(active) => all.filter(directory_users::active.eq(*active)),
    }
}

/// The person of that id in the directory.
pub fn find(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    id: &DirectoryUserId,
) -> Result<Option<DirectoryUser>> {
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq(id));
    let row: Option<Row> = directory_users::table
        .filter(own)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(DirectoryUser::try_from).transpose()
}

/// Up to `limit` people from `offset` on, in the order in which they were created.
pub fn list(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &Lookup,
    offset: i64,
    limit: i64,
) -> Result<Vec<DirectoryUser>> {
    if offset == 0 {
        return after(conn, directory_id, lookup, None, limit);
    }
    let ids = ids(conn, directory_id, lookup, offset, limit)?;
    by_ids(conn, directory_id, &ids)
}

/// The ids of up to `limit` people from `offset` on, in the order in which they were created. An index alone
/// answers this for [`Lookup::All`], so that skipping many costs little.
fn ids(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &Lookup,
    offset: i64,
    limit: i64,
) -> Result<Vec<DirectoryUserId>> {
    let query = matching(directory_id, lookup)
        .order(directory_users::id)
        .offset(offset)
        .limit(limit);
    Ok(query.select(directory_users::id).load(conn)?)
}

/// The people of those ids, in the order of `ids`. Those who are not in the directory are left out.
pub fn by_ids(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    ids: &[DirectoryUserId],
) -> Result<Vec<DirectoryUser>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let own = directory_users::directory_id
            .eq(directory_id)
            .and(directory_users::id.eq_any(chunk));
        let query = directory_users::table.filter(own);
        let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
        for row in rows {
            let user = DirectoryUser::try_from(row)?;
            found.insert(user.id.clone(), user);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Up to `limit` people who come after one, in the order in which they were created: the next piece of a walk
/// through a directory of any size.
pub fn after(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &Lookup,
    last: Option<&DirectoryUserId>,
    limit: i64,
) -> Result<Vec<DirectoryUser>> {
    let mut query = matching(directory_id, lookup)
        .order(directory_users::id)
        .limit(limit);
    if let Some(last) = last {
        query = query.filter(directory_users::id.gt(last));
    }
    let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
    rows.into_iter().map(DirectoryUser::try_from).collect()
}

/// How many people match.
pub fn count(conn: &mut Connection, directory_id: &DirectoryId, lookup: &Lookup) -> Result<i64> {
    Ok(matching(directory_id, lookup).count().get_result(conn)?)
}

/// People by name. `search` is looked for in names, user name, e-mail address and ids.
pub fn page(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    search: Option<&str>,
    request: &PageRequest,
) -> Result<Page<DirectoryUser>> {
    let mut query = matching(directory_id, &Lookup::All);
    if let Some(text) = search {
        query = query.filter(
            directory_users::search_text
                .like(contains_pattern(text))
                .escape('\\'),
        );
    }
    let boundary = boundary(conn, directory_id, request)?;
    let page: Page<Row> = load_page!(
        conn,
        query.select(Row::as_select()),
        request,
        boundary,
        directory_users::sort_name,
        directory_users::id,
        Row::cursor
    );
    page.try_map(DirectoryUser::try_from)
}

pub(crate) fn boundary(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    request: &PageRequest,
) -> Result<Option<(String, DirectoryUserId)>> {
    let Some((_, cursor)) = request.cursor() else {
        return Ok(None);
    };
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq(cursor));
    let query = directory_users::table
        .filter(own)
        .select((directory_users::sort_name, directory_users::id));
    Ok(query.first(conn).optional()?)
}
