//! API keys of a workspace, for the application that reads the directories.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use crate::db::schema::api_keys;
use crate::error::Result;
use crate::ids::{ApiKeyId, WorkspaceId};
use crate::{Timestamp, Tx, token};

/// An API key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The workspace it opens.
    pub workspace_id: WorkspaceId,
    /// What it is for.
    pub name: String,
    /// The SHA-256 of the key.
    key_hash: String,
    /// Its last characters.
    pub suffix: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Makes a key; its secret is shown this once.
pub fn create(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    name: &str,
) -> Result<(ApiKey, SecretString)> {
    let secret = tx.new_token(token::API_KEY_PREFIX);
    let key = ApiKey {
        id: tx.new_id(),
        workspace_id: workspace_id.clone(),
        name: name.to_owned(),
        key_hash: token::hash(secret.expose_secret()),
        suffix: token::suffix(secret.expose_secret()),
        created_at: tx.now(),
    };
    diesel::insert_into(api_keys::table)
        .values(&key)
        .execute(&mut **tx)?;
    Ok((key, secret))
}
