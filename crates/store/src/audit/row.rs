//! An entry as it is stored, and its hash.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::Timestamp;
use crate::db::schema::audit_entries;
use crate::ids::AuditEntryId;
use crate::token;

/// What the first entry of a chain holds as the hash before it.
pub(super) const BEGINNING: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// One action as it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
pub struct Entry {
    /// Its id.
    pub id: AuditEntryId,
    /// The workspace's id, or `installation`.
    pub chain: String,
    /// Its place in the chain, from 1.
    pub number: i64,
    /// `member`, `api_key`, `command_line`, `nobody` or `program`.
    pub actor_kind: String,
    /// The id of the member or key that acted.
    pub actor_id: Option<String>,
    /// The actor's name at that time: an e-mail address, or what the key is for.
    pub actor_name: String,
    /// See [`Action::as_str`](super::Action::as_str).
    pub action: String,
    /// The id of what it was done to.
    pub target_id: Option<String>,
    /// The name that this had at that time.
    pub target_name: String,
    /// See [`Difference`](super::Difference), as JSON.
    pub difference: String,
    /// The client's address.
    pub ip_address: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The `X-Request-ID` of the answer.
    pub request_id: Option<String>,
    /// When it was done.
    pub created_at: Timestamp,
    /// The hash of the entry before it.
    pub previous_hash: String,
    /// The SHA-256, in hex, of all the others as a JSON array in this order.
    pub hash: String,
}

impl Entry {
    /// The entry as it is exported, with all that its hash is made of.
    pub fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "id": self.id,
            "created_at": self.created_at,
            "created_at_micros": self.created_at.micros(),
            "actor_kind": self.actor_kind,
            "actor_id": self.actor_id,
            "actor_name": self.actor_name,
            "action": self.action,
            "target_id": self.target_id,
            "target_name": self.target_name,
            // As text: the hash is over these very bytes.
            "difference": self.difference,
            "ip_address": self.ip_address,
            "user_agent": self.user_agent,
            "request_id": self.request_id,
            "previous_hash": self.previous_hash,
            "hash": self.hash,
        })
    }

    /// What [`Entry::hash`] has to be.
    pub(super) fn expected_hash(&self) -> String {
        let fields: Value = json!([
            self.id,
            self.chain,
            self.number,
            self.actor_kind,
            self.actor_id,
            self.actor_name,
            self.action,
            self.target_id,
            self.target_name,
            self.difference,
            self.ip_address,
            self.user_agent,
            self.request_id,
            self.created_at.micros(),
            self.previous_hash,
        ]);
        token::hash(&fields.to_string())
    }
}
