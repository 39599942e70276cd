//! Writing an entry down.

use diesel::prelude::*;

use super::row::{BEGINNING, Entry};
use super::{Action, Actor, Context, Difference};
use crate::Tx;
use crate::db::connection::{first_locked, on_either};
use crate::db::schema::{audit_entries, audit_heads, workspace_members};
use crate::error::Result;
use crate::ids::{MemberId, WorkspaceId};

/// The name of the chain that belongs to no workspace.
const INSTALLATION: &str = "installation";
/// Longer names are cut: an entry cannot be deleted, so it must not be made large.
const LONGEST_NAME: usize = 300;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain<'a> {
    /// With what was done in a workspace.
    Workspace(&'a WorkspaceId),
    /// With what concerns no workspace, or an unknown one.
    Installation,
}

impl Chain<'_> {
    /// The stored name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Workspace(id) => crate::ids::Id::as_str(*id),
            Self::Installation => INSTALLATION,
        }
    }
}

/// What an action was done to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    id: Option<String>,
    name: String,
}

impl Target {
    /// Something with an id and a name.
    pub fn new(id: &(impl ToString + ?Sized), name: impl Into<String>) -> Self {
        Self {
            id: Some(id.to_string()),
            name: name.into(),
        }
    }

    /// Nothing that could be named.
    pub fn none() -> Self {
        Self::default()
    }
}

/// Writes down what the transaction does, on behalf of whoever it is done for. Call it after the
/// action itself: the chain is held until the transaction ends, so everybody has to take it last.
pub fn record(
    tx: &mut Tx<'_>,
    chain: Chain<'_>,
    action: Action,
    target: Target,
    difference: &Difference,
) -> Result<()> {
    let context = tx.context();
    write(tx, &context, chain, action, target, difference.to_text())
}

fn write(
    tx: &mut Tx<'_>,
    context: &Context,
    chain: Chain<'_>,
    action: Action,
    target: Target,
    difference: String,
) -> Result<()> {
    let chain = chain.as_str();
    let (last_number, last_hash) = hold(tx, chain)?;
    let mut entry = Entry {
        id: tx.new_id(),
        chain: chain.to_owned(),
        number: last_number + 1,
        actor_kind: context.actor.kind().to_owned(),
        actor_id: context.actor.id(),
        actor_name: plain(context.actor.name()),
        action: action.as_str().to_owned(),
        target_id: target.id,
        target_name: plain(&target.name),
        difference,
        ip_address: context.ip_address.clone(),
        user_agent: context.short_user_agent(),
        request_id: context.request_id.clone(),
        created_at: tx.now(),
        previous_hash: last_hash,
        hash: String::new(),
    };
    entry.hash = entry.expected_hash();
    diesel::insert_into(audit_entries::table)
        .values(&entry)
        .execute(&mut **tx)?;
    diesel::update(audit_heads::table.filter(audit_heads::chain.eq(chain)))
        .set((
            audit_heads::last_number.eq(entry.number),
            audit_heads::last_hash.eq(&entry.hash),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes down what was done to something in a workspace.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    action: Action,
    target: Target,
    difference: Difference,
) -> Result<()> {
    let context = tx.context();
    let (chain, difference) = (Chain::Workspace(workspace_id), difference.into_text());
    write(tx, &context, chain, action, target, difference)
}

/// The same on behalf of somebody whom the transaction does not know.
pub(crate) fn note_by(
    tx: &mut Tx<'_>,
    actor: Actor,
    workspace_id: &WorkspaceId,
    (action, target, difference): (Action, Target, Difference),
) -> Result<()> {
    let context = tx.context().by(actor);
    let (chain, difference) = (Chain::Workspace(workspace_id), difference.into_text());
    write(tx, &context, chain, action, target, difference)
}

/// The same as [`note`], unless nothing changed.
pub(crate) fn note_change(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    action: Action,
    target: Target,
    difference: Difference,
) -> Result<()> {
    if difference.is_empty() {
        return Ok(());
    }
    note(tx, workspace_id, action, target, difference)
}

/// Writes down what concerns a member in all their workspaces, such as signing in; in the
/// installation's chain when they have none. `actor` did it, which the transaction need not know.
pub fn record_of_member(
    tx: &mut Tx<'_>,
    actor: Actor,
    action: Action,
    (member_id, email): (&MemberId, &str),
    difference: &Difference,
) -> Result<()> {
    // In one order for everybody, so that two transactions cannot wait for each other.
    let workspaces: Vec<WorkspaceId> = workspace_members::table
        .filter(workspace_members::member_id.eq(member_id))
        .order(workspace_members::workspace_id)
        .select(workspace_members::workspace_id)
        .load(&mut **tx)?;
    let mut chains: Vec<Chain<'_>> = workspaces.iter().map(Chain::Workspace).collect();
    if chains.is_empty() {
        chains.push(Chain::Installation);
    }
    let context = tx.context().by(actor);
    for chain in chains {
        let target = Target::new(member_id, email);
        write(tx, &context, chain, action, target, difference.to_text())?;
    }
    Ok(())
}

/// The chain's last number and hash, held until the transaction ends.
fn hold(tx: &mut Tx<'_>, chain: &str) -> Result<(i64, String)> {
    let own = || {
        audit_heads::table
            .filter(audit_heads::chain.eq(chain))
            .select((audit_heads::last_number, audit_heads::last_hash))
    };
    let held: Option<(i64, String)> = first_locked!(*tx, for_no_key_update, own())?;
    if let Some(held) = held {
        return Ok(held);
    }
    let first = (
        audit_heads::chain.eq(chain),
        audit_heads::last_number.eq(0),
        audit_heads::last_hash.eq(BEGINNING),
    );
    on_either!(*tx, conn => diesel::insert_into(audit_heads::table)
        .values(&first)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let held: Option<(i64, String)> = first_locked!(*tx, for_no_key_update, own())?;
    Ok(held.unwrap_or_else(|| (0, BEGINNING.to_owned())))
}

/// Without the one character that PostgreSQL's text cannot hold.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|character| *character != '\0');
    kept.take(LONGEST_NAME).collect()
}
