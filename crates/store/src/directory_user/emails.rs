//! The e-mail addresses that people have beside their primary one, kept where they can be looked up.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::Value;

use super::{DirectoryUser, Profile};
use crate::Tx;
use crate::db::connection::on_either;
use crate::db::schema::directory_user_emails;
use crate::error::Result;
use crate::fold::fold;

/// Longer addresses do not fit an index of PostgreSQL, and no mail server takes them.
const LONGEST: usize = 1024;

/// Folded, without the primary one, which has a column of its own.
fn secondary(profile: &Profile) -> BTreeSet<String> {
    let primary = profile.email.as_deref().map(fold);
    let Some(Value::Array(emails)) = profile.resource.get("emails") else {
        return BTreeSet::new();
    };
    let values = emails
        .iter()
        .filter_map(|email| email.get("value")?.as_str());
    let folded = values
        .map(fold)
        .filter(|email| !email.is_empty() && email.len() <= LONGEST);
    folded
        .filter(|email| Some(email) != primary.as_ref())
        .collect()
}

/// Writes what changed. Most people have one address, and then there is nothing to write.
pub(super) fn write_secondary(
    tx: &mut Tx<'_>,
    before: Option<&DirectoryUser>,
    after: &DirectoryUser,
) -> Result<()> {
    let old = before
        .map(|user| secondary(&user.profile))
        .unwrap_or_default();
    let new = secondary(&after.profile);
    if old == new {
        return Ok(());
    }
    if !old.is_empty() {
        let of_user = directory_user_emails::directory_user_id.eq(&after.id);
        diesel::delete(directory_user_emails::table.filter(of_user)).execute(&mut **tx)?;
    }
    let rows: Vec<_> = new
        .iter()
        .map(|email| {
            (
                directory_user_emails::directory_user_id.eq(&after.id),
                directory_user_emails::email_folded.eq(email),
                directory_user_emails::directory_id.eq(&after.directory_id),
            )
        })
        .collect();
    on_either!(*tx, conn => diesel::insert_into(directory_user_emails::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}
